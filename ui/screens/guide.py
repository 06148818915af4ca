"""Guide."""

from __future__ import annotations

from ui.widgets.step_screen import StepScreen


class GuideScreen(StepScreen):
    """See guide.kv."""
