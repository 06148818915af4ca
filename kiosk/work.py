"""From what the current step wants done to effects: begin it once, stop what nobody waits for any more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from config.schema import Locality, ServiceItem
from drivers.protocols import ReadStage
from kiosk import materials
from kiosk.dossier import Filing
from kiosk.effects import (
    AskProgress,
    Effect,
    FetchAndPrintNotice,
    PrintGuide,
    PrintReceipt,
    ReadCard,
    Seal,
    StopDevices,
    StopPrinting,
    WatchCode,
    WatchPage,
)
from kiosk.session import (
    NO_WORK,
    Activity,
    Asking,
    Judging,
    Printing,
    ReadingCard,
    Resting,
    Sealing,
    Session,
    Watching,
    WorkKind,
)
from kiosk.step import Step, StepId

WATCHING = (WorkKind.CARD, WorkKind.PAGE, WorkKind.CODE)
PRINTING = (WorkKind.GUIDE, WorkKind.RECEIPT, WorkKind.NOTICE)


def set_to_work(session: Session, step: Step, *, left: Step) -> tuple[Session, tuple[Effect, ...]]:
    """The session doing what `step` wants, and the effects that bring it there from what it was doing in `left`.

    While a problem stands on the screen nothing new begins, and what runs goes on: the printer may get its paper,
    a page may still be laid down.
    """
    wanted = session.work if session.problem is not None else step.work(session)
    effects: list[Effect] = []
    if _is_device_released(session, wanted.kind, step=step, left=left):
        effects.append(StopDevices())
    if wanted == session.work:
        return _settled(session, step), tuple(effects)
    if session.work.kind in PRINTING:
        effects.append(StopPrinting())
    session = session.with_(work=wanted, ticket=session.ticket + 1)
    if wanted == NO_WORK:
        return _settled(session, step), tuple(effects)
    effects.append(_EFFECTS[wanted.kind](session))
    return session.with_(activity=_activity(session)), tuple(effects)


def _is_device_released(session: Session, wanted: WorkKind, *, step: Step, left: Step) -> bool:
    if session.work.kind in WATCHING:
        return wanted is not session.work.kind
    # The camera stays open between two pages, and is closed when the papers are done.
    return left.id is StepId.PAPERS and step.id is not StepId.PAPERS


def _settled(session: Session, step: Step) -> Session:
    """Nothing is being done: the screen says so. A page that waits for the citizen's word keeps lying there."""
    if session.work != NO_WORK or session.activity == Resting():
        return session
    if isinstance(session.activity, Judging) and step.id is StepId.PAPERS:
        return session
    return session.with_(activity=Resting())


def _activity(session: Session) -> Activity:
    match session.work.kind:
        case WorkKind.CARD:
            return ReadingCard(ReadStage.WAITING)
        case WorkKind.PAGE | WorkKind.CODE:
            return Watching("no_page", 0.0, empty_since_s=session.now_s, has_looked=False)
        case WorkKind.SEAL:
            return Sealing()
        case WorkKind.GUIDE | WorkKind.RECEIPT | WorkKind.NOTICE:
            return Printing(session.work.kind.value)
        case WorkKind.ASK:
            return Asking()
        case WorkKind.NONE:
            return Resting()


_Make: TypeAlias = Callable[[Session], Effect]


def _seal(session: Session) -> Effect:
    return Seal(session.ticket, session.dossier, session.modes.language)


def _print_receipt(session: Session) -> Effect:
    filing, item, locality = _filed(session)
    return PrintReceipt(
        session.ticket,
        filing=filing,
        item=item,
        locality=locality,
        page_counts=materials.page_counts(session.dossier),
        language=session.modes.language,
        copy=session.copies,
    )


def _print_guide(session: Session) -> Effect:
    item, locality = _chosen(session)
    return PrintGuide(session.ticket, item=item, locality=locality, language=session.modes.language)


def _fetch_notice(session: Session) -> Effect:
    case_number = session.work.key
    filing_numbers = (case.filing_number for case in session.tracing.cases or () if case.case_number == case_number)
    return FetchAndPrintNotice(
        session.ticket,
        case_number=case_number,
        filing_number=session.tracing.filing_number or next(filing_numbers, ""),
        progress_code=session.tracing.progress_code,
        citizen_number=_citizen_number(session),
    )


def _ask_progress(session: Session) -> Effect:
    return AskProgress(
        session.ticket,
        filing_number=session.tracing.filing_number,
        progress_code=session.tracing.progress_code,
        citizen_number=_citizen_number(session),
        language=session.modes.language,
    )


def _citizen_number(session: Session) -> str:
    identity = session.dossier.identity
    return identity.card.number if session.tracing.by_card and identity is not None else ""


def _chosen(session: Session) -> tuple[ServiceItem, Locality]:
    item, locality = session.dossier.item, session.dossier.locality
    if item is None or locality is None:
        raise ValueError("no item or locality was chosen before this step")
    return item, locality


def _filed(session: Session) -> tuple[Filing, ServiceItem, Locality]:
    if session.dossier.filing is None:
        raise ValueError("a receipt was asked for before anything was filed")
    return session.dossier.filing, *_chosen(session)


_EFFECTS: Mapping[WorkKind, _Make] = MappingProxyType(
    {
        WorkKind.CARD: lambda session: ReadCard(session.ticket),
        WorkKind.PAGE: lambda session: WatchPage(session.ticket, session.next_page_id, again=session.take_again),
        WorkKind.CODE: lambda session: WatchCode(session.ticket),
        WorkKind.SEAL: _seal,
        WorkKind.GUIDE: _print_guide,
        WorkKind.RECEIPT: _print_receipt,
        WorkKind.NOTICE: _fetch_notice,
        WorkKind.ASK: _ask_progress,
    }
)
