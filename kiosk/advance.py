"""`advance`: one event in, the next session and what the world should do out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from config.schema import LANGUAGES
from kiosk import materials
from kiosk.answers import answers
from kiosk.dossier import RECEIPT_OFFERED_FOR
from kiosk.effects import CaptureNow, Effect, NoteReceipt, Wipe
from kiosk.events import (
    BackTapped,
    CaptureTapped,
    CardRead,
    CardStage,
    CodeSeen,
    ContrastToggled,
    Event,
    Failed,
    FromLane,
    Guidance,
    LanguageChosen,
    LargeTextToggled,
    LeaveTapped,
    PageJudged,
    PrintEnded,
    PrintMoved,
    ProblemAnswered,
    ReceiptFound,
    StayTapped,
    Tap,
    Tick,
)
from kiosk.journeys.printing import printed
from kiosk.journeys.progress import traced_otherwise
from kiosk.problems import Answer, Problem, of_printer_fault
from kiosk.session import NO_WORK, Printing, ReadingCard, Resting, Session, Watching, WorkKind
from kiosk.step import Context, Reaction, StepId
from kiosk.steps import current, previous, step_of
from kiosk.visit import ended, failed, home, touched, warned
from kiosk.work import PRINTING, set_to_work

NO_PAGE_S = 10.0
"""So long the camera may see an empty platen before the citizen is told where to lay the paper."""


def advance(session: Session, event: Event, context: Context) -> tuple[Session, tuple[Effect, ...]]:
    """What `event` makes of `session`, and the effects the runner has to carry out, in their order.

    News of an older session or of work that nobody waits for any more changes nothing. Never raises for an event
    that does not fit the moment: a tap that comes too late is no mistake of the citizen.
    """
    left = step_of(session)
    after = _moved(session, event, context)
    if after.number != session.number:
        return after, (Wipe(),)
    step = step_of(after)
    if step.id is StepId.REVIEW:
        after = after.with_(before_edit=None)
    noted = _receipt_noted(session, after)
    after, effects = set_to_work(after, step, left=left)
    effects = (*noted, *effects)
    if isinstance(event, CaptureTapped) and _sees_page_work(session, after):
        effects += (CaptureNow(after.ticket),)
    return after, effects


def _sees_page_work(before: Session, after: Session) -> bool:
    """A press before the camera has said anything about the next page was meant for the page just taken by itself."""
    has_looked = isinstance(before.activity, Watching) and before.activity.has_looked
    return has_looked and before.ticket == after.ticket and after.work.kind is WorkKind.PAGE and after.problem is None


def _receipt_noted(before: Session, after: Session) -> tuple[Effect, ...]:
    filing, state = after.dossier.filing, after.dossier.receipt
    return (NoteReceipt(filing.packet_id, state),) if filing and state and state != before.dossier.receipt else ()


def _moved(session: Session, event: Event, context: Context) -> Session:
    if isinstance(event, Tick):
        return _ticked(session, event, context)
    if isinstance(event, FromLane):
        return _told(session, event, context)
    if isinstance(event, ReceiptFound):
        return session.with_(found=event)
    return _tapped(session, event, context)


# --- taps -------------------------------------------------------------------------------------------------------


def _tapped(session: Session, tap: Tap, context: Context) -> Session:
    if not session.awake:
        woken = _reacted(session, tap, context)
        return touched(woken, context) if woken.awake else session
    after = touched(session, context)
    if isinstance(tap, LeaveTapped):
        return _left(after)
    if session.idle.warned:
        return after  # whatever was touched below the question: the citizen is there, and that was all
    if session.problem is None and type(tap) in step_of(session).on:
        return _reacted(after, tap, context)
    if session.problem is not None and type(tap) not in _ALWAYS:
        return after
    everywhere = _EVERYWHERE.get(type(tap))
    return everywhere(after, tap, context) if everywhere else after


def _reacted(session: Session, event: object, context: Context) -> Session:
    reaction = step_of(session).on.get(type(event))
    return reaction(session, event, context) if reaction else session


def _left(session: Session) -> Session:
    """Only the moment of sealing cannot be left: the dossier is then either in the spool or it is not."""
    is_sealing = session.work.kind is WorkKind.SEAL
    return session if is_sealing else ended(session)


def _back(session: Session, _tap: object, context: Context) -> Session:
    if session.before_edit is not None:
        return session.with_(
            dossier=session.before_edit,
            before_edit=None,
            field_key="",
            field_fault="",
            material_key="",
            retaking=None,
            query="",
            activity=Resting(),
        )
    step = step_of(session)
    inside = step.back(session, context) if step.back is not None else None
    if inside is not None:
        return inside
    if not session.journey or session.dossier.filing is not None:
        return session
    before = previous(session)
    bare = session.with_(field_key="", field_fault="", query="", wish=NO_WORK, activity=Resting())
    return before.drop(bare) if before is not None and before.drop is not None else home(session)


def _choose_language(session: Session, tap: LanguageChosen, _context: Context) -> Session:
    if tap.language not in LANGUAGES:
        return session
    return session.with_(modes=replace(session.modes, language=tap.language))


def _toggle_large_text(session: Session, _tap: LargeTextToggled, context: Context) -> Session:
    modes = replace(session.modes, large_text=not session.modes.large_text)
    return touched(session.with_(modes=modes), context)


def _toggle_contrast(session: Session, _tap: ContrastToggled, context: Context) -> Session:
    modes = replace(session.modes, high_contrast=not session.modes.high_contrast)
    return touched(session.with_(modes=modes), context)


def _answer_problem(session: Session, tap: ProblemAnswered, context: Context) -> Session:
    if tap.answer not in answers(session):
        return session
    cleared = session.with_(problem=None)
    match Answer(tap.answer):
        case Answer.RETRY:
            return _looking_again(cleared)
        case Answer.LATER:
            return _without(cleared)
        case Answer.BACK:
            return _back(cleared, tap, context)
        case Answer.LEAVE:
            return _left(cleared)


def _looking_again(session: Session) -> Session:
    if isinstance(session.activity, Watching):
        return session.with_(activity=replace(session.activity, empty_since_s=session.now_s))
    return session


def _without(session: Session) -> Session:
    """Go on without the paper that does not come, or by the other way to trace a filing."""
    without = session.with_(wish=NO_WORK)
    match current(session):
        case StepId.TRACE:
            return traced_otherwise(without)
        case StepId.RECEIPT:
            return without.with_(dossier=session.dossier.with_(receipt="later"))
        case StepId.NOTICE if session.wish.kind is WorkKind.NOTICE:
            return without.with_(notice="later")
    return without


_EVERYWHERE: Mapping[type, Reaction] = MappingProxyType(
    {
        BackTapped: _back,
        LanguageChosen: _choose_language,
        LargeTextToggled: _toggle_large_text,
        ContrastToggled: _toggle_contrast,
        ProblemAnswered: _answer_problem,
    }
)
_ALWAYS = (ProblemAnswered, LanguageChosen, LargeTextToggled, ContrastToggled, StayTapped)
"""Taps that count while a problem stands on the screen."""


# --- news -------------------------------------------------------------------------------------------------------


def _told(session: Session, event: FromLane, context: Context) -> Session:
    is_waited_for = session.work != NO_WORK and event.ticket == session.ticket
    if event.session != session.number or not is_waited_for:
        return session
    news = event.news
    if isinstance(news, _SIGNS_OF_LIFE):
        session = touched(session, context)
    if type(news) in step_of(session).on:
        return _reacted(session, news, context)
    match news:
        case CardStage(stage):
            seen = session if stage is not stage.READING else touched(session, context)
            return seen.with_(activity=ReadingCard(stage))
        case Guidance():
            return _guided(session, news)
        case PrintMoved():
            return _print_moved(session, news)
        case PrintEnded():
            return printed(session, news)
        case Failed(problem):
            return failed(session, problem)
    return session


_EMPTY_PLATEN = ("no_page", "no_page_long")
_SIGNS_OF_LIFE = (CardRead, PageJudged, CodeSeen)


def _guided(session: Session, news: Guidance) -> Session:
    """A page that came while the citizen was being told to lay one answers that by itself."""
    if news.code in _EMPTY_PLATEN:
        was = session.activity
        since = was.empty_since_s if isinstance(was, Watching) else None
        empty_since_s = session.now_s if since is None else since
        return session.with_(activity=Watching(news.code, news.steady, empty_since_s))
    problem = None if session.problem is Problem.NO_PAGE else session.problem
    return session.with_(activity=Watching(news.code, news.steady), problem=problem)


def _print_moved(session: Session, news: PrintMoved) -> Session:
    """The printer waits for somebody: say so, once for each fault. It goes on by itself when the fault is mended."""
    was = session.activity.progress if isinstance(session.activity, Printing) else None
    after = session.with_(activity=Printing(session.work.kind.value, news.progress))
    faults = news.progress.faults
    if not faults:
        return after.with_(problem=None)
    if was is not None and was.faults == faults:
        return after
    return after.with_(problem=of_printer_fault(faults[0]))


# --- time -------------------------------------------------------------------------------------------------------


def _ticked(session: Session, tick: Tick, context: Context) -> Session:
    session = session.with_(now_s=tick.now_s)
    if session.found is not None and context.wall - session.found.filing.collected_at > RECEIPT_OFFERED_FOR:
        session = session.with_(found=None)
    if not session.awake:
        return session
    if _is_busy(session):
        return touched(session, context)
    if tick.now_s >= session.idle.deadline_s:
        is_over = session.idle.warned or current(session) is StepId.DONE
        return ended(session) if is_over else warned(session, context)
    return _missed_page(session)


def _is_busy(session: Session) -> bool:
    """The machine works and the citizen waits for it. A printer that waits for somebody does not count."""
    if session.work.kind in PRINTING:
        progress = session.activity.progress if isinstance(session.activity, Printing) else None
        return session.problem is None and (progress is None or not progress.faults)
    return session.work.kind is WorkKind.SEAL


def _missed_page(session: Session) -> Session:
    """Said while a sheet is awaited and none has come; whoever has laid one may sort the rest in peace."""
    seen = session.activity
    if session.work.kind is not WorkKind.PAGE or session.problem is not None or not isinstance(seen, Watching):
        return session
    if _has_page_and_may_finish(session) or seen.empty_since_s is None:
        return session
    is_late = session.now_s - seen.empty_since_s >= NO_PAGE_S
    return session.with_(problem=Problem.NO_PAGE) if is_late else session


def _has_page_and_may_finish(session: Session) -> bool:
    material = materials.current(session)
    return material is not None and bool(material.pages) and session.retaking is None
