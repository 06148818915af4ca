"""Which buttons a problem screen has at this moment: what the table offers, less what makes no sense in this step."""

from __future__ import annotations

from kiosk.problems import TABLE, Answer, Problem
from kiosk.session import Session
from kiosk.step import StepId
from kiosk.steps import current

_CAN_GO_WITHOUT = (StepId.GUIDE, StepId.RECEIPT, StepId.NOTICE, StepId.CASE)
_HAS_ANOTHER_WAY = (
    Problem.CARD_UNREADABLE,
    Problem.CARD_REMOVED,
    Problem.CARD_WRONG_KIND,
    Problem.CARD_EXPIRED,
    Problem.CARD_READER_OUT,
    Problem.CAMERA_OUT,
    Problem.CODE_UNKNOWN,
)
"""A filing is traced by card when its receipt cannot be read, and by its receipt when the card cannot."""


def answers(session: Session) -> tuple[Answer, ...]:
    """In the order of the table, the first one most wanted; empty when there is no problem."""
    if session.problem is None:
        return ()
    step = current(session)
    is_filed = session.dossier.filing is not None
    without: set[Answer] = set()
    if step in _CAN_GO_WITHOUT:
        without |= {Answer.LEAVE, Answer.BACK}
    elif step is not StepId.TRACE or session.problem not in _HAS_ANOTHER_WAY:
        without.add(Answer.LATER)
    if not session.journey or is_filed:
        without.add(Answer.BACK)
    return tuple(answer for answer in TABLE[session.problem].answers if answer not in without)
