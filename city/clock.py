"""The city's clock. Time comes in as an argument everywhere; only the root chooses this one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]
"""Returns the present moment with a zone."""

BEIJING = timezone(timedelta(hours=8), "CST")
"""The zone in which the law counts days. China has had no daylight saving since 1991."""


def system_clock() -> datetime:
    return datetime.now(BEIJING)


def legal_day(moment: datetime) -> date:
    """The calendar day in Beijing on which a moment with a zone falls."""
    return moment.astimezone(BEIJING).date()
