"""Sign: the name by finger."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.dossier import Signature
from kiosk.events import Signed
from kiosk.session import Session
from ui.present.frame import frame
from ui.present.parts import Choice, Context, Frame, Local, Notice


@dataclass(frozen=True)
class SignView:
    frame: Frame
    statement: str
    notes: tuple[Notice, ...]
    pad: Choice
    key: str = "sign"


def sign(session: Session, context: Context) -> SignView:
    """`Context.local["signed"]` says whether anything has been drawn; the screen puts the strokes into the event."""
    is_drawn = context.local.get("signed", "") == "1"
    return SignView(
        frame=frame(
            session,
            context,
            "sign",
            context.t("sign.title"),
            hint=context.t("sign.hint"),
            primary=context.choice("sign.done", "sign.done", Local("sign", "done"), icon="send", enabled=is_drawn),
            secondary=context.choice(
                "sign.again", "sign.again", Local("sign", "clear"), icon="replay", enabled=is_drawn
            ),
        ),
        statement=context.t("sign.statement"),
        notes=(Notice(context.t("sign.cannot"), icon="info"),),
        pad=Choice("sign.pad", context.t("sign.pad"), None),
    )


def signed(strokes: tuple[tuple[tuple[float, float], ...], ...]) -> Signed:
    return Signed(Signature(strokes))
