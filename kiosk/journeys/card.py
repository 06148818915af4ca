"""A card was read: what every step that waits for one does with it."""

from __future__ import annotations

from kiosk.events import CardRead
from kiosk.identity import identify
from kiosk.problems import Problem
from kiosk.session import NO_WORK, Session
from kiosk.step import Context
from kiosk.visit import failed


def read_card(session: Session, event: CardRead, context: Context) -> Session:
    proven = identify(event.card, at=context.wall)
    if isinstance(proven, Problem):
        return failed(session, proven)
    return session.with_(work=NO_WORK, dossier=session.dossier.with_(identity=proven))
