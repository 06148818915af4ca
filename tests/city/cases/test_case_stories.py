"""What happens to a case, told as stories, on a real database and real files."""

from __future__ import annotations

import hashlib
import threading
import uuid
from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DatabaseError

from city.cases import Actor, VersionConflict, application_of, open_case, perform
from city.clock import BEIJING
from city.inbox import CannotOpen
from city.rules import (
    Act,
    Carrier,
    Channel,
    ConsultationStruck,
    Consulted,
    Decided,
    Decision,
    Defect,
    Delivered,
    DeliveryWay,
    ElectronicSigned,
    OriginalsArrived,
    OriginalsPosted,
    Outcome,
    Parcel,
    Passed,
    Refusal,
    Refused,
    Returned,
    Role,
    State,
    SupplementAsked,
    SupplementReceived,
    WaybillCorrected,
)
from city.storage.files import fetch
from city.storage.models import Case, Event
from tests.cityhall import (
    AGREED,
    CLERK,
    EMS,
    OF_THE_CITY,
    WITHOUT_ORIGINALS,
    Hall,
    catalogue,
    filing,
)

PDF = b"%PDF-1.7 a result"


def originals(hall: Hall, number: str) -> frozenset[str]:
    return frozenset(m.key for m in hall.case(number).materials if m.original)


def test_from_the_packet_to_the_delivered_result(hall: Hall) -> None:
    given = filing()
    number = hall.open(given)
    case = hall.case(number)
    assert (case.state, case.window, case.due_on) == (State.COLLECTED, "hangkong", date(2026, 12, 1))
    assert case.notice_due_on == date(2026, 12, 1)  # five working days after Tuesday 24 November
    assert application_of(case) == given.application
    assert fetch(hall.blobs, case.materials[0].sha256) == given.files[given.application.materials[0].file]
    assert {m.evidence_grade for m in case.materials} == {"C"}
    assert case.accepted_at is None

    hall.clock.pass_(hours=1)
    hall.act(number, AGREED, Passed())
    case = hall.case(number)
    assert case.notice is not None
    assert (case.state, case.due_on, case.notice.number) == (State.REMOTE_PASSED, None, "DS2026000001")
    assert hashlib.sha256(fetch(hall.blobs, case.notice.sha256)).hexdigest() == case.notice.sha256

    hall.clock.pass_(days=1)
    hall.act(number, OriginalsPosted(EMS))
    assert hall.case(number).accepted_at is None  # posting is not arriving

    hall.clock.pass_(days=2)  # Friday
    arrived = hall.clock.now
    hall.act(number, OriginalsArrived(originals(hall, number)))
    case = hall.case(number)
    assert case.state is State.ACCEPTED
    assert case.accepted_at == arrived
    assert case.promised_due_on == hall.desk.calendar.add(date(2026, 11, 27), case.promised_days) == case.due_on
    assert case.legal_due_on == hall.desk.calendar.add(date(2026, 11, 27), case.legal_days)
    assert {m.evidence_grade for m in case.materials if m.original} == {"B"}

    hall.act(number, Decided(Decision.GRANTED, "参保登记结果", "", PDF))
    case = hall.case(number)
    assert case.result is not None
    assert fetch(hall.blobs, case.result.sha256) == PDF
    hall.act(number, Delivered(DeliveryWay.POST, Parcel(Carrier.EMS, "1159876543210"), "已电话告知"))
    case = hall.case(number)
    assert (case.state, case.is_open, case.due_on) == (State.DELIVERED, False, None)
    assert [event.act for event in case.events] == [
        Act.OPEN, Act.CONSULT, Act.PASS, Act.POST_ORIGINALS, Act.RECORD_ARRIVAL, Act.DECIDE, Act.DELIVER,
    ]  # fmt: skip
    assert [event.sequence for event in case.events] == list(range(1, 8))


def test_a_paperless_item_is_accepted_when_the_window_signs(hall: Hall) -> None:
    number = hall.open(item=WITHOUT_ORIGINALS)
    hall.act(number, AGREED, Passed())
    with pytest.raises(Refused) as refused:
        hall.act(number, OriginalsPosted(EMS))
    assert refused.value.refusal is Refusal.NO_ORIGINALS
    hall.act(number, ElectronicSigned())
    case = hall.case(number)
    assert case.state is State.ACCEPTED
    assert case.accepted_at == hall.clock.now
    assert {m.evidence_grade for m in case.materials} == {"C"}  # nothing was compared


def test_the_same_packet_again_is_the_same_case(hall: Hall) -> None:
    given = filing()
    assert hall.open(given) == hall.open(given)
    with hall.readers() as session:
        assert session.scalar(select(func.count(Case.id))) == 1
        assert session.scalar(select(func.count(Event.id))) == 1


def test_opening_that_is_rolled_back_can_be_done_again(hall: Hall) -> None:
    given = filing()
    with hall.writers() as session:
        open_case(
            session,
            application=given.application,
            files=given.files,
            received_at=hall.clock(),
            catalogue=hall.desk.catalogue,
            calendar=hall.desk.calendar,
            blobs=hall.blobs,
        )
        session.rollback()
    number = hall.open(given)
    assert number.endswith("00001")  # the number of the rolled-back try was not used up


def test_all_defects_are_told_at_once_and_never_again(hall: Hall) -> None:
    number = hall.open()
    first, second = (m.key for m in hall.case(number).materials)
    defects = (Defect(first, "第 2 页反光", "重拍第 2 页"), Defect(second, "缺本人页", "补拍本人页"))
    hall.act(number, SupplementAsked(defects))
    case = hall.case(number)
    assert (case.state, case.due_on) == (State.SUPPLEMENT_ASKED, None)
    assert [(d.material_key, d.late) for d in case.defects] == [(first, False), (second, False)]
    hall.clock.pass_(days=6)
    hall.act(number, SupplementReceived("两页已补"))
    assert hall.case(number).due_on == date(2026, 12, 7)  # five working days from the supplement
    with pytest.raises(Refused) as refused:
        hall.act(number, SupplementAsked(defects[:1]))
    assert refused.value.refusal is Refusal.ALREADY_TOLD
    hall.act(number, AGREED, Passed())


def test_defects_told_after_five_working_days_are_marked_late(hall: Hall) -> None:
    number = hall.open()
    hall.clock.now = datetime(2026, 12, 1, 23, 59, tzinfo=BEIJING)
    other = hall.open()
    material = hall.case(number).materials[0].key
    hall.act(number, SupplementAsked((Defect(material, "缺页", ""),)))
    assert not hall.case(number).defects[0].late  # the last minute of the fifth day
    hall.clock.now = datetime(2026, 12, 9, 0, 0, tzinfo=BEIJING)
    hall.act(other, SupplementAsked((Defect(material, "缺页", ""),)))
    assert hall.case(other).defects[0].late


def test_a_consultation_entered_by_mistake_is_struck_and_stays_in_the_record(hall: Hall) -> None:
    number = hall.open()
    hall.act(number, AGREED, ConsultationStruck("记到别的办件上了"))
    with pytest.raises(Refused) as refused:
        hall.act(number, Passed())
    assert refused.value.refusal is Refusal.NO_CONSULTATION
    case = hall.case(number)
    assert [c.struck for c in case.consultations] == [True]
    assert [e.act for e in case.events] == [Act.OPEN, Act.CONSULT, Act.STRIKE_CONSULTATION]


def test_the_latest_consultation_counts(hall: Hall) -> None:
    number = hall.open()
    hall.act(number, AGREED, Consulted(Channel.VIDEO, "李静", Outcome.DEFECTIVE, ""))
    with pytest.raises(Refused) as refused:
        hall.act(number, Passed())
    assert refused.value.refusal is Refusal.CONSULTATION_NOT_AGREED


def test_a_waybill_can_be_corrected_until_the_papers_arrive(hall: Hall) -> None:
    number = hall.open()
    hall.act(number, AGREED, Passed(), OriginalsPosted(EMS))
    hall.act(number, WaybillCorrected(Parcel(Carrier.EMS, "1150000000001")))
    assert [w.number for w in hall.case(number).waybills] == ["1151234567890", "1150000000001"]
    hall.act(number, OriginalsArrived(originals(hall, number)))
    with pytest.raises(Refused):
        hall.act(number, WaybillCorrected(EMS))


def test_papers_that_do_not_match_go_straight_back(hall: Hall) -> None:
    number = hall.open()
    hall.act(number, AGREED, Passed(), OriginalsPosted(EMS))
    hall.act(number, Returned("户口簿与影像不一致", Parcel(Carrier.EMS, "1157777777777")))
    case = hall.case(number)
    assert (case.state, case.is_open, case.accepted_at) == (State.RETURNED, False, None)
    assert {m.evidence_grade for m in case.materials} == {"C"}


def test_the_form_posted_twice_makes_one_event(hall: Hall) -> None:
    number = hall.open()
    once = uuid.uuid4().hex
    version = hall.case(number).version
    for _ in range(3):
        with hall.writers.begin() as session:
            perform(
                session, hall.find(session, number), AGREED,
                actor=CLERK, at=hall.clock(), version=version, once=once, desk=hall.desk,
            )  # fmt: skip
    assert len(hall.case(number).consultations) == 1


def test_two_clerks_at_once_only_one_wins(hall: Hall) -> None:
    number = hall.open()
    hall.act(number, AGREED)
    version = hall.case(number).version
    hall.act(number, Passed())
    with pytest.raises(VersionConflict), hall.writers.begin() as session:
        perform(
            session, hall.find(session, number), Passed(),
            actor=CLERK, at=hall.clock(), version=version, once="other", desk=hall.desk,
        )  # fmt: skip
    assert [e.act for e in hall.case(number).events].count(Act.PASS) == 1


def test_twelve_clerks_pass_the_same_case_in_the_same_moment(hall: Hall) -> None:
    number = hall.open()
    hall.act(number, AGREED)
    version = hall.case(number).version
    answers: list[str] = []
    start = threading.Barrier(12)

    def clerk(n: int) -> None:
        start.wait()
        try:
            with hall.writers.begin() as session:
                perform(
                    session, hall.find(session, number), Passed(),
                    actor=CLERK, at=hall.clock(), version=version, once=f"clerk-{n}", desk=hall.desk,
                )  # fmt: skip
            answers.append("won")
        except VersionConflict:
            answers.append("conflict")

    threads = [threading.Thread(target=clerk, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["conflict"] * 11 + ["won"]
    assert [e.act for e in hall.case(number).events].count(Act.PASS) == 1


def test_a_failed_rendering_leaves_nothing_behind(hall: Hall) -> None:
    number = hall.open()
    hall.act(number, AGREED)

    def fails(_: object) -> bytes:
        raise RuntimeError("no fonts")

    desk = replace(hall.desk, render_notice=fails)
    case = hall.case(number)
    with pytest.raises(RuntimeError), hall.writers.begin() as session:
        perform(
            session, hall.find(session, number), Passed(),
            actor=CLERK, at=hall.clock(), version=case.version, once="a", desk=desk,
        )  # fmt: skip
    after = hall.case(number)
    assert (after.state, after.version, len(after.events)) == (case.state, case.version, len(case.events))
    hall.act(number, Passed())
    assert hall.case(number).notice is not None


def test_the_record_cannot_be_changed_or_deleted(hall: Hall) -> None:
    hall.open()
    statements = (
        update(Event).values(actor="somebody else"),
        delete(Event),
        text("UPDATE event SET at = '2020-01-01'"),
        text("DELETE FROM event WHERE 1 = 1"),
    )
    for statement in statements:
        with pytest.raises(DatabaseError, match="append-only"), hall.writers.begin() as session:
            session.execute(statement)
    with hall.readers() as session:
        assert session.scalar(select(func.count(Event.id))) == 1


def test_a_window_cannot_act_for_a_supervisor_and_a_supervisor_not_for_a_window(hall: Hall) -> None:
    number = hall.open()
    with pytest.raises(Refused) as refused:
        hall.act(number, AGREED, actor=Actor(Role.SUPERVISOR, "陈处长"))
    assert refused.value.refusal is Refusal.NOT_YOURS


def test_an_item_of_the_city_lies_at_the_city_window_wherever_it_was_filed(hall: Hall) -> None:
    case = hall.case(hall.open(item=OF_THE_CITY, locality="yanta"))
    assert case.window == "xian"
    assert any("市级部门" in why for why in case.route_why)


def test_an_item_the_catalogue_does_not_know_is_still_a_case(hall: Hall) -> None:
    case = hall.case(hall.open(item="000000000", locality="nowhere"))
    assert (case.window, case.item_name, case.legal_days) == ("xian", "000000000", 20)
    hall.act(case.number, AGREED, Passed())


@pytest.mark.parametrize("item", sorted(catalogue().items))
def test_every_item_goes_all_the_way(hall: Hall, item: str) -> None:
    number = hall.open(item=item)
    hall.act(number, AGREED, Passed())
    papers = originals(hall, number)
    if papers:
        hall.act(number, OriginalsPosted(EMS), OriginalsArrived(papers))
    else:
        hall.act(number, ElectronicSigned())
    hall.act(number, Decided(Decision.REFUSED, "不予许可决定书", "", PDF), Delivered(DeliveryWay.ONLINE, None, ""))
    assert hall.case(number).state is State.DELIVERED


def test_numbers_are_given_once_by_day_and_the_notice_by_year(hall: Hall) -> None:
    numbers = [hall.open() for _ in range(3)]
    assert numbers == ["TB2026112400001", "TB2026112400002", "TB2026112400003"]
    hall.clock.now = datetime(2027, 1, 4, 9, 0, tzinfo=BEIJING)
    number = hall.open()
    assert number == "TB2027010400001"
    hall.act(number, AGREED, Passed())
    notice = hall.case(number).notice
    assert notice is not None
    assert notice.number == "DS2027000001"


@pytest.mark.parametrize("time", ["", "yesterday", "2026-11-24T08:52:10"])
def test_a_packet_without_a_usable_time_is_kept_in_quarantine(hall: Hall, time: str) -> None:
    with pytest.raises(CannotOpen) as refused:
        hall.open(filing(collected_at=time))
    assert refused.value.reason == "bad_time"


def test_a_packet_that_contradicts_itself_is_kept_in_quarantine(hall: Hall) -> None:
    given = filing()
    materials = given.application.materials
    twice = replace(given, application=replace(given.application, materials=(materials[0], materials[0])))
    with pytest.raises(CannotOpen) as refused:
        hall.open(twice)
    assert refused.value.reason == "material_twice"
    with pytest.raises(CannotOpen) as refused:
        hall.open(replace(given, files={}))
    assert refused.value.reason == "file_missing"


def test_the_record_never_holds_the_bytes_of_a_result(hall: Hall) -> None:
    number = hall.open(item=WITHOUT_ORIGINALS)
    hall.act(number, AGREED, Passed(), ElectronicSigned(), Decided(Decision.GRANTED, "结果", "X-1", PDF))
    said = hall.case(number).events[-1].detail
    assert said["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert "pdf" not in said


def test_an_error_of_the_database_quotes_no_citizen(hall: Hall) -> None:
    number = hall.open(name="金丝雀")
    with pytest.raises(DatabaseError) as caught, hall.writers.begin() as session:
        session.execute(update(Case).where(Case.number == number).values(state=None, applicant_name="金丝雀二"))
    assert "金丝雀" not in str(caught.value)
    assert number not in str(caught.value)
