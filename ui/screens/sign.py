"""Sign."""

from __future__ import annotations

from typing import Any

from ui.present.parts import Local
from ui.present.sign import signed
from ui.widgets.control import stage_of
from ui.widgets.step_screen import StepScreen


class SignScreen(StepScreen):
    """The pad knows the strokes; the view knows whether there are any."""

    def note_stroke(self) -> None:
        stage = stage_of(self)
        if stage is not None:
            stage.set_local("signed", "1")

    def on_local(self, local: Local) -> bool:
        if local.key != "sign":
            return False
        stage = stage_of(self)
        if stage is None:
            return True
        if local.value == "clear":
            self.ids.pad.clear()
            stage.set_local("signed", "")
        else:
            stage.send(signed(self.ids.pad.strokes))
        return True

    def draft(self) -> Any:
        return self.ids.pad.strokes

    def restore(self, draft: Any) -> None:
        self.ids.pad.show(draft)
