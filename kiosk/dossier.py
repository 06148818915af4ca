"""The dossier: everything one citizen brings in one visit, as one immutable value. A step only adds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from config.schema import Locality, MaterialRequirement, ServiceItem
from drivers.protocols import CardData


@dataclass(frozen=True, repr=False)
class Identity:
    """Who stands there and how that is known (R26). Prints masked."""

    card: CardData
    method: str  # "sam_card" | "pcsc_card"
    strength: str  # "genuine" | "read"
    proven_at: datetime

    @property
    def masked_number(self) -> str:
        """First six and last two characters; the rest as stars."""
        number = self.card.number
        if len(number) <= 8:
            return "*" * len(number)
        return number[:6] + "*" * (len(number) - 8) + number[-2:]

    def __repr__(self) -> str:
        return f"Identity({self.method}, ***)"


@dataclass(frozen=True, repr=False)
class Page:
    """One straightened page, as JPEG. No frame of the camera lives here."""

    page_id: int
    jpeg: bytes
    thumbnail: bytes  # JPEG, at most 240 px wide
    width_px: int
    height_px: int
    dpi: int
    sha256: str
    faults: tuple[str, ...] = ()  # faults the citizen chose to keep

    def __repr__(self) -> str:
        return f"Page({self.page_id}, {self.width_px}x{self.height_px})"


@dataclass(frozen=True)
class Material:
    """申请材料. `absent` = the citizen said "I do not have this one" of an optional material."""

    requirement: MaterialRequirement
    pages: tuple[Page, ...] = ()
    finished: bool = False
    absent: bool = False


@dataclass(frozen=True, repr=False)
class Signature:
    """Strokes in units of the field's width (0..1 across, y down), as drawn."""

    strokes: tuple[tuple[tuple[float, float], ...], ...]

    def __repr__(self) -> str:
        return "Signature(***)"


RECEIPT_OFFERED_FOR = timedelta(minutes=15)
"""So long after a filing a restarted kiosk offers its receipt again: whoever stands there later is somebody else."""


@dataclass(frozen=True)
class Filing:
    """The dossier has been sealed and lies in the spool. Holds no personal data."""

    packet_id: str
    filing_number: str
    progress_code: str
    collected_at: datetime


@dataclass(frozen=True, repr=False)
class Dossier:
    identity: Identity | None = None
    item: ServiceItem | None = None
    locality: Locality | None = None
    guide_read: bool = False
    consent_at: datetime | None = None
    answers: tuple[tuple[str, str], ...] = field(default=())
    answers_confirmed: bool = False
    materials: tuple[Material, ...] = ()
    reviewed: bool = False
    signature: Signature | None = None
    filing: Filing | None = None
    receipt: str = ""  # "", "proven", "unproven", "failed", "later"
    finished: bool = False

    def __repr__(self) -> str:
        return f"Dossier(item={self.item.code if self.item else None}, ***)"

    def with_(self, **changes: object) -> Dossier:
        return replace(self, **changes)  # type: ignore[arg-type]  # names are checked by replace itself

    def answer(self, key: str) -> str | None:
        return dict(self.answers).get(key)
