"""Reads codes with ZXing: slower to load than ZBar, and better with tilted and blurred pictures."""

from __future__ import annotations

import zxingcpp

from drivers.protocols import DecodedCode, Image

_SYMBOLOGIES = {
    zxingcpp.BarcodeFormat.QRCode: "QR",
    zxingcpp.BarcodeFormat.Code128: "CODE128",
    zxingcpp.BarcodeFormat.EAN13: "EAN13",
}


_WANTED = zxingcpp.BarcodeFormats(list(_SYMBOLOGIES))


class ZxingDecoder:
    """`CodeDecoder`."""

    def decode(self, image: Image) -> tuple[DecodedCode, ...]:
        if image.size == 0:
            return ()
        return tuple(_code(found) for found in zxingcpp.read_barcodes(image, formats=_WANTED) if found.valid)


def _code(found: zxingcpp.Barcode) -> DecodedCode:
    position = found.position
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return DecodedCode(
        symbology=_SYMBOLOGIES[found.format],
        text=found.text,
        corners=tuple((float(corner.x), float(corner.y)) for corner in corners),
    )
