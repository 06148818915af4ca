"""The kiosk's audit trail: events without personal data, each holding the digest of the one before."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from sqlalchemy import Integer, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kiosk.storage.base import Base


class AuditRow(Base):
    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[str] = mapped_column(String(40))
    event: Mapped[str] = mapped_column(String(32))
    detail: Mapped[str] = mapped_column(Text)  # canonical JSON: packet ids, counts, codes
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


def note(session: Session, event: str, *, at: datetime, **detail: str | int) -> None:
    """Append one event inside the caller's transaction. `detail` must say nothing about a citizen."""
    last = session.scalars(select(AuditRow).order_by(AuditRow.number.desc()).limit(1)).first()
    row = AuditRow(
        number=1 if last is None else last.number + 1,
        at=at.isoformat(),
        event=event,
        detail=json.dumps(detail, sort_keys=True, separators=(",", ":")),
        previous="" if last is None else last.digest,
    )
    row.digest = _digest(row)
    session.add(row)
    session.flush()


def first_broken(session: Session) -> int | None:
    """The number of the first event that was changed, removed or inserted afterwards; None when the chain is whole."""
    previous = ""
    for number, row in enumerate(session.scalars(select(AuditRow).order_by(AuditRow.number)), start=1):
        if row.number != number or row.previous != previous or row.digest != _digest(row):
            return number
        previous = row.digest
    return None


def _digest(row: AuditRow) -> str:
    text = json.dumps([row.number, row.at, row.event, row.detail, row.previous], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
