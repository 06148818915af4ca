"""A sheet of paper to draw on, in millimetres: text, tables, seals, photographs, QR codes."""

from __future__ import annotations

import functools
import math
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
from PIL import Image as Picture
from PIL import ImageDraw, ImageFont

from drivers.protocols import Image

DPI = 200
DOTS_PER_MM = DPI / 25.4
INK = (28, 28, 32)
PEN_BLUE = (24, 44, 128)
SEAL_RED = (206, 36, 42)

Colour: TypeAlias = tuple[int, int, int]  # red, green, blue

BUILT_FONTS = Path(__file__).parents[2] / "build" / "fonts"
SYSTEM_FONTS = Path("/usr/share/fonts/opentype/noto")
FACES = {
    "sans": ("NotoSansSC-Regular.otf", "NotoSansCJK-Regular.ttc"),
    "bold": ("NotoSansSC-Bold.otf", "NotoSansCJK-Bold.ttc"),
    "serif": ("NotoSerifSC-Regular.otf", "NotoSerifCJK-Regular.ttc"),
    "serif bold": ("NotoSerifSC-Bold.otf", "NotoSerifCJK-Bold.ttc"),
}
SIMPLIFIED_CHINESE = 2  # index of that face in the Noto CJK collections


class FontMissing(Exception):
    """Neither the project's own fonts nor Debian's fonts-noto-cjk are there."""


@functools.lru_cache(maxsize=64)
def face(kind: str, height_mm: float) -> ImageFont.FreeTypeFont:
    own, collection = FACES[kind]
    dots = max(6, round(height_mm * DOTS_PER_MM))
    if (BUILT_FONTS / own).exists():
        return ImageFont.truetype(BUILT_FONTS / own, dots)
    if (SYSTEM_FONTS / collection).exists():
        return ImageFont.truetype(SYSTEM_FONTS / collection, dots, index=SIMPLIFIED_CHINESE)
    raise FontMissing(f"{own} in {BUILT_FONTS} or {collection} in {SYSTEM_FONTS} (Debian package fonts-noto-cjk)")


class Artwork:
    """One sheet, `width_mm` x `height_mm`, drawn at 200 dots per inch."""

    def __init__(self, width_mm: float, height_mm: float, *, paper: Colour = (250, 249, 246)) -> None:
        self.width_mm = width_mm
        self.height_mm = height_mm
        size = (round(width_mm * DOTS_PER_MM), round(height_mm * DOTS_PER_MM))
        self._picture = Picture.new("RGB", size, paper)
        self._pen = ImageDraw.Draw(self._picture)

    def write(
        self,
        x: float,
        y: float,
        words: str,
        height: float,
        *,
        face_kind: str = "serif",
        colour: Colour = INK,
        anchor: str = "la",
    ) -> None:
        """One line; `height` is the size of the face in mm, `anchor` as in Pillow."""
        self._pen.text(
            (x * DOTS_PER_MM, y * DOTS_PER_MM), words, font=face(face_kind, height), fill=colour, anchor=anchor
        )

    def paragraph(
        self, x: float, y: float, width: float, words: str, height: float, *, face_kind: str = "serif"
    ) -> float:
        """Text broken into lines of at most `width` mm, first line indented. Gives the y below it."""
        font = face(face_kind, height)
        line = "\u3000\u3000"
        for character in words:
            if font.getlength(line + character) > width * DOTS_PER_MM and character not in "，。；：、）":
                self.write(x, y, line, height, face_kind=face_kind)
                y += height * 1.75
                line = ""
            line += character
        self.write(x, y, line, height, face_kind=face_kind)
        return y + height * 1.75

    def line(self, x0: float, y0: float, x1: float, y1: float, *, colour: Colour = INK, thick: float = 0.25) -> None:
        self._pen.line(
            [v * DOTS_PER_MM for v in (x0, y0, x1, y1)], fill=colour, width=max(1, round(thick * DOTS_PER_MM))
        )

    def box(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        *,
        colour: Colour = INK,
        thick: float = 0.25,
        fill: Colour | None = None,
    ) -> None:
        self._pen.rectangle(
            [v * DOTS_PER_MM for v in (x0, y0, x1, y1)],
            outline=colour,
            fill=fill,
            width=max(1, round(thick * DOTS_PER_MM)),
        )

    def table(
        self,
        x: float,
        y: float,
        widths: tuple[float, ...],
        rows: tuple[tuple[str, ...], ...],
        *,
        row_height: float = 11.0,
        height: float = 4.0,
        colour: Colour = INK,
        value_face: str = "sans",
        value_colour: Colour = INK,
    ) -> float:
        """Cells in rows; every second cell holds a value. Gives the y below the table."""
        for row in rows:
            left = x
            for index, (cell, width) in enumerate(zip(row, widths, strict=True)):
                self.box(left, y, left + width, y + row_height, colour=colour)
                is_value = index % 2 == 1
                self._cell(
                    left,
                    y,
                    width,
                    row_height,
                    cell,
                    height,
                    value_face if is_value else "serif",
                    value_colour if is_value else colour,
                )
                left += width
            y += row_height
        return y

    def _cell(
        self, x: float, y: float, width: float, row: float, words: str, height: float, kind: str, colour: Colour
    ) -> None:
        font = face(kind, height)
        lines, line = [], ""
        for character in words:
            if font.getlength(line + character) > (width - 3) * DOTS_PER_MM:
                lines.append(line)
                line = ""
            line += character
        lines.append(line)
        top = y + row / 2 - (len(lines) - 1) * height * 0.62
        for number, text in enumerate(lines):
            self.write(x + 1.5, top + number * height * 1.24, text, height, face_kind=kind, colour=colour, anchor="lm")

    def seal(self, x: float, y: float, radius: float, words: str, *, seed: int, name: str = "") -> None:
        """A round red seal, unevenly inked, centred at (x, y); `name` is the line under the star."""
        side = round(2 * (radius + 1) * DOTS_PER_MM)
        ink = Picture.new("L", (side, side), 0)
        pen = ImageDraw.Draw(ink)
        centre, reach = side / 2, radius * DOTS_PER_MM
        pen.ellipse([centre - reach, centre - reach, centre + reach, centre + reach], outline=255, width=7)
        star = [
            (centre + length * math.sin(turn), centre - length * math.cos(turn))
            for point in range(10)
            for turn, length in [(math.pi * point / 5, reach * (0.30 if point % 2 == 0 else 0.115))]
        ]
        pen.polygon(star, fill=255)
        if name:
            pen.text((centre, centre + reach * 0.55), name, font=face("serif", radius * 0.2), fill=255, anchor="mm")
        letters = face("serif bold", radius * 0.26)
        span = math.radians(min(270, 26 * len(words)))
        for index, character in enumerate(words):
            turn = -span / 2 + span * (index + 0.5) / len(words)
            tile = Picture.new("L", (round(reach * 0.5),) * 2, 0)
            ImageDraw.Draw(tile).text((tile.width / 2, tile.height / 2), character, font=letters, fill=255, anchor="mm")
            tile = tile.rotate(-math.degrees(turn), resample=Picture.Resampling.BICUBIC)
            left = centre + 0.77 * reach * math.sin(turn) - tile.width / 2
            top = centre - 0.77 * reach * math.cos(turn) - tile.height / 2
            ink.paste(255, (round(left), round(top)), tile)
        dice = np.random.default_rng(seed)
        blotches = cv2.resize(dice.random((8, 8)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
        strength = np.clip(np.asarray(ink, np.float32) * (0.6 + 0.45 * blotches), 0, 232).astype(np.uint8)
        turned = Picture.fromarray(strength).rotate(float(dice.uniform(-18, 18)), resample=Picture.Resampling.BICUBIC)
        place = (round(x * DOTS_PER_MM - side / 2), round(y * DOTS_PER_MM - side / 2))
        self._picture.paste(Picture.new("RGB", (side, side), SEAL_RED), place, turned)

    def portrait(self, x: float, y: float, width: float, height: float, *, seed: int, grey: bool = False) -> None:
        """A drawn head and shoulders: nobody's photograph."""
        dice = np.random.default_rng(seed)
        left, top, right, bottom = x, y, x + width, y + height
        shade = (236, 238, 242) if grey else (214, 228, 242)
        skin = (206, 206, 206) if grey else (232, 200, 176)
        coat = (70, 70, 72) if grey else (44 + int(dice.integers(60)), 52, 74)
        self.box(left, top, right, bottom, colour=shade, fill=shade)
        middle, face_width = x + width / 2, width * 0.42
        for shape, colour in (
            ((middle - width * 0.42, y + height * 0.70, middle + width * 0.42, y + height * 1.25), coat),
            (
                (middle - face_width * 0.56, y + height * 0.16, middle + face_width * 0.56, y + height * 0.5),
                (34, 32, 34),
            ),
            ((middle - face_width / 2, y + height * 0.22, middle + face_width / 2, y + height * 0.68), skin),
        ):
            x0, y0, x1, y1 = shape
            self._pen.ellipse([v * DOTS_PER_MM for v in (x0, y0, x1, y1)], fill=colour)
        below = (left, bottom, right, bottom + height * 0.3)
        self._pen.rectangle([v * DOTS_PER_MM for v in below], fill=self._picture.getpixel((2, 2)))

    def code(self, x: float, y: float, side: float, text: str) -> None:
        """A QR code with its own pixels kept square."""
        modules = cv2.QRCodeEncoder.create().encode(text)
        dots = round(side * DOTS_PER_MM)
        grown = cv2.resize(modules, (dots, dots), interpolation=cv2.INTER_NEAREST)
        self._picture.paste(Picture.fromarray(grown).convert("RGB"), (round(x * DOTS_PER_MM), round(y * DOTS_PER_MM)))

    def place(self, other: Artwork, x: float, y: float) -> None:
        """Lay another piece of artwork on this one, as on a photocopy."""
        self._picture.paste(other._picture, (round(x * DOTS_PER_MM), round(y * DOTS_PER_MM)))

    def emblem(self, x: float, y: float, radius: float) -> None:
        """A plain round emblem of our own, not the national one."""
        for share, colour in ((1.0, (196, 40, 44)), (0.86, (222, 184, 92)), (0.74, (196, 40, 44))):
            reach = radius * share
            self._pen.ellipse([v * DOTS_PER_MM for v in (x - reach, y - reach, x + reach, y + reach)], fill=colour)
        star = [
            ((x + length * math.sin(turn)) * DOTS_PER_MM, (y - length * math.cos(turn)) * DOTS_PER_MM)
            for point in range(10)
            for turn, length in [(math.pi * point / 5, radius * (0.5 if point % 2 == 0 else 0.2))]
        ]
        self._pen.polygon(star, fill=(236, 206, 96))

    def picture(self, *, seed: int) -> Image:
        """The finished sheet with a little paper grain."""
        colours = np.asarray(self._picture, np.float32)
        grain = np.random.default_rng(seed).normal(0, 1.0, colours.shape[:2]).astype(np.float32)
        grain = cv2.GaussianBlur(grain, (0, 0), 0.8)[..., None] * 1.6
        return np.ascontiguousarray(np.clip(colours + grain, 0, 255).astype(np.uint8)[..., ::-1])
