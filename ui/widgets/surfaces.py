"""Cards, sheets and masks: grounds for other things."""

from __future__ import annotations

import math
from typing import Any

from kivy.graphics import Color, Mesh
from kivy.properties import ColorProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget


class Card(BoxLayout):
    """A filled rounded ground."""

    fill = ColorProperty((1, 1, 1, 1))
    outline = ColorProperty((0, 0, 0, 0))
    outline_width = NumericProperty(0)
    radius = NumericProperty(0)


class Sheet(Card):
    """A card above a darkened screen, as high as what it holds."""


class Veil(FloatLayout):
    """Darkens what lies below and takes its touches."""


class SheetButtons(BoxLayout):
    """Secondary and primary of a sheet."""

    frame = ObjectProperty(None, allownone=True)


class NumberCard(Card):
    """A number to be noted, large."""

    label = StringProperty("")
    number = StringProperty("")


class RoundedCorners(Widget):
    """Four corners in the colour of the ground: makes a picture below look rounded without clipping it."""

    radius = NumericProperty(0)
    colour = ColorProperty((1, 1, 1, 1))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bind(size=self._draw, pos=self._draw, radius=self._draw, colour=self._draw)

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        r = self.radius
        corners = (
            (self.x, self.y, self.x + r, self.y + r, 180),
            (self.right, self.y, self.right - r, self.y + r, 270),
            (self.right, self.top, self.right - r, self.top - r, 0),
            (self.x, self.top, self.x + r, self.top - r, 90),
        )
        with self.canvas:
            Color(*self.colour)
            for tip_x, tip_y, x, y, start in corners:
                vertices = [tip_x, tip_y, 0.0, 0.0]
                for step in range(13):
                    angle = math.radians(start + step * 7.5)
                    vertices += [x + r * math.cos(angle), y + r * math.sin(angle), 0.0, 0.0]
                Mesh(vertices=vertices, indices=list(range(14)), mode="triangle_fan")
