"""The kiosk's database: one SQLite file, shared by the kiosk's process and the courier's."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from kiosk.storage import audit, outbox  # noqa: F401  # their tables belong to the metadata
from kiosk.storage.base import Base

FILE_NAME = "kiosk.db"
_BUSY_S = 10.0


def open_database(data_dir: Path) -> Engine:
    """Open `data_dir/kiosk.db`, creating file and tables when they are missing.

    WAL with synchronous=FULL: what a transaction has committed is on the disk. Every transaction takes the write lock
    at its start, because a reader that turns writer could otherwise be refused without waiting.
    """
    file = data_dir / FILE_NAME
    # SQLite itself would make the file unwritable for the group, and kiosk and courier are two users of one group.
    os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660))
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": _BUSY_S})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    Base.metadata.create_all(engine)
    return engine


def sessions(engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine, expire_on_commit=False)


def forget_old_pages(engine: Engine) -> None:
    """Empty the write-ahead log, where overwritten values stay readable. Does its best while others are reading."""
    with closing(engine.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
