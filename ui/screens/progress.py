"""Trace, cases, case."""

from __future__ import annotations

from ui.widgets.step_screen import StepScreen


class TraceScreen(StepScreen):
    """The camera looks for the code, or the reader waits for the card."""

    def on_leave(self) -> None:
        self.ids.preview.stop()


class CasesScreen(StepScreen):
    """The cases that were found."""


class CaseScreen(StepScreen):
    """How far one case has come."""
