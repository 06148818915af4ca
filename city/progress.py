"""What the city tells about a case to the citizen who holds its receipt or its card."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from city.calendar import WorkingCalendar
from city.clock import BEIJING, legal_day
from city.rules import State
from city.storage import cases as storage
from city.storage.models import Case
from config.schema import CatalogueData, Language


@dataclass(frozen=True)
class CaseProgress:
    """Field for field what the kiosk shows. Dates are ISO 8601, "" = not yet. Nothing personal but the item's name."""

    case_number: str
    filing_number: str
    item_name: str
    state: str
    window_name: str
    window_phone: str
    window_place: str
    collected_at: str
    accepted_at: str
    due_on: str
    working_days_left: int | None
    promised_days: int
    notice_number: str
    supplement: tuple[str, ...] = ()
    result: str = ""
    notice_due_on: str = ""  # last day of the one-time notice (行政许可法 art. 32); "" once the window spoke in time
    notice_lapsed: bool = False  # that day went by and the window had said nothing


def find_cases(
    session: Session,
    *,
    catalogue: CatalogueData,
    calendar: WorkingCalendar,
    today: date,
    filing_number: str = "",
    progress_code: str = "",
    citizen_number: str = "",
    language: Language = "zh-CN",
) -> list[dict[str, Any]]:
    """Progress of the cases of one receipt (both halves must fit) or of one citizen, as JSON objects.

    An unknown receipt, a wrong code and a citizen without cases all give an empty list.
    """
    if citizen_number:
        found: Iterable[Case] = storage.by_citizen(session, citizen_number)
    else:
        found = with_code(storage.by_receipt(session, filing_number), progress_code)
    return [asdict(tell(case, catalogue, calendar, today, language)) for case in found]


def with_code(cases: Iterable[Case], progress_code: str) -> list[Case]:
    """Those whose progress code fits, compared in constant time."""
    given = progress_code.encode()
    return [case for case in cases if hmac.compare_digest(case.progress_code.encode(), given)]


def tell(
    case: Case, catalogue: CatalogueData, calendar: WorkingCalendar, today: date, language: Language
) -> CaseProgress:
    place = catalogue.localities.get(case.window)
    due = case.promised_due_on if case.state is State.ACCEPTED else None
    limit, lapsed = _notice_limit(case, today)
    return CaseProgress(
        case_number=case.number,
        filing_number=case.filing_number,
        item_name=case.item_name if language == "zh-CN" else case.item_name_en,
        state=case.state.value,
        window_name=place.name(language) if place else case.window,
        window_phone=place.window.phone if place else "",
        window_place=place.window.place(language) if place else "",
        collected_at=_iso(case.collected_at),
        accepted_at=_iso(case.accepted_at),
        due_on=case.promised_due_on.isoformat() if case.promised_due_on else "",
        working_days_left=calendar.left(today, due) if due else None,
        promised_days=case.promised_days,
        notice_number=case.notice.number if case.notice else "",
        supplement=tuple(f"{d.material_name}：{d.problem}。{d.remedy}".rstrip("。") for d in case.defects)
        if case.state is State.SUPPLEMENT_ASKED
        else (),
        result=case.result.title if case.result else _returned(case),
        notice_due_on=limit,
        notice_lapsed=lapsed,
    )


def _notice_limit(case: Case, today: date) -> tuple[str, bool]:
    """The window speaks by telling the defects or by passing the dossier. Speaking late does not undo the lapse."""
    spoke_at = case.defects_told_at or case.passed_at
    lapsed = (legal_day(spoke_at) if spoke_at else today) > case.notice_due_on
    return (case.notice_due_on.isoformat(), lapsed) if lapsed or spoke_at is None else ("", False)


def _returned(case: Case) -> str:
    if case.state is not State.RETURNED:
        return ""
    return str(case.events[-1].detail.get("reason", ""))


def _iso(moment: datetime | None) -> str:
    return moment.astimezone(BEIJING).isoformat(timespec="seconds") if moment else ""
