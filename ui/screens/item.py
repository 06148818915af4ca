"""Item."""

from __future__ import annotations

from ui.present.item import with_key
from ui.present.parts import Local
from ui.widgets.control import stage_of
from ui.widgets.step_screen import StepScreen


class ItemScreen(StepScreen):
    """Search field, keyboard and the list of what was found."""

    def on_local(self, local: Local) -> bool:
        if local.key != "key":
            return False
        stage = stage_of(self)
        if stage is not None:
            stage.send(with_key(self.view.query, local.value))
        return True
