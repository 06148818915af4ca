"""Queries over staff, their sessions and their failed tries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from city.storage.models import SignInFailure, Staff, StaffSession


def by_login(session: Session, login: str) -> Staff | None:
    return session.scalar(select(Staff).where(Staff.login == login))


def count_failure(session: Session, login: str, now: datetime, *, forget_before: datetime) -> SignInFailure:
    """One more failure of this login, unless it is locked: tries during a lock do not lengthen it.

    Failures older than `forget_before` and locks that have run out are forgotten first.
    """
    session.execute(
        delete(SignInFailure).where(
            or_(
                SignInFailure.locked_until <= now,
                and_(SignInFailure.locked_until.is_(None), SignInFailure.last_at < forget_before),
            )
        )
    )
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(
        insert(SignInFailure)
        .values(login=login, count=1, last_at=now)
        .on_conflict_do_update(
            index_elements=[SignInFailure.login],
            set_={"count": SignInFailure.count + 1, "last_at": now},
            where=SignInFailure.locked_until.is_(None),
        )
    )
    return session.scalars(
        select(SignInFailure).where(SignInFailure.login == login).execution_options(populate_existing=True)
    ).one()


def forget_failures(session: Session, login: str) -> None:
    session.execute(delete(SignInFailure).where(SignInFailure.login == login))


def open_session(session: Session, staff: Staff, token_digest: str, expires_at: datetime) -> None:
    session.add(StaffSession(token_digest=token_digest, staff_id=staff.id, expires_at=expires_at))


def session_staff(session: Session, token_digest: str, now: datetime) -> Staff | None:
    """Whose session this is, unless it is over or the account was closed."""
    return session.scalar(
        select(Staff)
        .join(StaffSession, StaffSession.staff_id == Staff.id)
        .where(StaffSession.token_digest == token_digest, StaffSession.expires_at > now, Staff.active)
    )


def close_session(session: Session, token_digest: str, now: datetime) -> None:
    """This one, and all that have run out."""
    session.execute(
        delete(StaffSession).where((StaffSession.token_digest == token_digest) | (StaffSession.expires_at <= now))
    )


def close_sessions_of(session: Session, staff: Staff) -> None:
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id))
