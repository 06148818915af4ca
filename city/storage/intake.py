"""Tables of the intake: enrolled devices, parts that came, packets that were submitted, nonces that were used."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, Integer, LargeBinary, String, Text, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from city.storage.base import Base
from city.storage.types import Moment, code
from packet.identifiers import is_device_id
from packet.keys import read_public


class SubmissionState(enum.StrEnum):
    OPENED = "opened"  # a case exists
    QUARANTINED = "quarantined"  # kept sealed; `reason` says why it could not be opened


class Chain(enum.StrEnum):
    """How the packet continues the device's chain of manifests."""

    WHOLE = "whole"
    GAP = "gap"  # packets before it have not arrived (yet)
    BROKEN = "broken"  # it names another predecessor than the one we hold, or repeats a number


class Device(Base):
    __tablename__ = "device"

    device_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    public_key: Mapped[str] = mapped_column(String(64))
    enrolled_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    last_seen_at: Mapped[datetime | None] = mapped_column(Moment)
    health: Mapped[str] = mapped_column(Text, default="{}")  # JSON of the last heartbeat


class Part(Base):
    """Known per device: otherwise asking for a digest would tell one kiosk what another has sent."""

    __tablename__ = "part"

    device_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(Integer)
    stored_at: Mapped[datetime] = mapped_column(Moment)
    used: Mapped[bool] = mapped_column(default=False)  # by a submission; others are swept some day


class Submission(Base):
    """One packet. The manifest, its signature and our receipt are kept byte for byte: they are the evidence."""

    __tablename__ = "submission"
    __table_args__ = (
        Index("ix_submission_device_sequence", "device_id", "sequence"),
        Index("ix_submission_state", "state", "received_at"),
    )

    packet_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    device_id: Mapped[str] = mapped_column(String(64))
    sequence: Mapped[int] = mapped_column(Integer)
    filing_number: Mapped[str] = mapped_column(String(64), index=True)
    manifest: Mapped[bytes] = mapped_column(LargeBinary)
    manifest_sha256: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(Text)  # JSON of packet.sign.Signed
    received_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[SubmissionState] = mapped_column(code(SubmissionState))
    reason: Mapped[str] = mapped_column(String(120), default="")
    chain: Mapped[Chain] = mapped_column(code(Chain))
    receipt: Mapped[bytes] = mapped_column(LargeBinary, default=b"")


class Nonce(Base):
    __tablename__ = "nonce"

    device_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime] = mapped_column(Moment, index=True)


# --- devices ----------------------------------------------------------------------------------------------------


def enrol(session: Session, *, device_id: str, public_key: str, at: datetime) -> Device:
    """Make a kiosk known, or give it a new key. Raises ValueError for a bad id, packet.errors.BadKey for a bad key."""
    if not is_device_id(device_id):
        raise ValueError("a device id is letters, digits, dots, dashes")
    read_public(public_key)
    device = session.get(Device, device_id)
    if device is None:
        device = Device(device_id=device_id, health="{}")
        session.add(device)
    device.public_key, device.enrolled_at, device.revoked_at = public_key, at, None
    return device


def revoke(session: Session, *, device_id: str, at: datetime) -> bool:
    device = session.get(Device, device_id)
    if device is None:
        return False
    device.revoked_at = at
    return True


def active_device(session: Session, device_id: str) -> Device | None:
    device = session.get(Device, device_id)
    return None if device is None or device.revoked_at is not None else device


def use_nonce(session: Session, *, device_id: str, nonce: str, at: datetime, keep: timedelta) -> bool:
    """False when it was used before. Old ones are forgotten on the way: their signatures have expired."""
    session.execute(delete(Nonce).where(Nonce.used_at < at - keep))
    if session.get(Nonce, (device_id, nonce)) is not None:
        return False
    session.add(Nonce(device_id=device_id, nonce=nonce, used_at=at))
    session.flush()
    return True


# --- parts ------------------------------------------------------------------------------------------------------


def missing_parts(session: Session, device_id: str, sha256s: Iterable[str]) -> tuple[str, ...]:
    """Those the device has not sent yet, in the order asked for, each once."""
    asked = tuple(dict.fromkeys(sha256s))
    known = set(session.scalars(select(Part.sha256).where(Part.device_id == device_id, Part.sha256.in_(asked))))
    return tuple(sha256 for sha256 in asked if sha256 not in known)


def note_part(session: Session, *, device_id: str, sha256: str, size: int, at: datetime) -> None:
    if session.get(Part, (device_id, sha256)) is None:
        session.add(Part(device_id=device_id, sha256=sha256, size=size, stored_at=at))


def unused_bytes(session: Session, device_id: str) -> int:
    """What the device has sent that belongs to no submission."""
    total = select(func.sum(Part.size)).where(Part.device_id == device_id, Part.used.is_(False))
    return session.scalar(total) or 0


def mark_used(session: Session, device_id: str, sha256s: Sequence[str]) -> None:
    for part in session.scalars(select(Part).where(Part.device_id == device_id, Part.sha256.in_(sha256s))):
        part.used = True


def forget_parts(session: Session, device_id: str, sha256s: Sequence[str]) -> None:
    session.execute(delete(Part).where(Part.device_id == device_id, Part.sha256.in_(sha256s)))


def forget_unused_parts(session: Session, *, before: datetime) -> tuple[str, ...]:
    """Drop old parts no submission uses; returns the digests whose files nobody needs any more."""
    stale = session.scalars(select(Part).where(Part.used.is_(False), Part.stored_at < before)).all()
    for part in stale:
        session.delete(part)
    session.flush()
    still = set(session.scalars(select(Part.sha256).where(Part.sha256.in_([p.sha256 for p in stale]))))
    return tuple(sorted({part.sha256 for part in stale} - still))


# --- submissions --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Quarantined:
    """A packet that is kept sealed because it could not be opened."""

    packet_id: str
    filing_number: str  # what the citizen's receipt shows too
    device_id: str
    received_at: datetime
    reason: str


def quarantined(session: Session, *, limit: int) -> tuple[Quarantined, ...]:
    """At most `limit`, the longest waiting first."""
    columns = (
        Submission.packet_id,
        Submission.filing_number,
        Submission.device_id,
        Submission.received_at,
        Submission.reason,
    )
    query = select(*columns).where(Submission.state == SubmissionState.QUARANTINED).order_by(Submission.received_at)
    return tuple(Quarantined(*row) for row in session.execute(query.limit(limit)))


def quarantined_count(session: Session) -> int:
    query = select(func.count()).select_from(Submission)
    return session.scalar(query.where(Submission.state == SubmissionState.QUARANTINED)) or 0


@dataclass(frozen=True)
class Gap:
    """Sequence numbers of a device that have not arrived although later ones have: first and last, both included."""

    first: int
    last: int


def gaps(session: Session, device_id: str) -> tuple[Gap, ...]:
    """What the chain proves to be missing."""
    found: list[Gap] = []
    expected = 1
    numbers = select(Submission.sequence).where(Submission.device_id == device_id).order_by(Submission.sequence)
    for number in session.scalars(numbers):
        if number > expected:
            found.append(Gap(expected, number - 1))
        expected = max(expected, number + 1)
    return tuple(found)


def chain_of(session: Session, *, device_id: str, packet_id: str, sequence: int, previous: str) -> Chain:
    """How a packet that has just come continues what we hold of its device."""
    held = {
        row.sequence: row
        for row in session.scalars(
            select(Submission).where(
                Submission.device_id == device_id,
                Submission.sequence.in_((sequence - 1, sequence)),
                Submission.packet_id != packet_id,
            )
        )
    }
    if sequence in held:
        return Chain.BROKEN
    if sequence == 1:
        return Chain.WHOLE if previous == "" else Chain.BROKEN
    before = held.get(sequence - 1)
    if before is None:
        return Chain.GAP
    return Chain.WHOLE if before.manifest_sha256 == previous else Chain.BROKEN
