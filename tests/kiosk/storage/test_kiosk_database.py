from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from kiosk.storage.engine import open_database, sessions
from kiosk.storage.outbox import count_of, set_counter


def test_what_is_committed_is_on_the_disk(tmp_path: Path) -> None:
    engine = open_database(tmp_path)
    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    engine.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}


def test_kiosk_and_courier_are_two_users_of_one_group(tmp_path: Path) -> None:
    before = os.umask(0o007)
    try:
        engine = open_database(tmp_path)
        with engine.connect() as connection:
            connection.exec_driver_sql("select 1")
            modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
        engine.dispose()
    finally:
        os.umask(before)
    assert set(modes) == {"kiosk.db", "kiosk.db-wal", "kiosk.db-shm"}
    assert set(modes.values()) == {0o660}


def test_two_who_count_at_once_lose_nothing(tmp_path: Path) -> None:
    engines = [open_database(tmp_path) for _ in range(2)]
    failures: list[Exception] = []

    def count(maker: int) -> None:
        for _ in range(25):
            try:
                with sessions(engines[maker]).begin() as session:
                    set_counter(session, "n", count_of(session, "n") + 1)
            except Exception as wrong:
                failures.append(wrong)

    threads = [threading.Thread(target=count, args=(maker,)) for maker in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sessions(engines[0])() as session:
        assert (count_of(session, "n"), failures) == (50, [])
    for engine in engines:
        engine.dispose()


def test_a_folder_that_is_not_there_is_the_callers_mistake(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_database(tmp_path / "absent")
