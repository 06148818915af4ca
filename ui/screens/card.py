"""Card."""

from __future__ import annotations

from ui.widgets.step_screen import StepScreen


class CardScreen(StepScreen):
    """A drawing of what to do, and what the reader sees."""
