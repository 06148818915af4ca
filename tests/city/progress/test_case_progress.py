"""What a citizen is told: only with both halves of the receipt, or by card; field for field what the kiosk shows."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest

from city.clock import legal_day
from city.notices import UnknownCase, notice_pdf
from city.progress import CaseProgress, find_cases
from city.rules import (
    Carrier,
    Decided,
    Decision,
    Defect,
    Details,
    ElectronicSigned,
    OriginalsArrived,
    OriginalsPosted,
    Parcel,
    Passed,
    Returned,
    SupplementAsked,
)
from kiosk.events import CaseProgress as ShownAtTheKiosk
from tests.cityhall import AGREED, EMS, WITHOUT_ORIGINALS, Filing, Hall, filing


def ask(hall: Hall, **question: str) -> list[dict[str, Any]]:
    with hall.readers() as session:
        return find_cases(
            session,
            catalogue=hall.desk.catalogue,
            calendar=hall.desk.calendar,
            today=legal_day(hall.clock()),
            **question,
        )


def by_receipt(hall: Hall, given: Filing, **more: str) -> list[dict[str, Any]]:
    application = given.application
    return ask(hall, filing_number=application.filing_number, progress_code=application.progress_code, **more)


def test_the_fields_are_those_of_the_kiosk() -> None:
    ours = [(f.name, f.type) for f in dataclasses.fields(CaseProgress)]
    assert ours == [(f.name, f.type) for f in dataclasses.fields(ShownAtTheKiosk)]


def test_a_fresh_case_shows_one_date_and_no_clock(hall: Hall) -> None:
    given = filing()
    number = hall.open(given)
    [told] = by_receipt(hall, given)
    shown = ShownAtTheKiosk(**told)
    assert (shown.case_number, shown.state, shown.item_name) == (number, "collected", "灵活就业人员参保登记")
    assert (shown.window_name, shown.window_phone) == ("航空基地", "029-81664314")
    assert shown.collected_at == "2026-11-24T08:52:10+08:00"
    assert (shown.accepted_at, shown.due_on, shown.working_days_left, shown.notice_number) == ("", "", None, "")


def test_after_arrival_it_shows_both_dates_and_what_is_left(hall: Hall) -> None:
    given = filing(item="610123001")
    number = hall.open(given)
    hall.act(number, AGREED, Passed(), OriginalsPosted(EMS))
    hall.clock.now += timedelta(days=1)
    case = hall.case(number)
    hall.act(number, OriginalsArrived(frozenset(m.key for m in case.materials)))
    [told] = by_receipt(hall, given)
    assert told["accepted_at"] == "2026-11-25T09:30:00+08:00"
    assert told["working_days_left"] == case.promised_days
    hall.clock.now += timedelta(days=1)
    [told] = by_receipt(hall, given)
    assert told["working_days_left"] == case.promised_days - 1
    assert told["notice_number"] == "DS2026000001"


def test_english_is_spoken_where_it_was_asked_for(hall: Hall) -> None:
    given = filing()
    hall.open(given)
    [told] = by_receipt(hall, given, language="en")
    assert told["item_name"].isascii()
    assert "Aviation" in told["window_name"]


def test_every_defect_is_told_while_the_supplement_is_awaited(hall: Hall) -> None:
    given = filing()
    number = hall.open(given)
    first = hall.case(number).materials[0]
    hall.act(
        number,
        SupplementAsked((Defect(first.key, "第 2 页反光", "重拍第 2 页"), Defect("", "没有签名", ""))),
    )
    [told] = by_receipt(hall, given)
    assert told["supplement"] == (f"{first.name}：第 2 页反光。重拍第 2 页", "全部材料：没有签名")


def notice_limit(hall: Hall, given: Filing) -> tuple[str, bool]:
    shown = ShownAtTheKiosk(**by_receipt(hall, given)[0])
    return shown.notice_due_on, shown.notice_lapsed


DUE = "2026-12-01"  # the fifth working day after Tuesday, 24 November


def test_the_window_has_five_working_days_from_arrival_to_speak(hall: Hall) -> None:
    given = filing()
    hall.open(given)
    assert notice_limit(hall, given) == (DUE, False)
    hall.clock.now += timedelta(days=7)
    assert notice_limit(hall, given) == (DUE, False)  # the last day counts whole
    hall.clock.now += timedelta(days=1)
    assert notice_limit(hall, given) == (DUE, True)


@pytest.mark.parametrize("speaks", [(SupplementAsked((Defect("", "没有签名", ""),)),), (AGREED, Passed())])
def test_a_window_that_spoke_in_time_owes_nothing_however_long_ago(hall: Hall, speaks: tuple[Details, ...]) -> None:
    given = filing()
    number = hall.open(given)
    hall.clock.now += timedelta(days=7)
    hall.act(number, *speaks)
    hall.clock.now += timedelta(days=60)
    assert notice_limit(hall, given) == ("", False)


@pytest.mark.parametrize("speaks", [(SupplementAsked((Defect("", "没有签名", ""),)),), (AGREED, Passed())])
def test_speaking_late_does_not_undo_the_lapse(hall: Hall, speaks: tuple[Details, ...]) -> None:
    given = filing()
    number = hall.open(given)
    hall.clock.now += timedelta(days=8)
    hall.act(number, *speaks)
    assert notice_limit(hall, given) == (DUE, True)


def test_a_result_and_a_return_are_told(hall: Hall) -> None:
    given = filing(item=WITHOUT_ORIGINALS)
    number = hall.open(given)
    hall.act(number, AGREED, Passed(), ElectronicSigned(), Decided(Decision.GRANTED, "高龄补贴决定", "", b"%PDF-"))
    assert by_receipt(hall, given)[0]["result"] == "高龄补贴决定"
    assert by_receipt(hall, given)[0]["working_days_left"] is None
    back = filing()
    number = hall.open(back)
    hall.act(number, AGREED, Passed(), OriginalsPosted(EMS), Returned("原件破损", Parcel(Carrier.EMS, "1")))
    assert by_receipt(hall, back)[0]["result"] == "原件破损"


@pytest.mark.parametrize("code", ["", "0000000", "７０００００１", "x" * 100_000, "\x00"])
def test_a_wrong_code_and_an_unknown_receipt_say_the_same(hall: Hall, code: str) -> None:
    given = filing()
    hall.open(given)
    assert ask(hall, filing_number=given.application.filing_number, progress_code=code) == []
    assert ask(hall, filing_number="XA99-261124-001-X", progress_code=code) == []


def test_by_card_come_the_cases_of_that_citizen_and_of_nobody_else(hall: Hall) -> None:
    mine, other = filing(), filing(number="610102199003071238", name="钱秀英")
    first, second = hall.open(mine), hall.open(filing())
    hall.open(other)
    numbers = [told["case_number"] for told in ask(hall, citizen_number=mine.application.applicant.number)]
    assert numbers == [second, first]
    assert ask(hall, citizen_number="%") == []


def test_the_notice_is_handed_out_to_who_holds_the_receipt_or_the_card(hall: Hall) -> None:
    given = filing()
    number = hall.open(given)
    application = given.application
    receipt = {"filing_number": application.filing_number, "progress_code": application.progress_code}

    def fetch(**question: str) -> bytes | None:
        with hall.readers() as session:
            return notice_pdf(session, blobs=hall.blobs, **question)

    assert fetch(case_number=number, **receipt) is None  # not passed yet
    hall.act(number, AGREED, Passed())
    pdf = fetch(case_number=number, **receipt)
    assert pdf is not None
    assert pdf.startswith(b"%PDF-")
    assert fetch(case_number=number, citizen_number=application.applicant.number) == pdf
    for wrong in (
        {**receipt, "progress_code": "1"},
        {"filing_number": application.filing_number},
        {"citizen_number": "610102199003071238"},
        {},
    ):
        with pytest.raises(UnknownCase):
            fetch(case_number=number, **wrong)
    with pytest.raises(UnknownCase):
        fetch(case_number="TB2026112499999", **receipt)
