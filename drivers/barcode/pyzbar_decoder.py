"""Reads codes with ZBar."""

from __future__ import annotations

from typing import Any

import cv2
from pyzbar import pyzbar

from drivers.protocols import DecodedCode, Image

_SYMBOLOGIES = {"QRCODE": "QR", "CODE128": "CODE128", "EAN13": "EAN13"}
"""Ours and those of waybills. ZBar's others are left out: in printed text they see codes that are not there."""

_WANTED = [pyzbar.ZBarSymbol[name] for name in _SYMBOLOGIES]
_LIGHT_WINDOW_PX = 51  # wider than a finder pattern, narrower than a shadow


class PyzbarDecoder:
    """`CodeDecoder`. Where nothing is found, the picture is looked at once more in black and white, with a threshold
    that follows the light: that also finds codes a little out of focus."""

    def decode(self, image: Image) -> tuple[DecodedCode, ...]:
        if image.size == 0:
            return ()
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY) if image.ndim == 3 else image
        found = pyzbar.decode(grey, symbols=_WANTED)
        if not found:
            black_and_white = cv2.adaptiveThreshold(
                grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, _LIGHT_WINDOW_PX, 5
            )
            found = pyzbar.decode(black_and_white, symbols=_WANTED)
        return tuple(_code(one) for one in found)


def _code(found: Any) -> DecodedCode:
    return DecodedCode(
        symbology=_SYMBOLOGIES[found.type],
        text=found.data.decode("utf-8", "replace"),
        corners=tuple((float(point.x), float(point.y)) for point in found.polygon),
    )
