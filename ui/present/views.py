"""Which view belongs to which step, and what lies above it. One row for each step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from kiosk.session import Session
from kiosk.steps import StepId, current
from ui.present import overlays
from ui.present.attract import attract
from ui.present.card import card
from ui.present.consent import consent
from ui.present.form import form
from ui.present.guide import guide
from ui.present.home import home
from ui.present.item import item
from ui.present.locality import locality
from ui.present.papers import opened_page, papers
from ui.present.parts import Context, Frame
from ui.present.progress import case, cases, trace
from ui.present.review import review
from ui.present.sign import sign
from ui.present.submit import done, notice, receipt, submit


class View(Protocol):
    """What a screen is given. `key` names the screen and what it is about: another key is another screen."""

    @property
    def frame(self) -> Frame: ...
    @property
    def key(self) -> str: ...


Presenter = Callable[[Session, Context], View]

VIEWS: Mapping[StepId, Presenter] = {
    StepId.ATTRACT: attract,
    StepId.HOME: home,
    StepId.CARD: card,
    StepId.ITEM: item,
    StepId.LOCALITY: locality,
    StepId.GUIDE: guide,
    StepId.CONSENT: consent,
    StepId.FORM: form,
    StepId.PAPERS: papers,
    StepId.REVIEW: review,
    StepId.SIGN: sign,
    StepId.SUBMIT: submit,
    StepId.RECEIPT: receipt,
    StepId.NOTICE: notice,
    StepId.DONE: done,
    StepId.TRACE: trace,
    StepId.CASES: cases,
    StepId.CASE: case,
}


def view_of(session: Session, context: Context) -> View:
    """The view of the current step."""
    return VIEWS[current(session)](session, context)


def overlay_of(session: Session, context: Context) -> View | None:
    """What lies above the step: the idle question, then a problem, then what the citizen opened."""
    if session.idle.warned:
        return overlays.idle(session, context)
    if session.problem is not None:
        return overlays.problem(session, context, session.problem)
    opened = context.local.get("overlay", "")
    if opened == "help":
        return overlays.help_(session, context)
    if opened == "leave":
        return overlays.leave(session, context)
    if context.local.get("page") and current(session) is StepId.PAPERS:
        return opened_page(session, context)
    return None
