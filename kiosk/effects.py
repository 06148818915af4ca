"""Things the world should do, asked for by `advance` and carried out by `kiosk.runner`.

Work that answers later carries a ticket; the answer comes back as `FromLane` with the same ticket.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from config.schema import Language, Locality, ServiceItem
from kiosk.dossier import Dossier, Filing


@dataclass(frozen=True)
class ReadCard:
    ticket: int


@dataclass(frozen=True)
class WatchPage:
    """Start the preview, guide the citizen, capture by itself when steady."""

    ticket: int
    next_page_id: int
    again: bool = False  # the page taken last may be taken once more as it lies


@dataclass(frozen=True)
class CaptureNow:
    """Capture without waiting for steadiness (belongs to the running WatchPage)."""

    ticket: int


@dataclass(frozen=True)
class WatchCode:
    """Start the preview and look for one of our codes."""

    ticket: int


@dataclass(frozen=True)
class StopDevices:
    """Nobody needs card reader or camera any more."""


@dataclass(frozen=True)
class StopPrinting:
    """Nobody waits for the job that runs now; the printer gives it up."""


@dataclass(frozen=True)
class Seal:
    ticket: int
    dossier: Dossier
    language: Language


@dataclass(frozen=True)
class NoteReceipt:
    """What became of the paper receipt, to be kept for a reprint after a crash."""

    packet_id: str
    state: str  # kiosk.dossier.Dossier.receipt


@dataclass(frozen=True)
class PrintReceipt:
    ticket: int
    filing: Filing
    item: ServiceItem
    locality: Locality
    page_counts: tuple[tuple[str, int], ...]  # material key -> pages
    language: Language
    copy: int  # 0 = the original, n = the n-th copy


@dataclass(frozen=True)
class PrintGuide:
    ticket: int
    item: ServiceItem
    locality: Locality
    language: Language


@dataclass(frozen=True)
class FetchAndPrintNotice:
    """Allowed by the receipt (filing number and progress code) or by a card just read (its number)."""

    ticket: int
    case_number: str
    filing_number: str
    progress_code: str
    citizen_number: str = ""


@dataclass(frozen=True)
class AskProgress:
    """By receipt (filing number and progress code) or by card (number of a card just read)."""

    ticket: int
    filing_number: str = ""
    progress_code: str = ""
    citizen_number: str = ""
    language: Language = "zh-CN"


@dataclass(frozen=True)
class Wipe:
    """The visit has ended: forget everything, stop everything, collect garbage."""


Effect: TypeAlias = (
    ReadCard | WatchPage | CaptureNow | WatchCode | StopDevices | StopPrinting | Seal | NoteReceipt
    | PrintReceipt | PrintGuide | FetchAndPrintNotice | AskProgress | Wipe
)  # fmt: skip
