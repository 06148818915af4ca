"""Beginning and end of a visit, and what happens in every step: a problem, and time for the citizen."""

from __future__ import annotations

from kiosk.problems import Problem
from kiosk.session import NO_WORK, Idle, Session
from kiosk.step import Context


def first(*, number: int, now_s: float) -> Session:
    """A sleeping session: the attract screen. Nothing is known."""
    return Session(number=number, now_s=now_s, idle=Idle(deadline_s=now_s))


def ended(session: Session) -> Session:
    """The visit is over; nothing of it is left but the count."""
    return first(number=session.number + 1, now_s=session.now_s)


def given(session: Session, seconds: float) -> Session:
    """So much time from now on before the citizen is asked, or on the last screen before it closes."""
    factor = 2 if session.modes.needs_time else 1
    return session.with_(idle=Idle(deadline_s=session.now_s + factor * seconds))


def touched(session: Session, context: Context) -> Session:
    return given(session, context.idle_warning_s)


def warned(session: Session, context: Context) -> Session:
    """The question "are you still there" stands on the screen until the time to answer is over."""
    asked = given(session, context.idle_answer_s)
    return asked.with_(idle=Idle(deadline_s=asked.idle.deadline_s, warned=True))


def home(session: Session) -> Session:
    """The journey is left with everything that was gathered; language and reading modes stay."""
    return first(number=session.number, now_s=session.now_s).with_(
        awake=True,
        modes=session.modes,
        idle=session.idle,
        ticket=session.ticket,
        work=session.work,
        next_page_id=session.next_page_id,
        found=session.found,
    )


def failed(session: Session, problem: Problem) -> Session:
    """The work has ended badly. What the citizen wished for is still wished: `retry` does it again."""
    return session.with_(work=NO_WORK, problem=problem)
