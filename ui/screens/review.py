"""Review."""

from __future__ import annotations

from ui.present.parts import Local
from ui.present.review import MORE, SEEN
from ui.widgets.control import stage_of
from ui.widgets.step_screen import StepScreen


class ReviewScreen(StepScreen):
    """Knows which page of the list is shown; the view only whether that was the last one."""

    def on_local(self, local: Local) -> bool:
        if local != MORE:
            return False
        self.ids.rows.turn(1)
        return True

    def note_end(self) -> None:
        """The last page of the list is to be seen."""
        stage = stage_of(self)
        if stage is not None:
            stage.set_local(SEEN, "yes")
