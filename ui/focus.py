"""The keypad: which control has the focus, how it moves, and the ring around it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kivy.graphics import Color, Line
from kivy.uix.widget import Widget

from ui.theme import THEME


def controls_of(root: Any) -> tuple[Any, ...]:
    """Every live control below `root` in reading order: rows from the top, columns from the left."""
    found = [widget for widget in _walk(root) if getattr(widget, "choice", None) is not None]
    found = [widget for widget in found if widget.is_live and widget.width > 1 and widget.height > 1]
    rows: list[list[Any]] = []
    for widget in sorted(found, key=lambda w: -w.to_window(*w.center)[1]):
        y = widget.to_window(*widget.center)[1]
        if rows and abs(rows[-1][0].to_window(*rows[-1][0].center)[1] - y) < min(rows[-1][0].height, widget.height) / 2:
            rows[-1].append(widget)
        else:
            rows.append([widget])
    return tuple(widget for row in rows for widget in sorted(row, key=lambda w: w.to_window(*w.pos)[0]))


def _walk(widget: Any) -> Iterator[Any]:
    if widget is None or widget.opacity == 0:
        return
    yield widget
    for child in widget.children:
        yield from _walk(child)


class FocusRing(Widget):
    """A thick ring of two colours around the focused control. Moves with the keypad only; a touch takes it away."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(size_hint=(None, None), size=(0, 0), **kwargs)
        self.target: Any = None

    def move(self, root: Any, by: int) -> Any:
        """Focus the next (+1) or previous (-1) control below `root`, round and round. Returns it, or None."""
        controls = controls_of(root)
        if not controls:
            return None
        if self.target in controls:
            index = (controls.index(self.target) + by) % len(controls)
        else:
            index = 0 if by > 0 else len(controls) - 1
        self.target = controls[index]
        self._draw()
        return self.target

    def press(self) -> None:
        """Do what a touch on the focused control would do."""
        if self.target is not None and self.target.is_live:
            self.target.activate()

    def leave(self) -> None:
        self.target = None
        self.canvas.clear()

    def _draw(self) -> None:
        x, y = self.target.to_window(*self.target.pos)
        width, height = self.target.size
        radius = getattr(self.target, "radius", THEME(20)) + THEME(6)
        box = (x - THEME(6), y - THEME(6), width + THEME(12), height + THEME(12), radius)
        self.canvas.clear()
        with self.canvas:
            Color(*THEME.focus_halo)
            Line(rounded_rectangle=box, width=THEME(8))
            Color(*THEME.focus)
            Line(rounded_rectangle=box, width=THEME(5))
