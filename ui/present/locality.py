"""Locality: which of the city's places handles it? The one on the card is proposed."""

from __future__ import annotations

from dataclasses import dataclass

from config.schema import Locality, LocalityKind
from kiosk.events import LocalityChosen
from kiosk.session import Session
from ui.present.frame import frame
from ui.present.parts import Choice, Context, Frame, Notice


@dataclass(frozen=True)
class LocalityView:
    frame: Frame
    proposal: tuple[Notice, ...]
    places: tuple[Choice, ...]
    key: str = "locality"


def locality(session: Session, context: Context) -> LocalityView:
    identity = session.dossier.identity
    proposed = context.catalogue.proposed_locality(identity.card.address) if identity else None
    name = proposed.name(context.language) if proposed else ""
    return LocalityView(
        frame=frame(
            session,
            context,
            "locality",
            context.t("locality.title"),
            hint=context.t("locality.hint"),
            primary=context.choice(
                "locality.proposed", "locality.take", LocalityChosen(proposed.key), icon="check", place=name
            )
            if proposed
            else None,
            waits=proposed is None,
        ),
        proposal=_proposal(proposed, context),
        places=tuple(
            Choice(
                f"locality.{row.key}",
                row.name(context.language),
                LocalityChosen(row.key),
                chosen=row == proposed,
            )
            for row in context.catalogue.localities.values()
            if row.kind is not LocalityKind.CITY
        ),
    )


def _proposal(proposed: Locality | None, context: Context) -> tuple[Notice, ...]:
    if proposed is None:
        return (Notice(context.t("locality.none_proposed"), icon="info"),)
    place = f"{proposed.window.place(context.language)} · {proposed.window.phone}"
    return (
        Notice(context.t("locality.proposed", place=proposed.name(context.language)), icon="id_card"),
        Notice(place, icon="pin_drop"),
    )
