"""Who gets in, who does not, and what a stranger can learn by trying."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import func, select

from city.rules import Role
from city.staff.accounts import add, close, main
from city.staff.site import ROOT, SESSION_COOKIE
from city.storage.models import SignInFailure, Staff, StaffSession
from tests.city.staff.conftest import PASSWORD, TOTP_SECRET, Browser, browsing, hidden, serving
from tests.cityhall import Hall


def test_a_stranger_is_sent_to_the_sign_in_and_back_to_where_he_wanted(browser: Browser, staffed: Hall) -> None:
    number = staffed.open()
    answer = browser.get(f"/cases/{number}")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{ROOT}/sign-in?next=%2Fcases%2F{number}"
    answer = browser.sign_in("wang", next=f"/cases/{number}")
    assert answer.headers["location"] == f"{ROOT}/cases/{number}"
    assert browser.get(f"/cases/{number}").status_code == 200


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/cases/\\evil", "javascript:alert(1)", ""])
def test_the_sign_in_leads_nowhere_else(browser: Browser, path: str) -> None:
    assert browser.sign_in("wang", next=path).headers["location"] == f"{ROOT}/"


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("wang", "wrong"),
        ("nobody", PASSWORD),
        ("", ""),
        ("wang'--", PASSWORD),
        ("w" * 5000, "p" * 5000),
        ("王敏", PASSWORD),
        ("wang", PASSWORD + " "),
        ("\x00", "\x00"),
    ],
)
def test_every_wrong_says_the_same(browser: Browser, login: str, password: str) -> None:
    answer = browser.sign_in(login, password)
    assert answer.status_code == 401
    assert "账号、密码或动态码不对" in answer.text
    assert SESSION_COOKIE not in answer.cookies


def test_the_cookie_is_kept_from_scripts_and_other_sites(staffed: Hall) -> None:
    for secure in (False, True):
        with serving(staffed, secure=secure) as address, browsing(address) as browser:
            page = browser.get("/sign-in")
            cookie = page.headers["set-cookie"].split(";")[0]
            form = {"csrf": hidden(page.text, "csrf"), "login": "wang", "password": PASSWORD}
            answer = browser.client.post(f"{ROOT}/sign-in", data=form, headers={"cookie": cookie})
            cookie = answer.headers.get_list("set-cookie")[-1].lower()
            assert SESSION_COOKIE in cookie
            assert "httponly" in cookie
            assert "samesite=strict" in cookie
            assert ("secure" in cookie) is secure
            assert f"path={ROOT}" in cookie


def test_five_wrong_tries_lock_the_account_even_for_the_right_password(browser: Browser, staffed: Hall) -> None:
    for _ in range(5):
        assert browser.sign_in("wang", "wrong").status_code == 401
    answer = browser.sign_in("wang")
    assert answer.status_code == 429
    assert "已锁定到 2026-11-24 09:45" in answer.text
    assert browser.sign_in("li").status_code == 303  # nobody else is locked out

    # The lock lies in the database: a restarted service knows it.
    with serving(staffed) as address, browsing(address) as other:
        assert other.sign_in("wang").status_code == 429

    staffed.clock.pass_(minutes=10)
    assert browser.sign_in("wang").status_code == 429
    staffed.clock.pass_(minutes=5, seconds=1)  # tries during the lock have not made it longer
    assert browser.sign_in("wang").status_code == 303


def test_a_login_that_does_not_exist_is_locked_as_well(browser: Browser) -> None:
    for _ in range(5):
        assert browser.sign_in("nobody", "wrong").status_code == 401
    assert browser.sign_in("nobody", "wrong").status_code == 429


def test_success_forgets_the_failures(browser: Browser, staffed: Hall) -> None:
    for _ in range(4):
        browser.sign_in("wang", "wrong")
    assert browser.sign_in("wang").status_code == 303
    with staffed.readers() as session:
        assert session.scalar(select(func.count()).select_from(SignInFailure)) == 0


def test_garbage_logins_leave_no_rows(browser: Browser, staffed: Hall) -> None:
    for login in ("王敏", "a" * 40, "--", "", "a b"):
        browser.sign_in(login, "wrong")
    with staffed.readers() as session:
        assert session.scalar(select(func.count()).select_from(SignInFailure)) == 0


def test_a_one_time_code_is_asked_for_and_works_once(browser: Browser, staffed: Hall) -> None:
    def code() -> str:
        return pyotp.TOTP(TOTP_SECRET).at(staffed.clock.now)

    assert browser.sign_in("totp").status_code == 401
    assert browser.sign_in("totp", code="000000").status_code == 401
    first = code()
    assert browser.sign_in("totp", code=f"{first[:3]} {first[3:]}").status_code == 303
    assert browser.sign_in("totp", code=first).status_code == 401
    staffed.clock.pass_(seconds=30)
    assert browser.sign_in("totp", code=code()).status_code == 303


def test_a_session_ends_by_itself(wang: Browser, staffed: Hall) -> None:
    assert wang.get("/").status_code == 200
    staffed.clock.pass_(hours=8)
    assert wang.get("/").status_code == 303


def test_signing_out_ends_the_session_for_good(wang: Browser, staffed: Hall) -> None:
    token = wang.client.cookies[SESSION_COOKIE]
    csrf = wang.get("/").text.split('name="csrf" value="')[1].split('"')[0]
    assert wang.client.post(f"{ROOT}/sign-out", data={"csrf": csrf}).status_code == 303
    wang.client.cookies.set(SESSION_COOKIE, token, path=ROOT)
    assert wang.get("/").status_code == 303
    with staffed.readers() as session:
        assert session.scalar(select(func.count()).select_from(StaffSession)) == 0


def test_an_account_that_is_closed_is_out_at_once(wang: Browser, staffed: Hall) -> None:
    with staffed.writers.begin() as session:
        assert close(session, "wang")
    assert wang.get("/").status_code == 303
    assert wang.sign_in("wang").status_code == 401


def test_a_new_password_ends_the_old_sessions(wang: Browser, staffed: Hall) -> None:
    with staffed.writers.begin() as session:
        add(session, login="wang", name="王敏", role=Role.WINDOW, window="hangkong", password="another long one")
    assert wang.get("/").status_code == 303
    assert wang.sign_in("wang").status_code == 401
    assert wang.sign_in("wang", "another long one").status_code == 303


def test_the_database_holds_neither_password_nor_token(wang: Browser, staffed: Hall) -> None:
    token = wang.client.cookies[SESSION_COOKIE]
    file = str(staffed.engine.url.database)
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    raw = Path(file).read_bytes()
    assert PASSWORD.encode() not in raw
    assert token.encode() not in raw
    assert b"$argon2id$" in raw


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000, "../..", "%00"])
def test_a_made_up_session_is_nobody(browser: Browser, token: str) -> None:
    browser.client.cookies.set(SESSION_COOKIE, token, path=ROOT)
    assert browser.get("/").status_code == 303


def test_a_sign_in_form_without_its_cookie_is_refused(browser: Browser) -> None:
    answer = browser.client.post(f"{ROOT}/sign-in", data={"login": "wang", "password": PASSWORD, "csrf": "x"})
    assert answer.status_code == 403
    browser.get("/sign-in")
    answer = browser.client.post(f"{ROOT}/sign-in", data={"login": "wang", "password": PASSWORD, "csrf": "x"})
    assert answer.status_code == 403


# --- accounts from the command line -------------------------------------------------------------------------------


def test_the_command_line_makes_an_account_that_can_sign_in(
    browser: Browser, staffed: Hall, capsys: pytest.CaptureFixture[str]
) -> None:
    database = str(staffed.engine.url)
    given = ["add", "--database", database, "--login", "zhao", "--name", "赵敏", "--window", "xian", "--totp"]
    assert main(given) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["login"] == "zhao"
    assert len(told["password"]) == 19
    totp = pyotp.parse_uri(told["totp"])
    assert isinstance(totp, pyotp.TOTP)
    assert browser.sign_in("zhao", told["password"], totp.at(staffed.clock.now)).status_code == 303
    assert main(["close", "--database", database, "--login", "zhao"]) == 0
    assert browser.get("/").status_code == 303


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--login", "A", "--window", "xian"], "login:"),
        (["--login", "zhao"], "window:"),
        (["--login", "zhao", "--window", "xian", "--role", "supervisor"], "window:"),
    ],
)
def test_the_command_line_says_what_is_wrong(
    staffed: Hall, capsys: pytest.CaptureFixture[str], given: list[str], told: str
) -> None:
    assert main(["add", "--database", str(staffed.engine.url), "--name", "赵敏", *given]) == 2
    assert capsys.readouterr().err.startswith(told)
    assert main(["close", "--database", str(staffed.engine.url), "--login", "nobody"]) == 2


def test_a_short_password_is_refused(staffed: Hall) -> None:
    with pytest.raises(ValueError, match="password"), staffed.writers.begin() as session:
        add(session, login="zhao", name="赵敏", role=Role.WINDOW, window="xian", password="short")
    with staffed.readers() as session:
        assert session.scalar(select(Staff).where(Staff.login == "zhao")) is None


def test_old_failures_are_forgotten(browser: Browser, staffed: Hall) -> None:
    for _ in range(4):
        browser.sign_in("wang", "wrong")
    staffed.clock.now += timedelta(minutes=16)
    for _ in range(4):
        assert browser.sign_in("wang", "wrong").status_code == 401
    assert browser.sign_in("wang").status_code == 303
