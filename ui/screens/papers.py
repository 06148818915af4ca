"""Papers: the camera, a page with faults, and one page looked at closely."""

from __future__ import annotations

from ui.widgets.step_screen import BaseScreen, StepScreen


class PapersScreen(StepScreen):
    """Preview, checks, the strip of pages taken."""

    def on_leave(self) -> None:
        self.ids.preview.stop()


class JudgedScreen(StepScreen):
    """The page as taken, and what is wrong with it."""


class PageScreen(BaseScreen):
    """One page, large, over the step."""
