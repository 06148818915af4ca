"""Reads codes with both libraries and in several lights: what the kiosk uses.

Why in this order: docs/decisions/code-reading.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import cv2
import numpy as np

from drivers.barcode.pyzbar_decoder import PyzbarDecoder
from drivers.barcode.zxing_decoder import ZxingDecoder
from drivers.protocols import CodeDecoder, DecodedCode, Image

_SELF_CHECKING = "QR"  # its error correction leaves no room for a wrong reading; a linear code has one check digit
_LARGE_PIXELS = 1_500_000  # a picture of more is not enlarged: its codes are large enough, and it would take a second
_LIGHT_WINDOW_PX = 61  # wider than a finder pattern, narrower than a shadow
_PAPER_LEVEL = 160.0

Map: TypeAlias = Callable[[float, float], tuple[float, float]]
"""A point of the changed picture -> the same point of the camera's."""


class PatientDecoder:
    """`CodeDecoder`. Looks again, in another way, until something is found: most frames hold no code or an easy one.

    A linear code counts only when two looks read the same text. Text of ZBar beyond ASCII is not taken: it guesses the
    encoding and keeps no bytes.
    """

    def __init__(self) -> None:
        self._zxing = ZxingDecoder()
        self._zbar = _AsciiOnly(PyzbarDecoder())

    def decode(self, image: Image) -> tuple[DecodedCode, ...]:
        if image.size == 0:
            return ()
        once: dict[tuple[str, str], DecodedCode] = {}
        for found in self._looks(image):
            certain = [code for code in found if code.symbology == _SELF_CHECKING or _key(code) in once]
            if certain:
                return tuple({_key(code): code for code in certain}.values())
            once |= {_key(code): code for code in found}
        return ()

    def _looks(self, image: Image) -> Iterator[tuple[DecodedCode, ...]]:
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY) if image.ndim == 3 else image
        grey = np.asarray(grey, np.uint8)
        yield self._zxing.decode(grey)
        even = _in_even_light(grey)
        scale = 2 if grey.size <= _LARGE_PIXELS else 1
        yield _read(self._zxing, _enlarged(even, scale), lambda x, y: (x / scale, y / scale))
        yield self._zbar.decode(grey)
        yield _read(self._zxing, _sharpened(_enlarged(grey, scale)), lambda x, y: (x / scale, y / scale))
        turned, back = _turned(even)
        # Both libraries look for bars along rows and columns only: what lies aslant needs both of them here.
        yield _read(self._zxing, turned, back)
        yield _read(self._zbar, turned, back)


class _AsciiOnly:
    def __init__(self, decoder: CodeDecoder) -> None:
        self._decoder = decoder

    def decode(self, image: Image) -> tuple[DecodedCode, ...]:
        return tuple(code for code in self._decoder.decode(image) if code.text.isascii())


def _key(code: DecodedCode) -> tuple[str, str]:
    return code.symbology, code.text


def _read(decoder: CodeDecoder, picture: Image, back: Map) -> tuple[DecodedCode, ...]:
    return tuple(
        DecodedCode(code.symbology, code.text, tuple(back(x, y) for x, y in code.corners))
        for code in decoder.decode(picture)
    )


def _in_even_light(grey: Image) -> Image:
    return np.asarray(cv2.divide(grey, cv2.blur(grey, (_LIGHT_WINDOW_PX,) * 2), scale=_PAPER_LEVEL), np.uint8)


def _enlarged(grey: Image, scale: int) -> Image:
    return np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)


def _sharpened(grey: Image) -> Image:
    return np.asarray(cv2.addWeighted(grey, 4.0, cv2.GaussianBlur(grey, (0, 0), 3.0), -3.0, 0), np.uint8)


def _turned(grey: Image) -> tuple[Image, Map]:
    """By an eighth of a turn, nothing cut off."""
    height, width = grey.shape
    side = int((height + width) * 0.71) + 2
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 45, 1.0)
    turn[:, 2] += (side / 2 - width / 2, side / 2 - height / 2)
    undo = cv2.invertAffineTransform(turn)

    def back(x: float, y: float) -> tuple[float, float]:
        found = undo @ (x, y, 1.0)
        return float(found[0]), float(found[1])

    turned = cv2.warpAffine(grey, turn, (side, side), borderMode=cv2.BORDER_CONSTANT, borderValue=255.0)
    return np.asarray(turned, np.uint8), back
