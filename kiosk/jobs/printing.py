"""Printer lane: the receipt, the guide and the notice, rendered and followed to the proven end of the print."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Literal, TypeAlias

from config.schema import Centre, Language, Locality
from drivers.errors import Cancelled
from drivers.protocols import Printer
from kiosk.effects import PrintGuide, PrintReceipt
from kiosk.events import PrintEnded, PrintMoved
from kiosk.lanes import Job, Tell
from kiosk.parts import Parts
from paper.documents import (
    CollectedMaterial,
    DepositReceipt,
    GuideMaterial,
    HandlingWindow,
    ItemGuide,
    ServiceCentre,
)
from paper.render import Rendered

What: TypeAlias = Literal["receipt", "guide", "notice"]

PRINT_S = 180.0
"""So long a job may wait for paper or for somebody to free a jam before it is given up."""


def print_receipt(parts: Parts, effect: PrintReceipt) -> Job:
    return _printed(parts.printer, "receipt", lambda: parts.render(receipt_of(parts, effect)))


def print_guide(parts: Parts, effect: PrintGuide) -> Job:
    return _printed(parts.printer, "guide", lambda: parts.render(guide_of(parts, effect)))


def print_notice(parts: Parts, notice: Rendered) -> Job:
    return _printed(parts.printer, "notice", lambda: notice)


def _printed(printer: Printer, what: What, make: Callable[[], Rendered]) -> Job:
    """The spooler's log keeps the title for ever: it says what was printed and not for whom."""

    def job(cancel: threading.Event, tell: Tell) -> None:
        document = make()
        try:
            outcome = printer.print(
                document.pdf,
                title=what,
                pages=document.pages,
                timeout_s=PRINT_S,
                cancel=cancel,
                on_progress=lambda progress: tell(PrintMoved(progress)),
            )
        except Cancelled:
            return
        tell(PrintEnded(what, outcome))

    return job


def receipt_of(parts: Parts, effect: PrintReceipt) -> DepositReceipt:
    item, language = effect.item, effect.language
    pages = dict(effect.page_counts)
    return DepositReceipt(
        language=language,
        filing_number=effect.filing.filing_number,
        progress_code=effect.filing.progress_code,
        collected_at=effect.filing.collected_at,
        kiosk_id=parts.kiosk_id,
        centre=_centre(parts.centre, language),
        window=_window(effect.locality, language),
        item_name=item.name(language),
        item_code=item.code,
        department=item.department(language),
        materials=tuple(
            CollectedMaterial(
                name=material.name(language),
                copies=material.copies,
                pages=pages[material.key],
                original=material.original,
            )
            for material in item.materials
            if pages.get(material.key)
        ),
        promised_days=item.promised_days,
        copy=effect.copy,
    )


def guide_of(parts: Parts, effect: PrintGuide) -> ItemGuide:
    item, language = effect.item, effect.language
    return ItemGuide(
        language=language,
        item_name=item.name(language),
        item_code=item.code,
        version=item.version,
        department=item.department(language),
        conditions=item.conditions(language),
        materials=tuple(
            GuideMaterial(
                name=material.name(language),
                copies=material.copies,
                original=material.original,
                required=material.required,
                hint=material.hint(language),
            )
            for material in item.materials
        ),
        promised_days=item.promised_days,
        legal_days=item.legal_days,
        fee_fen=item.fee_fen,
        legal_basis=item.legal_basis(language),
        presence_reason=item.presence_reason(language) if item.presence_reason else "",
        window=_window(effect.locality, language),
        centre=_centre(parts.centre, language),
        printed_at=parts.clock.now(),
    )


def _centre(centre: Centre, language: Language) -> ServiceCentre:
    return ServiceCentre(
        name=centre.name(language),
        address=centre.address(language),
        first_responsible=centre.first_responsible,
        phone=centre.phone,
    )


def _window(locality: Locality, language: Language) -> HandlingWindow:
    return HandlingWindow(
        locality=locality.name(language),
        place=locality.window.place(language),
        phone=locality.window.phone,
    )
