"""Drawings for who would rather look than read. Flat shapes in the theme's colours, drawn once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kivy.graphics import Color, Ellipse, Line, Mesh, SmoothRoundedRectangle
from kivy.properties import StringProperty
from kivy.uix.widget import Widget

from ui.theme import THEME, Colour

WIDTH, HEIGHT = 800.0, 480.0
"""The drawings' own coordinates, y down."""


class Illustration(Widget):
    """One drawing, as large as fits, in the middle of the box. `picture` is a row of `PICTURES`."""

    picture = StringProperty("")

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.bind(size=self._draw, pos=self._draw, picture=self._draw)

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        if self.picture:
            with self.canvas:
                PICTURES[self.picture](_Pen(self))


class _Pen:
    def __init__(self, box: Widget) -> None:
        self._scale = min(box.width / WIDTH, box.height / HEIGHT)
        self._left = box.center_x - WIDTH * self._scale / 2
        self._top = box.center_y + HEIGHT * self._scale / 2

    def _xy(self, x: float, y: float) -> tuple[float, float]:
        return (self._left + x * self._scale, self._top - y * self._scale)

    def rect(self, x: float, y: float, w: float, h: float, fill: Colour, *, radius: float = 12) -> None:
        Color(*fill)
        left, top = self._xy(x, y)
        r = radius * self._scale
        SmoothRoundedRectangle(
            pos=(left, top - h * self._scale), size=(w * self._scale, h * self._scale), radius=[r, r, r, r]
        )

    def framed(self, x: float, y: float, w: float, h: float, fill: Colour, edge: Colour, *, radius: float = 12) -> None:
        self.rect(x - 4, y - 4, w + 8, h + 8, edge, radius=radius + 4)
        self.rect(x, y, w, h, fill, radius=radius)

    def disc(self, x: float, y: float, r: float, fill: Colour) -> None:
        Color(*fill)
        left, top = self._xy(x - r, y - r)
        side = 2 * r * self._scale
        Ellipse(pos=(left, top - side), size=(side, side))

    def shape(self, points: tuple[tuple[float, float], ...], fill: Colour) -> None:
        """A convex polygon."""
        Color(*fill)
        vertices: list[float] = []
        for x, y in points:
            vertices += [*self._xy(x, y), 0, 0]
        Mesh(vertices=vertices, indices=list(range(len(points))), mode="triangle_fan")

    def line(self, points: tuple[tuple[float, float], ...], colour: Colour, width: float) -> None:
        Color(*colour)
        Line(
            points=[c for point in points for c in self._xy(*point)],
            width=max(1.0, width * self._scale / 2),
            joint="round",
            cap="round",
        )

    def arrow_down(self, x: float, y: float, length: float, colour: Colour) -> None:
        self.line(((x, y), (x, y + length)), colour, 14)
        self.line(((x - 26, y + length - 28), (x, y + length), (x + 26, y + length - 28)), colour, 14)

    def arcs(self, x: float, y: float, colour: Colour) -> None:
        """The sign of contactless reading."""
        Color(*colour)
        for r in (14, 28, 42):
            cx, cy = self._xy(x, y)
            Line(circle=(cx, cy, r * self._scale, -48, 48), width=max(1.0, 4 * self._scale), cap="round")


def _card(pen: _Pen, x: float, y: float) -> None:
    """An identity card, 360 x 228."""
    pen.framed(x, y, 360, 228, THEME.tint if not THEME.high_contrast else THEME.surface, THEME.primary, radius=22)
    for row, width in enumerate((110, 80, 140)):
        pen.rect(x + 34, y + 40 + row * 40, width, 14, THEME.edge, radius=7)
    pen.rect(x + 34, y + 176, 250, 16, THEME.primary, radius=8)
    pen.rect(x + 224, y + 34, 106, 122, THEME.surface if not THEME.high_contrast else THEME.tint, radius=12)
    pen.disc(x + 277, y + 74, 24, THEME.edge)
    pen.shape(
        ((x + 277, y + 102), (x + 306, y + 116), (x + 316, y + 150), (x + 238, y + 150), (x + 248, y + 116)), THEME.edge
    )


def _card_on_reader(pen: _Pen) -> None:
    pen.framed(130, 392, 540, 84, THEME.surface, THEME.edge, radius=26)
    pen.rect(160, 404, 480, 14, THEME.primary, radius=7)
    pen.arcs(400, 468, THEME.primary)
    _card(pen, 220, 20)
    pen.arrow_down(400, 284, 84, THEME.primary)


def _sheet(pen: _Pen, x: float, y: float, w: float, h: float) -> None:
    pen.framed(x, y, w, h, THEME.paper, THEME.edge, radius=8)
    pen.rect(x + w * 0.3, y + h * 0.1, w * 0.4, 14, THEME.ink_on_paper, radius=7)
    for row in range(5):
        width = 0.76 if row < 4 else 0.4
        pen.rect(x + w * 0.12, y + h * (0.26 + row * 0.11), w * width, 8, _GREY, radius=4)
    pen.disc(x + w * 0.74, y + h * 0.84, 20, _SEAL)
    pen.disc(x + w * 0.74, y + h * 0.84, 15, THEME.paper)


_GREY: Colour = (0.62, 0.67, 0.73, 1.0)
_SEAL: Colour = (0.75, 0.22, 0.18, 1.0)


def _sheet_on_platen(pen: _Pen) -> None:
    light = THEME.tint if not THEME.high_contrast else THEME.tint_down
    pen.shape(((400, 66), (650, 404), (150, 404)), light)
    pen.rect(60, 404, 680, 66, THEME.edge, radius=18)
    pen.shape(((220, 404), (580, 404), (520, 330), (280, 330)), THEME.paper)
    pen.line(((220, 404), (580, 404), (520, 330), (280, 330), (220, 404)), THEME.edge, 5)
    for left, right, y in ((320, 480, 346), (300, 500, 362), (284, 516, 380)):
        pen.line(((left, y), (right, y)), _GREY, 8)
    pen.rect(690, 10, 26, 400, THEME.edge, radius=13)
    pen.rect(400, 10, 316, 26, THEME.edge, radius=13)
    pen.rect(348, 6, 104, 62, THEME.primary, radius=16)
    pen.disc(400, 68, 20, THEME.primary)
    pen.disc(400, 68, 10, THEME.primary_ink)


def _receipt_from_slot(pen: _Pen) -> None:
    pen.framed(110, 14, 580, 110, THEME.surface, THEME.edge, radius=28)
    pen.rect(190, 74, 420, 22, THEME.ink, radius=11)
    pen.framed(240, 90, 320, 300, THEME.paper, THEME.edge, radius=6)
    pen.rect(190, 74, 420, 14, THEME.ink, radius=7)
    pen.rect(320, 128, 160, 16, THEME.ink_on_paper, radius=8)
    for row in range(4):
        pen.rect(272, 170 + row * 30, (256, 256, 200, 130)[row], 10, _GREY, radius=5)
    _code(pen, 448, 282, 80)
    pen.arrow_down(400, 402, 66, THEME.primary)


def _code(pen: _Pen, x: float, y: float, side: float) -> None:
    """Something that looks like a QR code."""
    cell = side / 7
    cells = ("1110111", "1010101", "1110110", "0001011", "1101101", "1010110", "1110011")
    for row, line in enumerate(cells):
        for column, bit in enumerate(line):
            if bit == "1":
                pen.rect(x + column * cell, y + row * cell, cell + 0.5, cell + 0.5, THEME.ink_on_paper, radius=0)


def _code_under_camera(pen: _Pen) -> None:
    light = THEME.tint if not THEME.high_contrast else THEME.tint_down
    pen.shape(((400, 66), (640, 300), (160, 300)), light)
    pen.rect(348, 6, 104, 62, THEME.primary, radius=16)
    pen.disc(400, 68, 20, THEME.primary)
    pen.disc(400, 68, 10, THEME.primary_ink)
    pen.framed(250, 170, 300, 296, THEME.paper, THEME.edge, radius=8)
    pen.rect(320, 200, 160, 16, THEME.ink_on_paper, radius=8)
    for row in range(2):
        pen.rect(286, 236 + row * 28, 228, 10, _GREY, radius=5)
    _code(pen, 330, 300, 140)


def _sealed(pen: _Pen) -> None:
    pen.framed(180, 120, 440, 290, THEME.surface, THEME.primary, radius=22)
    pen.line(((190, 132), (400, 290), (610, 132)), THEME.primary, 9)
    pen.disc(400, 300, 74, THEME.bg)
    pen.disc(400, 300, 62, THEME.primary)
    pen.line(((372, 302), (392, 322), (430, 280)), THEME.primary_ink, 14)


def _done(pen: _Pen) -> None:
    pen.disc(400, 240, 190, THEME.ok_bed)
    pen.disc(400, 240, 140, THEME.ok)
    pen.line(((332, 246), (382, 296), (474, 194)), THEME.surface, 30)


PICTURES: Mapping[str, Callable[[_Pen], None]] = {
    "card_on_reader": _card_on_reader,
    "sheet_on_platen": _sheet_on_platen,
    "receipt_from_slot": _receipt_from_slot,
    "code_under_camera": _code_under_camera,
    "sealed": _sealed,
    "done": _done,
}
