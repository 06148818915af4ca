"""Card: lay the identity card on the reader."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.protocols import ReadStage
from kiosk.session import ReadingCard, Session
from ui.present.frame import frame
from ui.present.parts import Context, Frame, Notice, Tone


@dataclass(frozen=True)
class CardView:
    frame: Frame
    picture: str
    state: tuple[Notice, ...]
    notes: tuple[Notice, ...]
    key: str = "card"


_WORDS = {
    ReadStage.WAITING: ("title", "hint"),
    ReadStage.READING: ("reading", "reading_hint"),
    ReadStage.LIFT_CARD: ("lift", "lift_hint"),
}
_STATES = {
    ReadStage.WAITING: ("waiting_state", Tone.CALM, "contactless"),
    ReadStage.READING: ("reading_state", Tone.OK, "hourglass_top"),
    ReadStage.LIFT_CARD: ("lift_state", Tone.WARN, "replay"),
}


def card(session: Session, context: Context) -> CardView:
    stage = session.activity.stage if isinstance(session.activity, ReadingCard) else ReadStage.WAITING
    title, hint = _WORDS[stage]
    state, tone, icon = _STATES[stage]
    return CardView(
        frame=frame(
            session,
            context,
            "card",
            context.t(f"card.{title}"),
            hint=context.t(f"card.{hint}"),
            hint_needed=stage is not ReadStage.READING,
            waits=True,
        ),
        picture="card_on_reader",
        state=(Notice(context.t(f"card.{state}"), tone, icon),),
        notes=(
            Notice(context.t("card.privacy"), icon="lock"),
            *(() if session.modes.large_text else (Notice(context.t("card.kinds"), icon="id_card"),)),
        ),
    )
