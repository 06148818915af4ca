"""The staff pages over a city of a test's own."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from city.rules import Role
from city.staff.pages import staff_app
from city.staff.signin import hash_password
from city.staff.site import ROOT, SESSION_COOKIE, Site, start_session
from city.storage import staff as staff_storage
from city.storage.models import Staff
from tests.cityhall import Hall
from tests.cityhall import hall as hall

PASSWORD = "a long day at the window"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@cache
def password_hash() -> str:
    """Argon2 is slow on purpose; once is enough for all accounts of all tests."""
    return hash_password(PASSWORD)


@pytest.fixture
def staffed(hall: Hall) -> Hall:
    """Two clerks of the aviation base, one of Yanta, one of the city with a second factor, and a supervisor."""
    with hall.writers.begin() as session:
        for login, name, role, window in (
            ("wang", "王敏", Role.WINDOW, "hangkong"),
            ("li", "李静", Role.WINDOW, "hangkong"),
            ("zhang", "张兰", Role.WINDOW, "yanta"),
            ("totp", "周红", Role.WINDOW, "xian"),
            ("chen", "陈立", Role.SUPERVISOR, ""),
        ):
            session.add(
                Staff(
                    login=login,
                    name=name,
                    role=role,
                    window=window,
                    password_hash=password_hash(),
                    totp_secret=TOTP_SECRET if login == "totp" else "",
                    totp_step=0,
                    active=True,
                )
            )
    return hall


def pages_of(hall: Hall, *, secure: bool = False) -> FastAPI:
    app = FastAPI()
    site = Site(hall.readers, hall.writers, hall.desk, hall.clock, timedelta(hours=8), secure)
    app.mount(ROOT, staff_app(site))
    return app


@dataclass
class Browser:
    """Follows links and posts forms as a browser would, without drawing them."""

    client: httpx.Client

    def get(self, path: str) -> httpx.Response:
        return self.client.get(f"{ROOT}{path}")

    def sign_in(self, login: str, password: str = PASSWORD, code: str = "", **more: str) -> httpx.Response:
        token = hidden(self.get("/sign-in").text, "csrf")
        form = {"csrf": token, "login": login, "password": password, "code": code, **more}
        return self.client.post(f"{ROOT}/sign-in", data=form)

    def act(self, number: str, slug: str, **fields: object) -> httpx.Response:
        """Open the page of the act and post its form with these fields and the tick."""
        form = self.form(number, slug)
        return self.post(number, slug, {**form, "sure": "yes", **fields})

    def form(self, number: str, slug: str) -> dict[str, str]:
        page = self.get(f"/cases/{number}/{slug}")
        assert page.status_code == 200, page.text
        return {name: hidden(page.text.split('class="card act"')[1], name) for name in ("csrf", "once", "version")}

    def post(self, number: str, slug: str, form: dict[str, object], **more: object) -> httpx.Response:
        return self.client.post(f"{ROOT}/cases/{number}/{slug}", data=form, **more)  # type: ignore[arg-type]


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found is not None, f"no hidden field {name}"
    return found[1]


@contextmanager
def serving(hall: Hall, *, secure: bool = False) -> Iterator[str]:
    """The pages on a port of their own. Yields the address without a path."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            pages_of(hall, secure=secure), log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=5
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            deadline = time.monotonic() + 20
            while not server.started:
                assert time.monotonic() < deadline, "the pages did not start"
                time.sleep(0.005)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)
            assert not thread.is_alive()


@contextmanager
def browsing(address: str) -> Iterator[Browser]:
    with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
        yield Browser(client)


@pytest.fixture
def served(staffed: Hall) -> Iterator[str]:
    with serving(staffed) as address:
        yield address


@pytest.fixture
def browser(served: str) -> Iterator[Browser]:
    """Not signed in."""
    with browsing(served) as one:
        yield one


def session_of(hall: Hall, login: str) -> str:
    """The token of a fresh session, without the slow sign-in that tests of its own go through."""
    site = Site(hall.readers, hall.writers, hall.desk, hall.clock, timedelta(hours=8), False)
    with hall.writers.begin() as session:
        staff = staff_storage.by_login(session, login)
        assert staff is not None
        return start_session(session, staff, site)


@pytest.fixture
def wang(browser: Browser, staffed: Hall) -> Browser:
    """Signed in as a clerk of the aviation base's window."""
    browser.client.cookies.set(SESSION_COOKIE, session_of(staffed, "wang"), path=ROOT)
    return browser
