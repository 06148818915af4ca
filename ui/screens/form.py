"""Form: one question, and the answers to be confirmed."""

from __future__ import annotations

from ui.present.composing import changed
from ui.present.parts import Local
from ui.widgets.control import stage_of
from ui.widgets.step_screen import StepScreen


class FieldScreen(StepScreen):
    """A field with its keyboard, or the choices of a question."""

    def on_local(self, local: Local) -> bool:
        stage = stage_of(self)
        if stage is None:
            return False
        entry = changed(
            self.view.typing.entry, local, method=stage.context.input_method, max_length=self.view.max_length
        )
        if entry is not None:
            stage.set_locals(entry.local)
        return entry is not None


class AnswersScreen(StepScreen):
    """Every question with its answer."""
