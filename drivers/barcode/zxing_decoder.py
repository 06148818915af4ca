"""Reads codes with ZXing: quick, and good with tilted pictures."""

from __future__ import annotations

import zxingcpp

from drivers.barcode.chinese_text import text_of
from drivers.protocols import DecodedCode, Image

_SYMBOLOGIES = {
    zxingcpp.BarcodeFormat.QRCode: "QR",
    zxingcpp.BarcodeFormat.Code128: "CODE128",
    zxingcpp.BarcodeFormat.EAN13: "EAN13",
}


_WANTED = zxingcpp.BarcodeFormats(list(_SYMBOLOGIES))
_WITH_ECI = frozenset({"]Q2", "]Q4", "]Q6"})  # ISO/IEC 18004, annex F: the code names its encoding


class ZxingDecoder:
    """`CodeDecoder`."""

    def decode(self, image: Image) -> tuple[DecodedCode, ...]:
        if image.size == 0:
            return ()
        return tuple(_code(found) for found in zxingcpp.read_barcodes(image, formats=_WANTED) if found.valid)


def _code(found: zxingcpp.Barcode) -> DecodedCode:
    position = found.position
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    symbology = _SYMBOLOGIES[found.format]
    is_declared = symbology != "QR" or found.symbology_identifier in _WITH_ECI  # Code 128 is Latin-1 by its standard
    return DecodedCode(
        symbology=symbology,
        text=text_of(found.bytes, guess=found.text, is_declared=is_declared),
        corners=tuple((float(corner.x), float(corner.y)) for corner in corners),
    )
