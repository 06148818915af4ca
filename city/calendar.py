"""Working days: weekends, public holidays and make-up workdays, from `config/calendar.toml`.

A limit of n working days does not count the day on which it starts (民法典 art. 201) and ends with the n-th after it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

ONE_DAY = timedelta(days=1)


class CalendarMistakes(ValueError):
    """The calendar file cannot be used. `mistakes` names every one of them."""

    def __init__(self, path: Path, mistakes: tuple[str, ...]) -> None:
        super().__init__("\n".join(f"{path}: {mistake}" for mistake in mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class WorkingCalendar:
    """`announced` holds the years that the State Council has published; every other year is provisional."""

    holidays: frozenset[date]
    workdays: frozenset[date]
    announced: frozenset[int]

    def is_working(self, day: date) -> bool:
        if day in self.workdays:
            return True
        return day.weekday() < 5 and day not in self.holidays

    def add(self, start: date, days: int) -> date:
        """The day on which a limit of `days` working days ends that starts on `start`; days >= 0."""
        if days < 0:
            raise ValueError(f"a limit of {days} days")
        day = start
        while days > 0:
            day += ONE_DAY
            days -= self.is_working(day)
        return day

    def left(self, today: date, due: date) -> int:
        """Working days after `today` up to and with `due`; negative once it has passed, 0 on the last day."""
        if due >= today:
            return self._count(today, due)
        return -self._count(due, today)

    def is_provisional(self, start: date, end: date) -> bool:
        """True when a year between the two days has not been announced, so that the end may still move."""
        return any(year not in self.announced for year in range(start.year, end.year + 1))

    def _count(self, after: date, up_to: date) -> int:
        return sum(self.is_working(after + ONE_DAY * n) for n in range(1, (up_to - after).days + 1))


def read_calendar(path: Path) -> WorkingCalendar:
    """Raises CalendarMistakes with every mistake in the file, OSError when it cannot be read."""
    mistakes: list[str] = []
    holidays: set[date] = set()
    workdays: set[date] = set()
    announced: set[int] = set()
    try:
        years = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise CalendarMistakes(path, (str(error),)) from error
    for key, year in years.items():
        if not (key.isdecimal() and len(key) == 4 and isinstance(year, Mapping)):
            mistakes.append(f"{key}: found a key that is no year, wanted [YYYY]")
            continue
        holidays |= _days(key, "holidays", year, mistakes)
        workdays |= _days(key, "workdays", year, mistakes)
        if year.get("announced") is True:
            announced.add(int(key))
        elif year.get("announced") is not False:
            mistakes.append(f"{key}.announced: found {year.get('announced')!r}, wanted true or false")
    mistakes += [f"{day}: named as holiday and as workday" for day in sorted(holidays & workdays)]
    mistakes += [f"{day}: a workday need not be named" for day in sorted(workdays) if day.weekday() < 5]
    if mistakes:
        raise CalendarMistakes(path, tuple(mistakes))
    return WorkingCalendar(frozenset(holidays), frozenset(workdays), frozenset(announced))


def _days(year: str, key: str, table: Mapping[str, object], mistakes: list[str]) -> set[date]:
    entries = table.get(key)
    if not isinstance(entries, list):
        mistakes.append(f"{year}.{key}: found {entries!r}, wanted a list of days")
        return set()
    days: set[date] = set()
    for entry in entries:
        try:
            found = tuple(_span(str(entry)))
        except ValueError:
            found = ()
        if not found or any(day.year != int(year) for day in found):
            mistakes.append(f"{year}.{key}: found {entry!r}, wanted YYYY-MM-DD or YYYY-MM-DD..YYYY-MM-DD of {year}")
        days.update(found)
    return days


def _span(entry: str) -> Iterator[date]:
    first, _, last = entry.partition("..")
    day, end = date.fromisoformat(first), date.fromisoformat(last or first)
    while day <= end:
        yield day
        day += ONE_DAY
