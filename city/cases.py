"""What happens to a case: opening it from a packet, and every act of `city.rules` carried out on the database.

The caller opens the transaction. An act and all its effects are in it; nothing of a failed act remains.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from city.calendar import WorkingCalendar
from city.clock import legal_day
from city.inbox import CannotOpen
from city.routing import route
from city.rules import (
    ACT_OF,
    CLOSED,
    Act,
    Channel,
    Consulted,
    Decided,
    Delivered,
    Details,
    Effect,
    Facts,
    Move,
    Opened,
    OriginalsArrived,
    OriginalsPosted,
    Parcel,
    Rerouted,
    Returned,
    Role,
    State,
    SupplementAsked,
    WaybillCorrected,
    decide,
)
from city.storage import cases as storage
from city.storage.files import Blobs, keep
from city.storage.models import (
    Case,
    Consultation,
    DefectTold,
    Event,
    Material,
    Notice,
    Page,
    Result,
    Waybill,
)
from config.schema import CatalogueData, Complexity
from packet import wire
from packet.application import Application, MaterialRecord
from packet.archive import SIGNATURE
from packet.errors import BadApplication

__all__ = [
    "Actor",
    "Desk",
    "NoticeFacts",
    "State",
    "VersionConflict",
    "application_of",
    "facts_of",
    "open_case",
    "perform",
]

ONE_TIME_NOTICE_DAYS = 5  # 行政许可法 art. 32
DELIVERY_DAYS = 10  # 行政许可法 art. 44
UNKNOWN_ITEM_DAYS = 20  # 行政许可法 art. 42, for an item the catalogue does not know

CHANNELS = {
    Complexity.SIMPLE: Channel.MAIL,
    Complexity.ORDINARY: Channel.PHONE,
    Complexity.COMPLEX: Channel.VIDEO,
}


@dataclass(frozen=True)
class NoticeFacts:
    """What a 代收件通知书 is made of; `check` goes into its QR code."""

    case: Case
    number: str
    check: str
    issued_at: datetime
    catalogue: CatalogueData


@dataclass(frozen=True)
class Desk:
    """What the use cases take from the world. `render_notice` gives the notice's PDF; it is called once a case."""

    catalogue: CatalogueData
    calendar: WorkingCalendar
    blobs: Blobs
    render_notice: Callable[[NoticeFacts], bytes]


@dataclass(frozen=True)
class Actor:
    role: Role
    name: str
    staff_id: int | None = None


PLATFORM = Actor(Role.PLATFORM, "市级平台")


class VersionConflict(Exception):
    """Somebody else moved the case after this page was shown."""


def open_case(
    session: Session,
    *,
    application: Application,
    files: Mapping[str, bytes],
    received_at: datetime,
    catalogue: CatalogueData,
    calendar: WorkingCalendar,
    blobs: Blobs,
) -> Case:
    """The case of this packet, made if it is not there yet. Same packet id: the same case, nothing written.

    `files` are the members of the packet by path. Raises CannotOpen when the application contradicts itself.
    """
    known = storage.by_packet(session, application.packet_id)
    if known is not None:
        return known
    _check(application, files)
    move = decide(Facts(state=None), Opened(), Role.PLATFORM)
    case = _new_case(session, application, received_at, catalogue)
    case.materials = [
        _file_material(position, record, keep(blobs, files[record.file]))
        for position, record in enumerate(application.materials, 1)
    ]
    if SIGNATURE in files:
        case.signature_sha256 = keep(blobs, files[SIGNATURE])
    session.add(case)
    _carry_out(_Work(session, case, Opened(), PLATFORM, received_at, calendar), move)
    session.flush()
    return case


def perform(
    session: Session,
    case: Case,
    details: Details,
    *,
    actor: Actor,
    at: datetime,
    version: int,
    once: str,
    desk: Desk,
) -> None:
    """Do one act. `version` is what the person saw; `once` the token of their form: a repeated post does nothing.

    Raises Refused, VersionConflict.
    """
    if storage.event_by_token(session, case.id, once) is not None:
        return
    if case.version != version:
        raise VersionConflict
    move = decide(facts_of(case, windows=desk.catalogue.localities), details, actor.role)
    _carry_out(_Work(session, case, details, actor, at, desk.calendar, desk, once), move)
    try:
        session.flush()
    except (StaleDataError, IntegrityError) as error:
        raise VersionConflict from error


def facts_of(case: Case, *, windows: Iterable[str] = ()) -> Facts:
    """`windows` are the keys of all windows; only deciding about another window looks at them."""
    counted = [c for c in case.consultations if not c.struck]
    return Facts(
        state=case.state,
        window=case.window,
        windows=frozenset(windows),
        material_keys=frozenset(m.key for m in case.materials),
        original_keys=frozenset(m.key for m in case.materials if m.original),
        consultation=counted[-1].outcome if counted else None,
        defects_told=case.defects_told_at is not None,
        received_on=legal_day(case.received_at),
        notice_due_on=case.notice_due_on,
    )


def application_of(case: Case) -> Application:
    """The application as the kiosk sealed it."""
    return wire.decode(Application, case.application, error=BadApplication)


# --- opening ----------------------------------------------------------------------------------------------------


def _check(application: Application, files: Mapping[str, bytes]) -> None:
    keys = [material.key for material in application.materials]
    if len(set(keys)) != len(keys):
        raise CannotOpen("material_twice")
    if any(material.file not in files for material in application.materials):
        raise CannotOpen("file_missing")
    try:
        moments = [datetime.fromisoformat(text) for text in (application.collected_at, application.identity.proven_at)]
    except ValueError:
        raise CannotOpen("bad_time") from None
    if any(moment.tzinfo is None for moment in moments):
        raise CannotOpen("bad_time")


def _new_case(session: Session, application: Application, received_at: datetime, catalogue: CatalogueData) -> Case:
    item = catalogue.items.get(application.item_code)
    way = route(application.item_code, application.locality, catalogue)
    day = legal_day(received_at)
    return Case(
        number=f"TB{day:%Y%m%d}{storage.next_number(session, f'case:{day}'):05d}",
        packet_id=application.packet_id,
        filing_number=application.filing_number,
        progress_code=application.progress_code,
        application=wire.encode(application),
        item_code=application.item_code,
        item_name=item.name.zh if item else application.item_code,
        item_name_en=item.name.en if item else application.item_code,
        department=item.department.zh if item else "",
        channel=CHANNELS[item.complexity] if item else Channel.PHONE,
        promised_days=item.promised_days if item else UNKNOWN_ITEM_DAYS,
        legal_days=item.legal_days if item else UNKNOWN_ITEM_DAYS,
        window=way.window,
        route_why=list(way.why),
        receiving_locality=application.receiving_locality,
        kiosk_id=application.kiosk_id,
        applicant_name=application.applicant.name,
        applicant_number=application.applicant.number,
        collected_at=datetime.fromisoformat(application.collected_at),
        received_at=received_at,
        signature_sha256="",
    )


def _file_material(position: int, record: MaterialRecord, sha256: str) -> Material:
    return Material(
        position=position,
        key=record.key,
        name=record.name,
        original=record.original,
        evidence_grade=record.evidence_grade,
        sha256=sha256,
        pages=[
            Page(
                number=number,
                width_px=page.width_px,
                height_px=page.height_px,
                dpi=page.dpi,
                sha256=page.sha256,
                verdicts=list(page.verdicts),
            )
            for number, page in enumerate(record.pages, 1)
        ],
    )


# --- effects ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Work:
    session: Session
    case: Case
    details: Details
    actor: Actor
    at: datetime
    calendar: WorkingCalendar
    desk: Desk | None = None
    once: str | None = None

    @property
    def today(self) -> date:
        return legal_day(self.at)


def _carry_out(work: _Work, move: Move) -> None:
    work.case.state = move.to
    detail = _said(work.details)
    for effect in move.effects:
        detail |= EFFECTS[effect](work) or {}
    work.case.is_open = move.to not in CLOSED
    work.case.due_on = _due(work)
    work.case.version = len(work.case.events) + 1
    work.case.events.append(
        Event(
            sequence=work.case.version,
            at=work.at,
            act=move.act,
            state=move.to,
            role=work.actor.role,
            staff_id=work.actor.staff_id,
            actor=work.actor.name,
            detail=detail,
            once=work.once,
        )
    )


def _due(work: _Work) -> date | None:
    """By when the window must act next."""
    case = work.case
    if case.state is State.COLLECTED:
        if ACT_OF[type(work.details)] is Act.RECEIVE_SUPPLEMENT:
            return work.calendar.add(work.today, ONE_TIME_NOTICE_DAYS)
        return case.due_on or case.notice_due_on
    if case.state is State.ACCEPTED:
        return case.promised_due_on
    if case.state is State.DECIDED:
        return work.calendar.add(work.today, DELIVERY_DAYS)
    return None


def _said(details: Details) -> dict[str, Any]:
    """What goes into the record of the event: every word but the bytes of a file."""
    return {name: _plain(value) for name, value in vars(details).items() if not isinstance(value, bytes)}


def _plain(value: object) -> Any:
    if isinstance(value, tuple | frozenset):
        return [_plain(member) for member in (sorted(value) if isinstance(value, frozenset) else value)]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(member) for name, member in vars(value).items()}
    return value


def _limit_notice(work: _Work) -> None:
    work.case.notice_due_on = work.calendar.add(work.today, ONE_TIME_NOTICE_DAYS)


def _move_window(work: _Work) -> dict[str, Any]:
    said = work.details
    assert isinstance(said, Rerouted)
    assert work.desk is not None
    left = work.case.window
    work.case.window = said.window
    names = {key: place.name.zh for key, place in work.desk.catalogue.localities.items()}
    work.case.route_why = [
        *work.case.route_why,
        f"{legal_day(work.at)} 由{names.get(left, left)}窗口转来：{said.reason}",
    ]
    return {"left": left}


def _record_consultation(work: _Work) -> None:
    said = work.details
    assert isinstance(said, Consulted)
    work.case.consultations.append(
        Consultation(
            at=work.at,
            channel=said.channel,
            person=said.person,
            outcome=said.outcome,
            note=said.note,
            staff_name=work.actor.name,
            struck=False,
        )
    )


def _strike_consultation(work: _Work) -> None:
    [*_, latest] = [c for c in work.case.consultations if not c.struck]
    latest.struck = True


def _issue_notice(work: _Work) -> dict[str, Any]:
    assert work.desk is not None
    number = f"DS{work.today:%Y}{storage.next_number(work.session, f'notice:{work.today:%Y}'):06d}"
    work.case.passed_at = work.at
    check = secrets.token_hex(4).upper()
    pdf = work.desk.render_notice(NoticeFacts(work.case, number, check, work.at, work.desk.catalogue))
    digest = keep(work.desk.blobs, pdf)
    work.case.notice = Notice(number=number, check_code=check, issued_at=work.at, sha256=digest)
    return {"notice": number, "sha256": digest}


def _tell_defects(work: _Work) -> dict[str, Any]:
    said = work.details
    assert isinstance(said, SupplementAsked)
    names = {m.key: m.name for m in work.case.materials}
    late = work.today > work.case.notice_due_on
    work.case.defects_told_at = work.at
    work.case.defects = [
        DefectTold(
            material_key=defect.material,
            material_name=names.get(defect.material, "全部材料"),
            problem=defect.problem,
            remedy=defect.remedy,
            late=late,
        )
        for defect in said.defects
    ]
    return {"late": late}


def _bind_waybill(work: _Work) -> None:
    said = work.details
    assert isinstance(said, OriginalsPosted | WaybillCorrected)
    work.case.waybills.append(_waybill("originals", said.parcel, work.at))
    work.case.originals_posted_at = work.case.originals_posted_at or work.at


def _raise_evidence(work: _Work) -> dict[str, Any]:
    said = work.details
    assert isinstance(said, OriginalsArrived)
    raised = [m for m in work.case.materials if m.key in said.compared and m.evidence_grade == "C"]
    for material in raised:
        material.evidence_grade = "B"
    return {"raised": [m.key for m in raised]}


def _start_clock(work: _Work) -> dict[str, Any]:
    case = work.case
    case.accepted_at = work.at
    case.promised_due_on = work.calendar.add(work.today, case.promised_days)
    case.legal_due_on = work.calendar.add(work.today, case.legal_days)
    return {"promised_due_on": case.promised_due_on.isoformat(), "legal_due_on": case.legal_due_on.isoformat()}


def _store_result(work: _Work) -> dict[str, Any]:
    said = work.details
    assert isinstance(said, Decided)
    assert work.desk is not None
    digest = keep(work.desk.blobs, said.pdf)
    work.case.decided_at = work.at
    work.case.result = Result(decision=said.decision, title=said.title, reference=said.reference, sha256=digest)
    return {"sha256": digest}


def _record_delivery(work: _Work) -> None:
    said = work.details
    assert isinstance(said, Delivered)
    assert work.case.result is not None
    work.case.delivered_at = work.at
    work.case.result.delivered_by = said.way
    if said.parcel is not None:
        work.case.waybills.append(_waybill("result", said.parcel, work.at))


def _record_return(work: _Work) -> None:
    said = work.details
    assert isinstance(said, Returned)
    work.case.returned_at = work.at
    if said.parcel is not None:
        work.case.waybills.append(_waybill("return", said.parcel, work.at))


def _waybill(purpose: str, parcel: Parcel, at: datetime) -> Waybill:
    return Waybill(purpose=purpose, carrier=parcel.carrier, number=parcel.number, at=at)


EFFECTS: dict[Effect, Callable[[_Work], dict[str, Any] | None]] = {
    Effect.LIMIT_NOTICE: _limit_notice,
    Effect.MOVE_WINDOW: _move_window,
    Effect.RECORD_CONSULTATION: _record_consultation,
    Effect.STRIKE_CONSULTATION: _strike_consultation,
    Effect.ISSUE_NOTICE: _issue_notice,
    Effect.TELL_DEFECTS: _tell_defects,
    Effect.BIND_WAYBILL: _bind_waybill,
    Effect.RAISE_EVIDENCE: _raise_evidence,
    Effect.START_CLOCK: _start_clock,
    Effect.STORE_RESULT: _store_result,
    Effect.RECORD_DELIVERY: _record_delivery,
    Effect.RECORD_RETURN: _record_return,
}
