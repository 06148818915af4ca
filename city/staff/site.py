"""What every staff page needs, and who is looking at it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request
from sqlalchemy.orm import Session, sessionmaker

from city.cases import Actor, Desk
from city.clock import Clock
from city.rules import Role
from city.storage import staff as storage
from city.storage.cases import Scope
from city.storage.models import Staff

SESSION_COOKIE = "tongban_staff"
SIGN_IN_COOKIE = "tongban_sign_in"
ROOT = "/staff"


@dataclass(frozen=True)
class Site:
    """`secure` = the pages are reached over HTTPS, so cookies never travel without it."""

    readers: sessionmaker[Session]
    writers: sessionmaker[Session]
    desk: Desk
    clock: Clock
    session_length: timedelta
    secure: bool

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.readers() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction; it is committed when the block ends without an exception."""
        with self.writers.begin() as session:
            yield session


class NotSignedIn(Exception):
    """There is no session, or it is over."""


class ForgedForm(Exception):
    """The form does not carry this session's token: it did not come from our own page."""


class NoSuchPage(Exception):
    """Nothing there for this viewer."""


@dataclass(frozen=True)
class Viewer:
    staff_id: int
    name: str
    role: Role
    window: str
    csrf: str

    @property
    def scope(self) -> Scope:
        return Scope(None if self.role is Role.SUPERVISOR else self.window)

    @property
    def actor(self) -> Actor:
        return Actor(self.role, self.name, self.staff_id)


def site_of(request: Request) -> Site:
    site = request.app.state.site
    assert isinstance(site, Site)
    return site


def viewer_of(request: Request) -> Viewer:
    """Who is signed in. Raises NotSignedIn."""
    token = request.cookies.get(SESSION_COOKIE, "")
    site = site_of(request)
    with site.reading() as session:
        staff = storage.session_staff(session, token_digest(token), site.clock()) if token else None
        if staff is None:
            raise NotSignedIn
        return Viewer(staff.id, staff.name, staff.role, staff.window, csrf_token(token))


def start_session(session: Session, staff: Staff, site: Site) -> str:
    """A new session; returns the token for the cookie."""
    token = secrets.token_urlsafe(32)
    storage.open_session(session, staff, token_digest(token), site.clock() + site.session_length)
    return token


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_token(token: str) -> str:
    """Follows from the cookie that scripts and other sites cannot read, so nothing more has to be stored."""
    return hmac.new(token.encode(), b"staff form", hashlib.sha256).hexdigest()


def check_csrf(given: str, expected: str) -> None:
    """Raises ForgedForm."""
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise ForgedForm
