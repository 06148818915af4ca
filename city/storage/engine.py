"""The city's database: SQLite in a file, or PostgreSQL when it has grown."""

from __future__ import annotations

import sqlite3

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

_BUSY_S = 15.0
_READING = "tongban_reading"


def open_engine(database_url: str) -> Engine:
    """An engine for `database_url`; tables are the caller's matter (`Base.metadata.create_all`).

    On SQLite: WAL, synchronous=FULL, foreign keys on, and every transaction takes the write lock when it begins
    (a reader that turns writer could otherwise be refused without waiting). `reading_sessions` do without the lock.
    Errors never quote the values of a statement: they are citizens' data and errors are logged.
    """
    if not database_url.startswith("sqlite"):
        return create_engine(database_url, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(database_url, connect_args={"timeout": _BUSY_S}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def writing_sessions(engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine, expire_on_commit=False)


def reading_sessions(engine: Engine) -> sessionmaker[Session]:
    """For pages that only look: they never wait for a writer. Writing in such a session may fail at once."""
    return sessionmaker(engine.execution_options(**{_READING: True}), expire_on_commit=False)


def _prepare_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get(_READING, False)
    connection.exec_driver_sql("BEGIN DEFERRED" if reading else "BEGIN IMMEDIATE")
