"""How worn a printed QR code is: so that staff can be told to print it anew before it fails."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

import zxingcpp

from drivers.protocols import Image

_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])

WORN_BELOW = 0.62
"""ISO/IEC 15415 gives 0.62 of the error correction left grade A."""
FAILING_BELOW = 0.37
"""Below it is grade C and less."""


class Wear(enum.StrEnum):
    SOUND = "sound"
    WORN = "worn"
    FAILING = "failing"  # reprint


@dataclass(frozen=True)
class CodeHealth:
    """`correction_left`: share of the code's error correction that reading it did not use up, 0..1."""

    correction_left: float

    @property
    def wear(self) -> Wear:
        if self.correction_left < FAILING_BELOW:
            return Wear.FAILING
        return Wear.WORN if self.correction_left < WORN_BELOW else Wear.SOUND


def qr_health(image: Image) -> CodeHealth | None:
    """Of the worst QR code in the picture, None where none can be read. Stains and tears count, and so do blur and
    glare of this one picture: ask for a second before blaming the paper."""
    if image.size == 0:
        return None
    found = zxingcpp.read_barcodes(image, formats=_QR)
    left = [_correction_left(code.extra) for code in found if code.valid]
    return CodeHealth(min(left)) if left else None


def _correction_left(extra: object) -> float:
    """ZXing's "unused error correction", as ISO/IEC 15415 counts it."""
    return float(extra.get("UEC", 1.0)) if isinstance(extra, Mapping) else 1.0
