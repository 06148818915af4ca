"""Journey `progress`: where a filing stands, by the code on the receipt or by card, and its notice on paper."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from kiosk.events import (
    CardRead,
    CaseChosen,
    CaseProgress,
    CodeSeen,
    Failed,
    FinishTapped,
    NoticePrintTapped,
    ProgressTold,
    UseCardTapped,
)
from kiosk.journeys.card import read_card
from kiosk.journeys.printing import wished
from kiosk.problems import Problem
from kiosk.session import NO_WORK, Session, Tracing, Work, WorkKind
from kiosk.step import Context, Journey, Step, StepId
from kiosk.visit import ended, failed
from paper.codes import ReceiptCode, UnknownCode, parse


def chosen_case(session: Session) -> CaseProgress | None:
    return next((case for case in session.tracing.cases or () if case.case_number == session.tracing.chosen), None)


def traced_otherwise(session: Session) -> Session:
    """By card instead of by the code of the receipt, or the other way round."""
    return _afresh(session).with_(tracing=Tracing(by_card=not session.tracing.by_card))


def _traces(session: Session) -> Work:
    tracing = session.tracing
    if tracing.by_card:
        return Work(WorkKind.CARD) if session.dossier.identity is None else Work(WorkKind.ASK, "card")
    return Work(WorkKind.ASK, "receipt") if tracing.filing_number else Work(WorkKind.CODE)


def _see_code(session: Session, event: CodeSeen, _context: Context) -> Session:
    try:
        code = parse(event.text)
    except UnknownCode:
        code = None
    if not isinstance(code, ReceiptCode):
        return failed(session, Problem.CODE_UNKNOWN)
    return session.with_(
        work=NO_WORK,
        tracing=Tracing(filing_number=code.filing_number, progress_code=code.progress_code),
    )


def _told(session: Session, event: ProgressTold, _context: Context) -> Session:
    if not event.cases and not session.tracing.by_card:
        return failed(_afresh(session), Problem.CODE_UNKNOWN)
    chosen = event.cases[0].case_number if len(event.cases) == 1 else ""
    return session.with_(work=NO_WORK, tracing=replace(session.tracing, cases=event.cases, chosen=chosen))


def _failed(session: Session, event: Failed, _context: Context) -> Session:
    """A code that the city does not know is not asked again: another one must be shown."""
    unknown = event.problem is Problem.CODE_UNKNOWN
    return failed(_afresh(session) if unknown else session, event.problem)


def _switch(session: Session, _event: UseCardTapped, _context: Context) -> Session:
    return traced_otherwise(session)


def _afresh(session: Session) -> Session:
    return session.with_(dossier=session.dossier.with_(identity=None), tracing=Tracing(by_card=session.tracing.by_card))


def _choose(session: Session, event: CaseChosen, _context: Context) -> Session:
    if not any(case.case_number == event.case_number for case in session.tracing.cases or ()):
        return session
    return session.with_(tracing=replace(session.tracing, chosen=event.case_number))


def _unchoose(session: Session) -> Session:
    return session.with_(tracing=replace(session.tracing, chosen=""))


def _wish_notice(session: Session, event: NoticePrintTapped, _context: Context) -> Session:
    case = chosen_case(session)
    if case is None or case.case_number != event.case_number:
        return session
    if not case.notice_number:
        return failed(session, Problem.NOTICE_NOT_READY)
    return session.with_(wish=Work(WorkKind.NOTICE, case.case_number))


def _finish(session: Session, _event: FinishTapped, _context: Context) -> Session:
    return ended(session)


TRACE = Step(
    StepId.TRACE,
    is_done=lambda session: session.tracing.cases is not None,
    drop=_afresh,
    work=_traces,
    on=MappingProxyType(
        {
            CodeSeen: _see_code,
            CardRead: read_card,
            ProgressTold: _told,
            Failed: _failed,
            UseCardTapped: _switch,
        }
    ),
)
CASES = Step(
    StepId.CASES,
    applies=lambda session: len(session.tracing.cases or ()) != 1,
    is_done=lambda session: bool(session.tracing.chosen),
    drop=_unchoose,
    on=MappingProxyType({CaseChosen: _choose, FinishTapped: _finish}),
)
CASE = Step(
    StepId.CASE,
    is_done=lambda _session: False,
    work=wished,
    on=MappingProxyType({NoticePrintTapped: _wish_notice, FinishTapped: _finish}),
)

PROGRESS: Journey = (TRACE, CASES, CASE)
