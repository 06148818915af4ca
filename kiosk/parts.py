"""What the runner works with. Made once by the program's root, out of real or simulated parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from typing import Protocol

from config.schema import Centre, Language
from drivers.protocols import CodeDecoder, DocumentCamera, IdCardReader, Printer
from kiosk.catalogue import Catalogue
from kiosk.dossier import Dossier, Filing
from kiosk.events import CaseProgress
from kiosk.outbox import StoredReceipt
from kiosk.scanning.captured import CapturedPage
from kiosk.scanning.codes import watch_code
from kiosk.scanning.platen import Platen
from kiosk.scanning.preview import PreviewSlot
from kiosk.scanning.watch import watch_page
from paper.documents import DepositReceipt, ItemGuide
from paper.render import Rendered, render


class Clock(Protocol):
    """The one clock of the process."""

    def monotonic(self) -> float:
        """Seconds that never go backwards."""

    def now(self) -> datetime:
        """Time of day, with its zone."""


class WatchPage(Protocol):
    """`kiosk.scanning.watch.watch_page`."""

    def __call__(
        self,
        camera: DocumentCamera,
        *,
        slot: PreviewSlot,
        on_guidance: Callable[[str, float], None],
        capture_now: Event,
        cancel: Event,
        clock: Callable[[], float],
        platen: Platen | None,
    ) -> CapturedPage: ...


class WatchCode(Protocol):
    """`kiosk.scanning.codes.watch_code`."""

    def __call__(self, camera: DocumentCamera, decoder: CodeDecoder, slot: PreviewSlot, cancel: Event) -> str: ...


class Outbox(Protocol):
    """`kiosk.outbox.Outbox`."""

    def file(self, dossier: Dossier, *, language: str) -> Filing: ...

    def note_receipt(self, packet_id: str, state: str) -> None: ...

    def unproven_receipt(self) -> StoredReceipt | None: ...


class Link(Protocol):
    """`kiosk.link.Link`. Raises from `kiosk.link.LinkError`."""

    def progress(
        self, *, filing_number: str, progress_code: str, citizen_number: str, language: Language
    ) -> tuple[CaseProgress, ...]: ...

    def poke(self) -> bool: ...

    def notice(self, case_number: str, *, filing_number: str, progress_code: str, citizen_number: str) -> bytes: ...


class Render(Protocol):
    """`paper.render.render`."""

    def __call__(self, document: DepositReceipt | ItemGuide) -> Rendered: ...


@dataclass(frozen=True)
class Parts:
    """Devices, stores and settings of one kiosk process. The runner closes the devices, nobody else."""

    catalogue: Catalogue
    kiosk_id: str
    centre: Centre
    idle_warning_s: float
    idle_answer_s: float
    clock: Clock
    card_readers: tuple[IdCardReader, ...]
    camera: DocumentCamera
    decoder: CodeDecoder
    printer: Printer
    outbox: Outbox
    link: Link
    preview: PreviewSlot = field(default_factory=PreviewSlot)
    watch_page: WatchPage = watch_page
    watch_code: WatchCode = watch_code
    render: Render = render
