"""The pad for signing with a finger."""

from __future__ import annotations

from typing import Any

from kivy.graphics import Color, Line
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from ui.theme import THEME

Stroke = tuple[tuple[float, float], ...]


class SignaturePad(Widget):
    """Collects strokes in units of its width (x from the left, y from the top down). `empty` while nothing is drawn."""

    choice = ObjectProperty(None, allownone=True)
    kind = StringProperty("pad")
    primary = BooleanProperty(False)
    pressed = BooleanProperty(False)
    is_live = True
    empty = BooleanProperty(True)
    radius = NumericProperty(0)
    label = StringProperty("")

    __events__ = ("on_stroke",)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._strokes: list[list[tuple[float, float]]] = []
        self._line: Line | None = None
        self.bind(size=self._redraw, pos=self._redraw)

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        return tuple(tuple(stroke) for stroke in self._strokes)

    def show(self, strokes: tuple[Stroke, ...]) -> None:
        self._strokes = [list(stroke) for stroke in strokes]
        self.empty = not self._strokes
        self._redraw()

    def clear(self) -> None:
        self.show(())

    def activate(self) -> None:
        """The keypad cannot sign; the screen offers another way."""

    def on_stroke(self) -> None:
        """Kivy's default handler of the event."""

    def on_touch_down(self, touch: Any) -> bool:
        if not self.collide_point(*touch.pos):
            return False
        touch.grab(self)
        self._strokes.append([self._inside(touch)])
        with self.canvas:
            Color(*THEME.ink_on_paper)
            self._line = Line(points=[*touch.pos], width=self._pen(), joint="round", cap="round")
        return True

    def on_touch_move(self, touch: Any) -> bool:
        if touch.grab_current is not self or self._line is None:
            return False
        x = min(max(touch.x, self.x), self.right)
        y = min(max(touch.y, self.y), self.top)
        self._strokes[-1].append(((x - self.x) / self.width, (self.top - y) / self.width))
        self._line.points = [*self._line.points, x, y]
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self._line = None
        if len(self._strokes[-1]) == 1:  # a dot
            x, y = self._strokes[-1][0]
            self._strokes[-1].append((x + 0.001, y))
            self._redraw()
        self.empty = False
        self.dispatch("on_stroke")
        return True

    def _inside(self, touch: Any) -> tuple[float, float]:
        return ((touch.x - self.x) / self.width, (self.top - touch.y) / self.width)

    def _pen(self) -> float:
        return max(2.0, float(THEME(4)))

    def _redraw(self, *_: object) -> None:
        self.canvas.clear()
        with self.canvas:
            Color(*THEME.ink_on_paper)
            for stroke in self._strokes:
                points = [c for x, y in stroke for c in (self.x + x * self.width, self.top - y * self.width)]
                if len(points) >= 4:
                    Line(points=points, width=self._pen(), joint="round", cap="round")
