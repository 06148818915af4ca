"""Item."""

from __future__ import annotations

from ui.present.composing import changed
from ui.present.item import MAX_QUERY, query_of
from ui.present.parts import Local
from ui.widgets.control import stage_of
from ui.widgets.step_screen import StepScreen


class ItemScreen(StepScreen):
    """Search field, keyboard and the list of what was found."""

    def on_local(self, local: Local) -> bool:
        stage = stage_of(self)
        if stage is None:
            return False
        entry = changed(self.view.typing.entry, local, method=stage.context.input_method, max_length=MAX_QUERY)
        if entry is not None:
            stage.set_locals(entry.local)
            stage.send(query_of(entry))
        return entry is not None
