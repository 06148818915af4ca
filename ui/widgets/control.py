"""Everything that can be touched."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout


class Control(BoxLayout):
    """A touch target that shows one `Choice` and sends its act to the stage when released inside.

    A control without an act dispatches `on_tap` only. `kind` is told by the probe: button, tile, row, key, tool, pad.
    """

    choice = ObjectProperty(None, allownone=True)
    kind = StringProperty("button")
    primary = BooleanProperty(False)
    pressed = BooleanProperty(False)
    fill = ColorProperty((1, 1, 1, 1))
    outline = ColorProperty((0, 0, 0, 0))
    outline_width = NumericProperty(0)
    radius = NumericProperty(0)

    __events__ = ("on_tap",)

    @property
    def is_live(self) -> bool:
        return self.choice is not None and self.choice.enabled and self.opacity > 0

    def on_touch_down(self, touch: Any) -> bool:
        if not self.is_live or not self.collide_point(*touch.pos):
            return False
        touch.grab(self)
        self.pressed = True
        return True

    def on_touch_move(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return False
        self.pressed = self.collide_point(*touch.pos)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self.pressed = False
        if self.is_live and self.collide_point(*touch.pos):
            self.activate()
        return True

    def activate(self) -> None:
        """What a touch or the keypad's confirm key does."""
        choice = self.choice
        if choice is None or not choice.enabled:
            return
        self.dispatch("on_tap")
        if choice.act is not None:
            stage = stage_of(self)
            if stage is not None:
                stage.act(choice.act)

    def flash(self) -> None:
        """Show the press of the keypad for a moment."""
        self.pressed = True
        Clock.schedule_once(self._unpress, 0.12)

    def _unpress(self, _dt: float) -> None:
        self.pressed = False

    def on_tap(self) -> None:
        """Kivy's default handler of the event."""


def stage_of(widget: Any) -> Any:
    """The stage that the widget stands on, or None when it has been dropped."""
    while widget is not None and not getattr(widget, "is_stage", False):
        parent = widget.parent
        widget = None if parent is widget else parent
    return widget
