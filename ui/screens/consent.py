"""Consent."""

from __future__ import annotations

from ui.widgets.step_screen import StepScreen


class ConsentScreen(StepScreen):
    """See consent.kv."""
