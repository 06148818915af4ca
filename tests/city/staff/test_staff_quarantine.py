"""Packets that could not be opened: the supervisor sees each with its reason and what to do; no window does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from city import words
from city.clock import BEIJING
from city.inbox import CannotOpen
from city.staff.site import ROOT, SESSION_COOKIE
from city.storage.intake import Chain, Submission, SubmissionState
from tests.city.staff.conftest import Browser, session_of
from tests.cityhall import Hall

SOURCES = Path(__file__).parents[3] / "city"


@pytest.fixture
def chen(browser: Browser, staffed: Hall) -> Browser:
    """Signed in as the supervisor."""
    browser.client.cookies.set(SESSION_COOKIE, session_of(staffed, "chen"), path=ROOT)
    return browser


@pytest.fixture
def came(staffed: Hall) -> Callable[..., str]:
    """A packet that came, and what became of it; returns its id."""

    def make(number: int, *, reason: str = "", state: SubmissionState = SubmissionState.QUARANTINED) -> str:
        packet_id = f"01a20bb5-e9e8-7a89-bc23-{number:012d}"
        with staffed.writers.begin() as session:
            session.add(
                Submission(
                    packet_id=packet_id,
                    device_id="XA-07",
                    sequence=number,
                    filing_number=f"XA07-261124-{number:03d}-X",
                    manifest=b"{}",
                    manifest_sha256="0" * 64,
                    signature="{}",
                    received_at=datetime(2026, 11, 24, 9, 0, tzinfo=BEIJING) - timedelta(minutes=number),
                    state=state,
                    reason=reason,
                    chain=Chain.WHOLE,
                )
            )
        return packet_id

    return make


def test_each_says_where_from_when_why_and_what_to_do(chen: Browser, came: Callable[..., str]) -> None:
    late, early = came(1, reason="cannot_unseal"), came(2, reason="bad_application")
    page = chen.get("/").text
    assert "无法打开的数据包 2 件" in page
    shelf = page.split('id="sealed"')[1].split("</details>")[0]
    assert re.findall(r"01a20bb5-[0-9a-f-]+", shelf) == [early, late]  # the longest waiting first
    assert "2026-11-24 08:59" in shelf
    assert '<td class="name">XA-07</td>' in shelf
    assert "XA07-261124-001-X" in shelf  # what the citizen's receipt shows
    for reason in ("cannot_unseal", "bad_application"):
        for sentence in words.QUARANTINE[reason]:
            assert sentence in shelf


def test_what_was_opened_is_not_there_and_without_any_nothing_is_said(chen: Browser, came: Callable[..., str]) -> None:
    came(1, state=SubmissionState.OPENED)
    assert "无法打开" not in chen.get("/").text


def test_a_window_is_shown_none(wang: Browser, came: Callable[..., str]) -> None:
    packet_id = came(1, reason="cannot_unseal")
    page = wang.get("/").text
    assert "无法打开" not in page
    assert packet_id not in page


def test_a_reason_nobody_has_a_word_for_is_shown_as_it_is(chen: Browser, came: Callable[..., str]) -> None:
    came(1, reason="<b>new</b>")
    assert "&lt;b&gt;new&lt;/b&gt;" in chen.get("/").text


def test_of_very_many_the_oldest_are_listed_and_all_are_counted(chen: Browser, came: Callable[..., str]) -> None:
    ids = [came(number, reason="bad_time") for number in range(1, 53)]
    page = chen.get("/").text
    assert "无法打开的数据包 52 件" in page
    assert "这里列出等得最久的 50 件" in page
    assert [packet_id in page for packet_id in (ids[0], ids[1], ids[2], ids[-1])] == [False, False, True, True]


def test_every_reason_of_the_inbox_has_its_words() -> None:
    text = "".join((SOURCES / name).read_text(encoding="utf-8") for name in ("inbox.py", "cases.py"))
    inbox = set(re.findall(r'"((?:bad_a|cannot_)[a-z_]+)"', text))
    assert set(words.QUARANTINE) == inbox | set(re.findall(rf'{CannotOpen.__name__}\("([a-z_]+)"\)', text))
    assert "cannot_unseal" in inbox
