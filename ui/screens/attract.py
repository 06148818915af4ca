"""Attract."""

from __future__ import annotations

from ui.widgets.step_screen import BaseScreen


class AttractScreen(BaseScreen):
    """A greeting, what to bring, and one large button."""
