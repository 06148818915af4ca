"""The camera picture with the outline of the page, and the pages already taken."""

from __future__ import annotations

import io
from typing import Any

from kivy.clock import Clock
from kivy.core.image import Image as CoreImage
from kivy.graphics import Color, Line, Rectangle
from kivy.graphics.texture import Texture
from kivy.properties import NumericProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from ui.present.parts import Choice
from ui.theme import THEME
from ui.widgets.control import Control, stage_of

FRAMES_A_SECOND = 15
MOST_CUT = 1.33
"""The picture fills its box while no more than a quarter of it is cut; beyond that the platen's colour fills up."""


class CameraPreview(Widget):
    """Shows the newest picture of the slot, filling its box, and the outline: white under green or amber.

    The slot comes from the stage; one texture is used again as long as the size of the pictures does not change.
    """

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._texture: Texture | None = None
        self._frame: Any = None
        self._after = 0
        self._event = Clock.schedule_interval(self._fetch, 1 / FRAMES_A_SECOND)
        self.bind(size=self._draw, pos=self._draw)

    def stop(self) -> None:
        """Called when the screen is left."""
        self._event.cancel()

    def show_newest(self) -> None:
        """Fetch the newest picture now, not at the next beat."""
        self._fetch(0.0)

    def _fetch(self, _dt: float) -> None:
        stage = stage_of(self)
        if stage is None:
            self._event.cancel()
            return
        frame = stage.preview.take(self._after)
        if frame is None:
            return
        self._after = frame.sequence
        self._frame = frame
        if self._texture is None or tuple(self._texture.size) != (frame.width, frame.height):
            self._texture = Texture.create(size=(frame.width, frame.height), colorfmt="rgba")
        self._texture.blit_buffer(frame.rgba, colorfmt="rgba", bufferfmt="ubyte")
        self._draw()

    def _draw(self, *_: object) -> None:
        """The picture is cut by its texture coordinates, so nothing lies outside the box."""
        self.canvas.clear()
        if self._texture is None or self._frame is None or self.opacity == 0:
            return
        frame = self._frame
        across, along = self.width / frame.width, self.height / frame.height
        scale = min(max(across, along), min(across, along) * MOST_CUT)
        width, height = frame.width * scale, frame.height * scale
        left, bottom = self.center_x - width / 2, self.center_y - height / 2
        seen_width, seen_height = min(width, self.width), min(height, self.height)
        cut_x, cut_y = (1 - seen_width / width) / 2, (1 - seen_height / height) / 2
        with self.canvas:
            Color(1, 1, 1, 1)
            Rectangle(
                texture=self._texture,
                pos=(self.center_x - seen_width / 2, self.center_y - seen_height / 2),
                size=(seen_width, seen_height),
                tex_coords=(cut_x, 1 - cut_y, 1 - cut_x, 1 - cut_y, 1 - cut_x, cut_y, cut_x, cut_y),
            )
            if frame.outline is None:
                self._place_marks()
            else:
                inset = THEME(8)
                points: list[float] = []
                for x, y in frame.outline:
                    points += [
                        min(max(left + x * width, self.x + inset), self.right - inset),
                        min(max(bottom + (1 - y) * height, self.y + inset), self.top - inset),
                    ]
                Color(1, 1, 1, 1)
                Line(points=points, close=True, width=THEME(7), joint="round")
                Color(*(THEME.good_line if frame.state == "good" else THEME.wait_line))
                Line(points=points, close=True, width=THEME(4.5), joint="round")

    def _place_marks(self) -> None:
        """Four corners in the middle of the empty platen: lay it here."""
        height = min(self.height * 0.72, self.width * 0.72 * 1.414)
        width, arm = height / 1.414, height * 0.1
        Color(1, 1, 1, 0.75)
        for sx in (-1, 1):
            for sy in (-1, 1):
                x, y = self.center_x + sx * width / 2, self.center_y + sy * height / 2
                Line(points=[x - sx * arm, y, x, y, x, y - sy * arm], width=THEME(4), joint="round", cap="round")


class Thumbnail(Control):
    """One page taken, with its number."""

    jpeg = ObjectProperty(b"")
    texture = ObjectProperty(None, allownone=True)

    def fitted(self, texture: Texture, width: float, height: float) -> tuple[float, float]:
        """Size of the picture as large as fits."""
        scale = min(width / texture.width, height / texture.height)
        return (texture.width * scale, texture.height * scale)

    def on_jpeg(self, _instance: object, jpeg: bytes) -> None:
        self.texture = CoreImage(io.BytesIO(jpeg), ext="jpg", nocache=True).texture if jpeg else None


class PagePicture(Widget):
    """One page, as large as fits."""

    jpeg = ObjectProperty(b"")

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._texture: Texture | None = None
        self.bind(jpeg=self._load, size=self._draw, pos=self._draw)

    def _load(self, *_: object) -> None:
        self._texture = CoreImage(io.BytesIO(self.jpeg), ext="jpg", nocache=True).texture if self.jpeg else None
        self._draw()

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        if self._texture is None:
            return
        width, height = self._texture.size
        scale = min(self.width / width, self.height / height)
        size = (width * scale, height * scale)
        with self.canvas:
            Color(1, 1, 1, 1)
            Rectangle(
                texture=self._texture,
                size=size,
                pos=(self.center_x - size[0] / 2, self.center_y - size[1] / 2),
            )


class ThumbnailStrip(BoxLayout):
    """The pages of one material; each is a control. `pages` are pairs of a choice and its JPEG (b"" = the next one)."""

    pages = ObjectProperty(())
    limit = NumericProperty(4)  # the last ones are shown

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.bind(pages=self._build, limit=self._build)

    def _build(self, *_: object) -> None:
        pages: tuple[tuple[Choice, bytes], ...] = self.pages[-int(self.limit) :]
        if len(self.children) != len(pages):
            self.clear_widgets()
            for _ in pages:
                self.add_widget(Thumbnail(kind="thumbnail"))
        for widget, (choice, jpeg) in zip(reversed(self.children), pages, strict=True):
            widget.choice, widget.jpeg = choice, jpeg
