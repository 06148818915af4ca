"""Staff accounts of one run, so that somebody can sign in at the staff page."""

from __future__ import annotations

from collections.abc import Iterable

from city.rules import Role
from city.staff.accounts import add
from city.storage.engine import open_engine, writing_sessions

PASSWORD = "a-long-day-at-the-window"
SUPERVISOR = "supervisor"


def login_of(window: str) -> str:
    return f"clerk-{window}"


def make_accounts(database: str, *, windows: Iterable[str]) -> None:
    """A clerk for each window, named `clerk-<window>`, and a supervisor; all with the same password."""
    engine = open_engine(database)
    try:
        with writing_sessions(engine).begin() as session:
            for window in windows:
                add(session, login=login_of(window), name="李静", role=Role.WINDOW, window=window, password=PASSWORD)
            add(session, login=SUPERVISOR, name="督办专员", role=Role.SUPERVISOR, window="", password=PASSWORD)
    finally:
        engine.dispose()
