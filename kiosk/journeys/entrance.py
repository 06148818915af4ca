"""Before every journey: the attract screen and home. A card laid on home begins `apply` by itself."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from config.schema import LANGUAGES
from kiosk import materials
from kiosk.dossier import Dossier
from kiosk.events import CardRead, Failed, JourneyChosen, LanguageChosen, ReprintTapped, Woken
from kiosk.journeys.card import read_card
from kiosk.journeys.choice import choose_item
from kiosk.problems import Problem
from kiosk.session import NO_WORK, Session, Work, WorkKind, tracing_of
from kiosk.step import Context, Step, StepId
from kiosk.visit import failed

READER_AGAIN_S = 5.0
"""So long home rests before it asks an absent reader again."""


def _wake(session: Session, _event: Woken, _context: Context) -> Session:
    return session.with_(awake=True)


def _wake_in_language(session: Session, event: LanguageChosen, _context: Context) -> Session:
    if event.language not in LANGUAGES:
        return session
    return session.with_(awake=True, modes=replace(session.modes, language=event.language))


def _choose_journey(session: Session, event: JourneyChosen, context: Context) -> Session:
    if event.journey not in ("apply", "progress"):
        return session
    begun = session.with_(journey=event.journey)
    return choose_item(begun, event.item, context) if event.journey == "apply" and event.item else begun


def _begin_with_card(session: Session, event: CardRead, context: Context) -> Session:
    read = read_card(session, event, context)
    return read if read.dossier.identity is None else read.with_(journey="apply")


def _take_up_found_receipt(session: Session, _event: ReprintTapped, context: Context) -> Session:
    """A visit that the machine broke off goes on at its receipt, with a copy: the original may have come out."""
    found = session.found
    if found is None:
        return session
    item = context.catalogue.items.get(found.item_code)
    locality = context.catalogue.localities.get(found.locality)
    if item is None or locality is None:
        return session.with_(found=None)
    dossier = Dossier(
        item=item,
        locality=locality,
        materials=materials.counted(item, dict(found.page_counts)),
        filing=found.filing,
    )
    return session.with_(journey="apply", dossier=dossier, tracing=tracing_of(found.filing), copies=1, found=None)


def _reader_failed(session: Session, event: Failed, _context: Context) -> Session:
    """Nobody has asked for the reader yet: an absent one is no news for a citizen who may want something else."""
    if event.problem in (Problem.CARD_READER_OUT, Problem.UNEXPECTED):
        return session.with_(work=NO_WORK, again_at_s=session.now_s + READER_AGAIN_S)
    return failed(session, event.problem)


def _waits_for_card(session: Session) -> Work:
    return Work(WorkKind.CARD) if session.now_s >= session.again_at_s else NO_WORK


ATTRACT = Step(
    StepId.ATTRACT,
    is_done=lambda session: session.awake,
    on=MappingProxyType({Woken: _wake, LanguageChosen: _wake_in_language}),
)
HOME = Step(
    StepId.HOME,
    is_done=lambda session: bool(session.journey),
    on=MappingProxyType(
        {
            JourneyChosen: _choose_journey,
            CardRead: _begin_with_card,
            Failed: _reader_failed,
            ReprintTapped: _take_up_found_receipt,
        },
    ),
    work=_waits_for_card,
)
