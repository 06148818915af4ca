"""Column types the city's tables share."""

from __future__ import annotations

import enum
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A moment with a zone; stored in UTC, because SQLite keeps no zone. Refuses a moment without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value


def code(kind: type[enum.StrEnum]) -> Enum:
    """A column of the enum's values as text with a check, so that a new value is no change of a database type."""
    return Enum(kind, native_enum=False, length=32, values_callable=_values, validate_strings=True)


def _values(kind: Any) -> list[str]:
    return [member.value for member in kind]
