"""The bench: one object that stands for the physical world in front of the kiosk.

Simulated backends look at it; tests and the training mode move it. Thread-safe: every field is replaced whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.protocols import CardData, Image, PrinterFault


@dataclass
class Bench:
    """`card` None = nothing on the reader. `sheet` None = empty platen (`platen` is then what the camera sees)."""

    card: CardData | None = None
    card_unreadable: str = ""  # a reason word: the card lies there and cannot be read
    reader_plugged: bool = True
    sheet: Image | None = None
    platen: Image | None = None
    camera_plugged: bool = True
    printer_faults: tuple[PrinterFault, ...] = ()
    printed: list[bytes] = field(default_factory=list)  # every PDF that came out
