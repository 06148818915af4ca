"""Review."""

from __future__ import annotations

from ui.widgets.step_screen import StepScreen


class ReviewScreen(StepScreen):
    """See review.kv."""
