"""Form: one question, and the answers to be confirmed."""

from __future__ import annotations

from ui.present.keys import typed
from ui.present.parts import Local
from ui.widgets.control import stage_of
from ui.widgets.step_screen import StepScreen


class FieldScreen(StepScreen):
    """A field with its keyboard, or the choices of a question."""

    def on_local(self, local: Local) -> bool:
        if local.key != "key":
            return False
        stage = stage_of(self)
        if stage is not None:
            stage.set_local("text", typed(self.view.text, local.value, max_length=self.view.max_length))
        return True


class AnswersScreen(StepScreen):
    """Every question with its answer."""
