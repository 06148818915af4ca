"""Attract."""

from __future__ import annotations

from typing import Any

from ui.widgets.control import stage_of
from ui.widgets.step_screen import BaseScreen


class AttractScreen(BaseScreen):
    """A greeting, what to bring, and one large button; a touch anywhere else is taken for that button."""

    def on_touch_down(self, touch: Any) -> bool:
        if not super().on_touch_down(touch):
            touch.grab(self)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        stage = stage_of(self)
        if stage is not None:
            stage.act(self.view.frame.primary.act)
        return True
