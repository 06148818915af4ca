"""Who may sign in: passwords by argon2id, an optional one-time code, and a lock-out that lies in the database."""

from __future__ import annotations

import re
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session, sessionmaker

from city.storage import staff as storage
from city.storage.models import Staff

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
FAILURES_BEFORE_LOCK = 5
LOCK = timedelta(minutes=15)
TOTP_STEP_S = 30

_hasher = PasswordHasher()
# argon2id takes 64 MiB a call on purpose: two at a time bound what a crowd of strangers can cost us.
_hashing = threading.BoundedSemaphore(2)
_no_such_staff = _hasher.hash(secrets.token_urlsafe(16))


@dataclass(frozen=True)
class Locked:
    until: datetime


def hash_password(password: str) -> str:
    with _hashing:
        return _hasher.hash(password)


def count_attempt(session: Session, login: str, now: datetime) -> Locked | None:
    """Count this try before looking at it, so that tries in parallel cannot outrun the lock. Commit afterwards,
    then `password_fits`, then `finish`."""
    if LOGIN.fullmatch(login) is None:
        return None
    failure = storage.count_failure(session, login, now, forget_before=now - LOCK)
    if failure.locked_until is not None and failure.locked_until > now:
        return Locked(failure.locked_until)
    if failure.count > FAILURES_BEFORE_LOCK:
        failure.locked_until = now + LOCK
        return Locked(failure.locked_until)
    return None


def password_fits(readers: sessionmaker[Session], login: str, password: str) -> bool:
    """Takes the same time whether or not the login exists; holds no transaction while it computes."""
    with readers() as session:
        staff = storage.by_login(session, login)
        password_hash = staff.password_hash if staff else _no_such_staff
    with _hashing:
        try:
            return _hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


def finish(session: Session, *, login: str, genuine: bool, code: str, now: datetime) -> Staff | None:
    """The member of staff, when everything fits; failures are then forgotten. Which of it was wrong is not told."""
    staff = storage.by_login(session, login)
    if staff is None or not genuine or not staff.active or not _code_fits(staff, code, now):
        return None
    storage.forget_failures(session, login)
    return staff


def _code_fits(staff: Staff, code: str, now: datetime) -> bool:
    """The code of now or of the step before; each step once, so that a code read over a shoulder is worthless."""
    if not staff.totp_secret:
        return True
    if not (len(code) == 6 and code.isascii() and code.isdecimal()):
        return False
    totp = pyotp.TOTP(staff.totp_secret)
    step = int(now.timestamp()) // TOTP_STEP_S
    for candidate in (step, step - 1):
        if candidate > staff.totp_step and secrets.compare_digest(totp.at(candidate * TOTP_STEP_S), code):
            staff.totp_step = candidate
            return True
    return False
