from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from kiosk.storage import audit
from kiosk.storage.engine import open_database, sessions
from tests.filings import NOON


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_database(tmp_path)
    with sessions(made).begin() as session:
        for number in range(4):
            audit.note(session, "filed", at=NOON, packet=f"p{number}", sequence=number)
    yield made
    made.dispose()


def first_broken(engine: Engine) -> int | None:
    with sessions(engine)() as session:
        return audit.first_broken(session)


def test_an_untouched_trail_is_whole(engine: Engine) -> None:
    assert first_broken(engine) is None


@pytest.mark.parametrize(
    ("tampering", "broken_at"),
    [
        ("update audit set detail = '{}' where number = 2", 2),
        ("update audit set at = '' where number = 1", 1),
        ("update audit set digest = previous where number = 3", 3),
        ("delete from audit where number = 2", 2),
        ("delete from audit where number = 1", 1),
        ("update audit set number = 9 where number = 4", 4),
    ],
)
def test_tampering_is_found_where_it_happened(engine: Engine, tampering: str, broken_at: int) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(tampering)
    assert first_broken(engine) == broken_at


def test_an_event_of_a_transaction_that_failed_is_not_there(engine: Engine) -> None:
    with sessions(engine)() as session:
        audit.note(session, "filed", at=NOON, packet="p9")
        session.rollback()
    with sessions(engine).begin() as session:
        audit.note(session, "delivered", at=NOON, packet="p0")
    assert first_broken(engine) is None
