"""Which buttons a problem screen has at this moment: what the table offers, less what makes no sense in this step."""

from __future__ import annotations

from kiosk.problems import TABLE, Answer
from kiosk.session import Session
from kiosk.step import StepId
from kiosk.steps import current

_CAN_GO_WITHOUT = (StepId.GUIDE, StepId.RECEIPT, StepId.NOTICE, StepId.CASE)


def answers(session: Session) -> tuple[Answer, ...]:
    """In the order of the table, the first one most wanted; empty when there is no problem."""
    if session.problem is None:
        return ()
    step = current(session)
    is_filed = session.dossier.filing is not None
    without: set[Answer] = set()
    if step not in _CAN_GO_WITHOUT:
        without.add(Answer.LATER)
    if step in _CAN_GO_WITHOUT:
        without |= {Answer.LEAVE, Answer.BACK}
    if not session.journey or is_filed:
        without.add(Answer.BACK)
    return tuple(answer for answer in TABLE[session.problem].answers if answer not in without)
