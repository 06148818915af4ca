"""Problem, idle question, help, leaving."""

from __future__ import annotations

from ui.widgets.step_screen import BaseScreen


class ProblemScreen(BaseScreen):
    """What happened, what to do now."""


class IdleScreen(BaseScreen):
    """Are you still there?"""


class HelpScreen(BaseScreen):
    """A person, a place, reading settings."""


class LeaveScreen(BaseScreen):
    """Leave and erase?"""
