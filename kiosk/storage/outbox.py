"""Rows of the outbox: what was filed, whether the city has it, whether the citizen has the receipt.

No personal data: a stolen disk tells how many filings there were, and of what kind.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence

from sqlalchemy import Integer, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kiosk.storage.base import Base


class DeliveryState(enum.StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"  # the platform's signed receipt has been verified
    REFUSED = "refused"  # the city says it cannot take this packet as it is: staff must look


class ReceiptState(enum.StrEnum):
    """Of the paper receipt."""

    OPEN = "open"  # nobody knows yet whether the citizen has it
    PROVEN = "proven"
    UNPROVEN = "unproven"
    FAILED = "failed"
    LATER = "later"  # the citizen went on without paper


class OutboxRow(Base):
    __tablename__ = "outbox"

    packet_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    sequence: Mapped[int] = mapped_column(Integer, unique=True)
    filing_number: Mapped[str] = mapped_column(String(64), unique=True)
    manifest_sha256: Mapped[str] = mapped_column(String(64))
    sealed_bytes: Mapped[int] = mapped_column(Integer)
    collected_at: Mapped[str] = mapped_column(String(40))
    item_code: Mapped[str] = mapped_column(String(64))
    locality: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(16))
    page_counts: Mapped[str] = mapped_column(Text)  # JSON [[material key, pages], ...]
    progress_code: Mapped[str] = mapped_column(String(16))  # "" as soon as the citizen has it on paper
    receipt_state: Mapped[ReceiptState] = mapped_column(String(16), default=ReceiptState.OPEN)
    state: Mapped[DeliveryState] = mapped_column(String(16), default=DeliveryState.WAITING, index=True)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    last_failure: Mapped[str] = mapped_column(String(64), default="")
    delivered_at: Mapped[str] = mapped_column(String(40), default="")
    platform_receipt: Mapped[str] = mapped_column(Text, default="")


class Counter(Base):
    """Numbers that only grow, and the digest that the next manifest must name."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[str] = mapped_column(String(64))


def row_of(session: Session, packet_id: str) -> OutboxRow | None:
    return session.get(OutboxRow, packet_id)


def rows_to_deliver(session: Session) -> Sequence[OutboxRow]:
    """Oldest first; refused ones come back only when asked for by state."""
    return session.scalars(
        select(OutboxRow).where(OutboxRow.state == DeliveryState.WAITING).order_by(OutboxRow.sequence)
    ).all()


def rows_not_delivered(session: Session) -> Sequence[OutboxRow]:
    return session.scalars(
        select(OutboxRow).where(OutboxRow.state != DeliveryState.DELIVERED).order_by(OutboxRow.sequence)
    ).all()


def count_of(session: Session, name: str) -> int:
    row = session.get(Counter, name)
    return int(row.value) if row is not None else 0


def text_of(session: Session, name: str) -> str:
    row = session.get(Counter, name)
    return row.value if row is not None else ""


def set_counter(session: Session, name: str, value: int | str) -> None:
    session.merge(Counter(name=name, value=str(value)))
