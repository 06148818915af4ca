"""Printed codes as a citizen brings them, and what the camera sees of them: worn, folded, faded, badly held.

    picture = seen(CODES["receipt"], "crumpled", seed=4)

Pure functions of their arguments: the same seed gives the same picture. Used by tests and by
the comparison of decoders.
"""

from __future__ import annotations

import enum
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np
import segno
import zxingcpp

from drivers.emulators import lens
from drivers.emulators.artwork import DPI
from drivers.protocols import Image

SHEET_MM = (90, 70)
FRAME = (480, 640)
CLOSE = 1 / 3
"""The frame is a third of the lens's usual one, and so is what it sees: 140 dots per inch, as ever."""


class Kind(enum.StrEnum):
    """Values are those of `DecodedCode.symbology`."""

    QR = "QR"
    CODE128 = "CODE128"
    EAN13 = "EAN13"


@dataclass(frozen=True)
class PrintedCode:
    """`size_mm`: side of a QR code, length of a linear one, quiet zone not counted. `encoding`: "" for segno's own
    choice, else the bytes without a word about it in the code, as most Chinese generators do it."""

    kind: Kind
    text: str
    size_mm: float
    error: str = "m"
    encoding: str = ""


CODES: Mapping[str, PrintedCode] = MappingProxyType(
    {
        "receipt": PrintedCode(Kind.QR, "XATB1*R*610100-2026-000123*K7QX9M2D", 21.0),
        "notice": PrintedCode(Kind.QR, "XATB1*N*DSJ-610103-2026-000456*610103-2026-000789*8F3K2Q", 24.0),
        "licence": PrintedCode(
            Kind.QR,
            "http://www.gsxt.gov.cn/index.html?uniscid=91610131MA6TXK1B2C&entname=invented",
            20.0,
            error="q",
        ),
        "chinese": PrintedCode(Kind.QR, "电子营业执照 法定代表人 吴晓岚", 24.0, encoding="gb18030"),
        "waybill": PrintedCode(Kind.CODE128, "9878012345678", 56.0),  # EMS: thirteen digits
        "parcel": PrintedCode(Kind.CODE128, "XA123456789CN", 64.0),  # China Post: letters, digits, country
        "goods": PrintedCode(Kind.EAN13, "6901234567892", 31.0),
    }
)


@dataclass(frozen=True)
class Hardship:
    """What happens to the paper, and how the camera sees it: options of `lens.see`, those in pairs from a range."""

    spoil: Callable[[Image, np.random.Generator], Image] = lambda sheet, _dice: sheet
    view: Mapping[str, float | tuple[float, float]] = field(default_factory=dict)


def seen(code: PrintedCode, hardship: str, *, seed: int) -> Image:
    """The camera's picture of a sheet with this code on it."""
    chosen = HARDSHIPS[hardship]
    dice = np.random.default_rng(seed)
    sheet = chosen.spoil(printed(code).copy(), dice)
    view: dict[str, Any] = {"rotation_deg": float(dice.uniform(-4, 4)), "distance": CLOSE}
    for name, value in chosen.view.items():
        view[name] = float(dice.uniform(*value)) if isinstance(value, tuple) else value
    return lens.see(sheet, seed=seed, size=FRAME, **view)


@lru_cache(maxsize=32)
def printed(code: PrintedCode) -> Image:
    """A fresh print in the middle of a white sheet, at `artwork.DPI`. Not to be written to."""
    width, height = (round(mm * DPI / 25.4) for mm in SHEET_MM)
    sheet = np.full((height, width, 3), 255, np.uint8)
    symbol = _symbol(code)
    top, left = (height - symbol.shape[0]) // 2, (width - symbol.shape[1]) // 2
    sheet[top : top + symbol.shape[0], left : left + symbol.shape[1]] = symbol[..., None]
    return sheet


def _symbol(code: PrintedCode) -> Image:
    """Without its quiet zone."""
    side = round(code.size_mm * DPI / 25.4)
    if code.kind is Kind.QR:
        modules = _qr_modules(code)
        large = np.kron(modules, np.full((16, 16), 255, np.uint8))
        return _resized(large, (side, side))
    wanted = {Kind.CODE128: zxingcpp.BarcodeFormat.Code128, Kind.EAN13: zxingcpp.BarcodeFormat.EAN13}[code.kind]
    drawn = np.array(zxingcpp.create_barcode(code.text, wanted).to_image(scale=1, add_quiet_zones=False))
    bars = np.kron(drawn[:1], np.ones((1, 16), np.uint8))
    return _resized(np.repeat(bars, 16, axis=0), (side, round(13 * DPI / 25.4)))


def _qr_modules(code: PrintedCode) -> Image:
    """1 where it is light."""
    if code.encoding:
        symbol = segno.make(code.text.encode(code.encoding), error=code.error, micro=False, mode="byte")
    else:
        symbol = segno.make(code.text, error=code.error, micro=False)
    out = io.BytesIO()
    symbol.save(out, kind="png", scale=1, border=0)
    picture = cv2.imdecode(np.frombuffer(out.getvalue(), np.uint8), cv2.IMREAD_GRAYSCALE)
    return np.asarray(np.asarray(picture) > 127, np.uint8)


def _resized(symbol: Image, size: tuple[int, int]) -> Image:
    return np.asarray(cv2.resize(symbol, size, interpolation=cv2.INTER_AREA), np.uint8)


# --- what happens to paper --------------------------------------------------------------------------------------------


def _faded(contrast: float) -> Callable[[Image, np.random.Generator], Image]:
    def fade(sheet: Image, _dice: np.random.Generator) -> Image:
        return np.asarray(255 - (255 - sheet.astype(np.float32)) * contrast, np.uint8)

    return fade


def _thermal(sheet: Image, dice: np.random.Generator) -> Image:
    """A thermal printer of 203 dots per inch: dots that spread, dead heating elements, bands of less heat."""
    height, width = sheet.shape[:2]
    dots = cv2.resize(sheet[..., 0], (width * 203 // DPI, height * 203 // DPI), interpolation=cv2.INTER_AREA)
    burnt = cv2.erode(np.where(dots < 128, 0, 255).astype(np.uint8), np.ones((2, 1), np.uint8))
    for column in dice.integers(0, burnt.shape[1], 9):
        burnt[:, column] = 255
    heat = 0.72 + 0.2 * np.sin(np.arange(burnt.shape[0]) / dice.uniform(9, 30))[:, None]
    heat = heat + dice.normal(0, 0.08, burnt.shape)
    grey = 250 - (255 - burnt.astype(np.float32)) * np.clip(heat, 0.3, 1)
    back = cv2.resize(np.clip(grey, 0, 255).astype(np.uint8), (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(np.repeat(back[..., None], 3, axis=2), np.uint8)


def _crumpled(sheet: Image, dice: np.random.Generator) -> Image:
    """Pocketed: folds throw shadows and shift what is printed by up to half a millimetre."""
    height, width = sheet.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    relief = np.zeros((height, width), np.float32)
    for _ in range(12):
        angle, place = dice.uniform(0, np.pi), dice.uniform(-0.25, 0.25)
        across = (columns / width - 0.5) * np.cos(angle) + (rows / width - 0.5) * np.sin(angle) - place
        relief += np.abs(across).astype(np.float32) * dice.choice((-1.0, 1.0))
    slope_y, slope_x = np.gradient(cv2.GaussianBlur(relief, (0, 0), 5))
    moved = cv2.remap(
        sheet,
        (columns + slope_x * 420).astype(np.float32),
        (rows + slope_y * 420).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    shading = np.clip(1 + slope_x * 42 + slope_y * 26, 0.5, 1.1)
    return np.asarray(np.clip(moved.astype(np.float32) * shading[..., None], 0, 255), np.uint8)


def _stained(sheet: Image, dice: np.random.Generator) -> Image:
    """A pen's line across the code, and a blot that covers about a twentieth of it."""
    top, bottom, left, right = _inked(sheet)
    start = (int(left), int(dice.uniform(top, bottom)))
    end = (int(right), int(dice.uniform(top, bottom)))
    cv2.line(sheet, start, end, (40, 40, 40), 4, cv2.LINE_AA)
    side = np.sqrt((bottom - top) * (right - left) * 0.05)
    middle = (int(dice.uniform(left + side, right - side)), int(bottom - 0.4 * side))
    cv2.ellipse(sheet, middle, (int(side * 0.7), int(side * 0.45)), 0, 0, 360, (70, 90, 110), -1, cv2.LINE_AA)
    return sheet


def _torn(sheet: Image, dice: np.random.Generator) -> Image:
    """A strip of the lower edge is gone; dark shows where the paper was."""
    _, bottom, left, right = _inked(sheet)
    lost = dice.uniform(0.04, 0.07) * (bottom - _inked(sheet)[0])
    places = np.linspace(left - 40, right + 40, 24)
    edge = bottom - lost + dice.normal(0, 2, 24)
    outline = [*zip(places, edge, strict=True), (right + 40, sheet.shape[0]), (left - 40, sheet.shape[0])]
    cv2.fillPoly(sheet, [np.array(outline, np.int32)], (45, 44, 43))
    return sheet


def _inked(sheet: Image) -> tuple[int, int, int, int]:
    """Top, bottom, left and right of what is printed."""
    rows, columns = np.nonzero(sheet[..., 0] < 128)
    return int(rows.min()), int(rows.max()), int(columns.min()), int(columns.max())


HARDSHIPS: Mapping[str, Hardship] = MappingProxyType(
    {
        "fresh": Hardship(),
        "contrast 60 %": Hardship(_faded(0.6)),
        "contrast 25 %": Hardship(_faded(0.25)),
        "rotated": Hardship(view={"rotation_deg": (15, 165)}),
        "perspective": Hardship(view={"tilt_deg": (22, 34), "rotation_deg": (-30, 30)}),
        "out of focus": Hardship(view={"blur_px": (1.6, 2.1)}),
        "far out of focus": Hardship(view={"blur_px": (2.4, 3.0)}),
        "moving": Hardship(view={"motion_px": (3, 6)}),
        "shadow": Hardship(view={"shade": (0.8, 1.0)}),
        "glare": Hardship(view={"glare": (0.5, 0.8)}),
        "dark": Hardship(view={"exposure": (0.2, 0.3), "noise": 5.0}),
        "half as large": Hardship(view={"distance": 2 * CLOSE}),
        "thermal 203 dpi": Hardship(_thermal),
        "crumpled": Hardship(_crumpled),
        "stained": Hardship(_stained),
        "torn": Hardship(_torn),
    }
)
