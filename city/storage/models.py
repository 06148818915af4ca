"""The tables of a case and of the staff who work it. Tables only; rules are in `city.rules`, queries beside this file.

`Event` is append-only: the database itself refuses to change or delete a row of it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import DDL, JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from city.rules import Act, Carrier, Channel, Decision, DeliveryWay, Outcome, Role, State
from city.storage.base import Base
from city.storage.types import Moment, code


class Case(Base):
    """办件. What the list, the rules and the clock need lies in columns; the sealed application as it came beside it.

    `due_on` is the day by which the window must act next; None while it waits for somebody else.
    """

    __tablename__ = "case"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    packet_id: Mapped[str] = mapped_column(String(64), unique=True)
    filing_number: Mapped[str] = mapped_column(String(64), index=True)
    progress_code: Mapped[str] = mapped_column(String(64))
    application: Mapped[bytes] = mapped_column(LargeBinary)  # canonical JSON of packet.application.Application

    item_code: Mapped[str] = mapped_column(String(64))
    item_name: Mapped[str] = mapped_column(String(200))
    item_name_en: Mapped[str] = mapped_column(String(300))
    department: Mapped[str] = mapped_column(String(100))
    channel: Mapped[Channel] = mapped_column(code(Channel))  # of the consultation, by the item's complexity
    promised_days: Mapped[int]
    legal_days: Mapped[int]

    window: Mapped[str] = mapped_column(String(64))  # locality key of the window that handles it
    route_why: Mapped[list[str]] = mapped_column(JSON)
    receiving_locality: Mapped[str] = mapped_column(String(64))
    kiosk_id: Mapped[str] = mapped_column(String(64))
    applicant_name: Mapped[str] = mapped_column(String(200))
    applicant_number: Mapped[str] = mapped_column(String(64), index=True)

    state: Mapped[State] = mapped_column(code(State))
    version: Mapped[int] = mapped_column()  # the number of acts so far
    due_on: Mapped[date | None]
    is_open: Mapped[bool]

    collected_at: Mapped[datetime] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment)
    notice_due_on: Mapped[date]  # last day of the one-time notice, five working days from received_at
    defects_told_at: Mapped[datetime | None] = mapped_column(Moment)
    passed_at: Mapped[datetime | None] = mapped_column(Moment)
    originals_posted_at: Mapped[datetime | None] = mapped_column(Moment)
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    promised_due_on: Mapped[date | None]
    legal_due_on: Mapped[date | None]
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    delivered_at: Mapped[datetime | None] = mapped_column(Moment)
    returned_at: Mapped[datetime | None] = mapped_column(Moment)
    signature_sha256: Mapped[str] = mapped_column(String(64))  # the applicant's, as PNG; "" when there is none

    materials: Mapped[list[Material]] = relationship(order_by="Material.position", back_populates="case")
    events: Mapped[list[Event]] = relationship(order_by="Event.sequence", back_populates="case")
    consultations: Mapped[list[Consultation]] = relationship(order_by="Consultation.id")
    defects: Mapped[list[DefectTold]] = relationship(order_by="DefectTold.id")
    waybills: Mapped[list[Waybill]] = relationship(order_by="Waybill.id")
    notice: Mapped[Notice | None] = relationship()
    result: Mapped[Result | None] = relationship()

    # Counted by `city.cases`, once an act, also where an act changes no other column of the row.
    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012  read by SQLAlchemy
    __table_args__ = (
        Index("ix_case_window_due", "window", "is_open", "due_on", "id"),
        Index("ix_case_due", "is_open", "due_on", "id"),
    )


class Event(Base):
    """One thing that happened to a case. Never changed, never deleted.

    `once` is the form's own token: the same form posted twice makes one event.
    """

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    sequence: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    act: Mapped[Act] = mapped_column(code(Act))
    state: Mapped[State] = mapped_column(code(State))  # after the act
    role: Mapped[Role] = mapped_column(code(Role))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    actor: Mapped[str] = mapped_column(String(200))  # name as it was then
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    once: Mapped[str | None] = mapped_column(String(64))

    case: Mapped[Case] = relationship(back_populates="events")
    __table_args__ = (UniqueConstraint("case_id", "sequence"), UniqueConstraint("case_id", "once"))


class Material(Base):
    """申请材料: one PDF in the blob store, by its digest.

    `evidence_grade` C = scanned at a kiosk, B = compared with the paper original at the window.
    """

    __tablename__ = "material"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    original: Mapped[bool]
    evidence_grade: Mapped[str] = mapped_column(String(1))
    sha256: Mapped[str] = mapped_column(String(64))

    case: Mapped[Case] = relationship(back_populates="materials")
    pages: Mapped[list[Page]] = relationship(order_by="Page.number", back_populates="material")
    __table_args__ = (UniqueConstraint("case_id", "key"),)


class Page(Base):
    """One page of a material; `number` counts from 1 inside it."""

    __tablename__ = "page"

    id: Mapped[int] = mapped_column(primary_key=True)
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id"), index=True)
    number: Mapped[int]
    width_px: Mapped[int]
    height_px: Mapped[int]
    dpi: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    verdicts: Mapped[list[str]] = mapped_column(JSON)

    material: Mapped[Material] = relationship(back_populates="pages")


class Consultation(Base):
    """会商. `struck` = entered by mistake; it counts no more and stays readable."""

    __tablename__ = "consultation"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    channel: Mapped[Channel] = mapped_column(code(Channel))
    person: Mapped[str] = mapped_column(String(100))
    outcome: Mapped[Outcome] = mapped_column(code(Outcome))
    note: Mapped[str] = mapped_column(Text)
    staff_name: Mapped[str] = mapped_column(String(100))
    struck: Mapped[bool]


class DefectTold(Base):
    """One defect of the one-time notice. `late` = told after the five working days (行政许可法 art. 32)."""

    __tablename__ = "defect_told"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    material_key: Mapped[str] = mapped_column(String(64))
    material_name: Mapped[str] = mapped_column(String(200))
    problem: Mapped[str] = mapped_column(Text)
    remedy: Mapped[str] = mapped_column(Text)
    late: Mapped[bool]


class Waybill(Base):
    """A parcel: `purpose` is `originals`, `result` or `return`. The newest of a purpose counts."""

    __tablename__ = "waybill"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    carrier: Mapped[Carrier] = mapped_column(code(Carrier))
    number: Mapped[str] = mapped_column(String(40), index=True)
    at: Mapped[datetime] = mapped_column(Moment)


class Notice(Base):
    """代收件通知书: rendered once, at the remote pass; every print is a copy of these bytes."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), unique=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    check_code: Mapped[str] = mapped_column(String(16))  # printed in its QR code; tells it from an invented notice
    issued_at: Mapped[datetime] = mapped_column(Moment)
    sha256: Mapped[str] = mapped_column(String(64))


class Result(Base):
    __tablename__ = "result"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), unique=True)
    decision: Mapped[Decision] = mapped_column(code(Decision))
    title: Mapped[str] = mapped_column(String(200))
    reference: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    delivered_by: Mapped[DeliveryWay | None] = mapped_column(code(DeliveryWay))


class Counter(Base):
    """Numbers given out one by one, by name (`case:2026-11-24`, `notice:2026`)."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[int]


class Staff(Base):
    """工作人员. `window` is a locality key, "" for a supervisor."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[Role] = mapped_column(code(Role))
    window: Mapped[str] = mapped_column(String(64))
    password_hash: Mapped[str] = mapped_column(String(200))
    totp_secret: Mapped[str] = mapped_column(String(64))  # "" = no second factor
    totp_step: Mapped[int]  # last step used, so that a code works once
    active: Mapped[bool]


class StaffSession(Base):
    """One signed-in browser. Only the digest of its token is kept."""

    __tablename__ = "staff_session"

    token_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Moment)

    staff: Mapped[Staff] = relationship()


class SignInFailure(Base):
    """Failures by login, whether or not such an account exists, so that a lock-out tells nothing."""

    __tablename__ = "sign_in_failure"

    login: Mapped[str] = mapped_column(String(32), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(Moment)
    locked_until: Mapped[datetime | None] = mapped_column(Moment)


_SQLITE_APPEND_ONLY = """
CREATE TRIGGER event_no_{verb} BEFORE {verb} ON event
BEGIN SELECT RAISE(ABORT, 'event is append-only'); END
"""
_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'event is append-only'; END $$
"""
_POSTGRES_APPEND_ONLY = """
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event
FOR EACH STATEMENT EXECUTE FUNCTION event_is_append_only()
"""


def _ddl(statement: str) -> DDL:
    return DDL(statement)  # type: ignore[no-untyped-call]  # SQLAlchemy gives it no types


for _verb in ("UPDATE", "DELETE"):
    event.listen(
        Event.__table__,
        "after_create",
        _ddl(_SQLITE_APPEND_ONLY.format(verb=_verb)).execute_if(dialect="sqlite"),
    )
for _statement in (_POSTGRES_FUNCTION, _POSTGRES_APPEND_ONLY):
    event.listen(Event.__table__, "after_create", _ddl(_statement).execute_if(dialect="postgresql"))
