"""Submit, receipt, notice, done."""

from __future__ import annotations

from ui.widgets.step_screen import StepScreen


class WorkScreen(StepScreen):
    """What the machine is doing now."""


class DoneScreen(StepScreen):
    """What to take along and what happens next."""
