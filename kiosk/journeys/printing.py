"""What the citizen asked to be printed besides what a step prints by itself, and how a print ends."""

from __future__ import annotations

from drivers.protocols import PrintFailed, PrintProven
from kiosk.events import PrintEnded
from kiosk.problems import Problem, of_printer_fault
from kiosk.session import NO_WORK, Session, Work
from kiosk.visit import failed


def wished(session: Session) -> Work:
    return session.wish


def printed(session: Session, event: PrintEnded) -> Session:
    """Proven: nothing is wished any more. Else the problem; the wish stays, so that `retry` prints again."""
    outcome = event.outcome
    if isinstance(outcome, PrintProven):
        return session.with_(work=NO_WORK, wish=NO_WORK, problem=None)
    if isinstance(outcome, PrintFailed):
        return failed(session, of_printer_fault(outcome.fault))
    return failed(session, Problem.PRINT_UNPROVEN)
