"""Locality."""

from __future__ import annotations

from ui.widgets.step_screen import StepScreen


class LocalityScreen(StepScreen):
    """See locality.kv."""
