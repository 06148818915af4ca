"""Working days by the published calendars, and what happens to a file with mistakes in it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.calendar import CalendarMistakes, WorkingCalendar, read_calendar

CALENDAR = Path(__file__).parents[3] / "config" / "calendar.toml"


@pytest.fixture(scope="module")
def calendar() -> WorkingCalendar:
    return read_calendar(CALENDAR)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2025-01-26", True),  # make-up Sunday before the spring festival
        ("2025-01-27", True),
        ("2025-01-28", False),
        ("2025-02-04", False),
        ("2025-02-08", True),
        ("2025-10-08", False),
        ("2025-10-11", True),
        ("2026-01-02", False),
        ("2026-01-04", True),
        ("2026-02-14", True),
        ("2026-02-23", False),
        ("2026-02-24", True),
        ("2026-05-09", True),
        ("2026-06-19", False),
        ("2026-09-25", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),
        ("2026-11-28", False),  # a plain Saturday
        ("2027-02-08", False),
    ],
)
def test_days_of_the_published_years(calendar: WorkingCalendar, day: str, *, working: bool) -> None:
    assert calendar.is_working(date.fromisoformat(day)) is working


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-24", 5, "2026-12-01"),  # Tuesday to Tuesday
        ("2026-11-27", 1, "2026-11-30"),  # Friday to Monday
        ("2026-02-13", 1, "2026-02-14"),  # Friday to a make-up Saturday
        ("2026-02-14", 1, "2026-02-24"),  # over the whole spring festival
        ("2026-09-30", 2, "2026-10-09"),
        ("2026-11-28", 1, "2026-11-30"),  # starting on a Saturday
        ("2026-11-24", 0, "2026-11-24"),
    ],
)
def test_a_limit_does_not_count_its_first_day(calendar: WorkingCalendar, start: str, days: int, end: str) -> None:
    assert calendar.add(date.fromisoformat(start), days) == date.fromisoformat(end)


@given(
    start=st.dates(min_value=date(2025, 1, 1), max_value=date(2027, 12, 1)), days=st.integers(min_value=1, max_value=60)
)
def test_what_is_left_of_a_fresh_limit_is_the_limit(start: date, days: int) -> None:
    calendar = read_calendar(CALENDAR)
    end = calendar.add(start, days)
    assert calendar.left(start, end) == days
    assert calendar.is_working(end)
    assert calendar.left(end, end) == 0
    assert calendar.left(end + timedelta(days=1), end) <= 0
    assert calendar.left(calendar.add(end, 3), end) == -3


def test_a_year_that_is_not_announced_gives_provisional_dates(calendar: WorkingCalendar) -> None:
    assert not calendar.is_provisional(date(2026, 11, 24), date(2026, 12, 31))
    assert calendar.is_provisional(date(2026, 12, 25), date(2027, 1, 4))
    assert calendar.is_provisional(date(2031, 1, 1), date(2031, 1, 2))


def test_a_negative_limit_is_a_bug(calendar: WorkingCalendar) -> None:
    with pytest.raises(ValueError, match="-1 days"):
        calendar.add(date(2026, 11, 24), -1)


def test_every_mistake_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "calendar.toml"
    file.write_text(
        """
        [2026]
        announced = "yes"
        holidays = ["2026-13-01", "2026-10-07..2026-10-01", "2026-10-10", "2025-01-01"]
        workdays = ["2026-10-10", "2026-11-24"]
        [soon]
        announced = true
        """
    )
    with pytest.raises(CalendarMistakes) as caught:
        read_calendar(file)
    told = "\n".join(caught.value.mistakes)
    for word in ("2026-13-01", "2026-10-07..2026-10-01", "2025-01-01", "'yes'", "soon", "2026-11-24: a workday need"):
        assert word in told
    assert "2026-10-10: named as holiday and as workday" in told
    assert len(caught.value.mistakes) == 7


def test_a_file_that_is_no_toml(tmp_path: Path) -> None:
    file = tmp_path / "calendar.toml"
    file.write_text("[2026")
    with pytest.raises(CalendarMistakes):
        read_calendar(file)
