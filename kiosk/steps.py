"""Where a session stands: the path is computed from journey and dossier, the current step is the first not done."""

from __future__ import annotations

from kiosk.journeys import JOURNEYS
from kiosk.journeys.entrance import ATTRACT, HOME
from kiosk.session import Session
from kiosk.step import Context, Journey, Step, StepId

__all__ = ["Context", "StepId", "current", "path", "previous", "step_of"]


def current(session: Session) -> StepId:
    """The step that the screen shows, below a problem or the idle warning."""
    return step_of(session).id


def path(session: Session) -> tuple[StepId, ...]:
    """The steps of this visit in their order, done or not; empty before a journey was chosen."""
    return tuple(step.id for step in _path(session))


def step_of(session: Session) -> Step:
    if not session.awake:
        return ATTRACT
    steps = _path(session)
    return next((step for step in steps if not step.is_done(session)), steps[-1]) if steps else HOME


def previous(session: Session) -> Step | None:
    """The nearest earlier step that can be taken back, None when back leads out of the journey."""
    before: Step | None = None
    now = step_of(session)
    for step in _path(session):
        if step is now:
            return before
        if step.drop is not None:
            before = step
    return None


def _path(session: Session) -> Journey:
    return tuple(step for step in JOURNEYS.get(session.journey, ()) if step.applies(session))
