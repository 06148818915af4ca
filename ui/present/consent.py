"""Consent: what is taken, what for, who sees it, how long."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.events import ConsentGiven
from kiosk.session import Session
from ui.present.frame import frame
from ui.present.parts import Context, Frame, Local, Row


@dataclass(frozen=True)
class ConsentView:
    frame: Frame
    points: tuple[Row, ...]
    key: str = "consent"


_POINTS = (("what", "article"), ("why", "assignment"), ("who", "groups"), ("kept", "lock"))


def consent(session: Session, context: Context) -> ConsentView:
    return ConsentView(
        frame=frame(
            session,
            context,
            "consent",
            context.t("consent.title"),
            hint=context.t("consent.hint"),
            primary=context.choice("consent.agree", "consent.agree", ConsentGiven(), icon="check"),
            secondary=context.choice("consent.refuse", "consent.refuse", Local("overlay", "leave")),
        ),
        points=tuple(
            Row(f"consent.{name}", context.t(f"consent.{name}"), context.t(f"consent.{name}.value"), icon=icon)
            for name, icon in _POINTS
        ),
    )
