"""Attract: nobody is here yet."""

from __future__ import annotations

from dataclasses import dataclass

from config.schema import LANGUAGES
from kiosk.events import LanguageChosen, Woken
from kiosk.session import Session
from ui.present.parts import Choice, Context, Frame, Row


@dataclass(frozen=True)
class AttractView:
    frame: Frame
    service: str
    centre: str
    clock: str
    date: str
    promises: tuple[Row, ...]
    languages: tuple[Choice, ...]
    key: str = "attract"


def attract(session: Session, context: Context) -> AttractView:
    promise_icons = (("bring", "id_card"), ("takes", "schedule"), ("take_home", "receipt_long"))
    return AttractView(
        frame=Frame(
            title=context.t("attract.title"),
            hint=context.t("attract.hint"),
            primary=context.choice("attract.begin", "attract.begin", Woken(), icon="touch_app"),
        ),
        service=context.t("common.service"),
        centre=context.centre.name(context.language),
        clock=clock(context),
        date=date(context),
        promises=tuple(
            Row(f"attract.{name}", context.t(f"attract.{name}"), context.t(f"attract.{name}.value"), icon=icon)
            for name, icon in promise_icons
        ),
        languages=tuple(
            Choice(
                f"attract.language.{language}",
                LANGUAGE_NAMES[language],
                LanguageChosen(language),
                chosen=language == session.modes.language,
            )
            for language in LANGUAGES
        ),
    )


LANGUAGE_NAMES = {"zh-CN": "中文", "en": "English"}


def clock(context: Context) -> str:
    return f"{context.now:%H:%M}"


def date(context: Context) -> str:
    weekday = context.t(f"common.weekday.d{context.now.isoweekday()}")
    return context.t("common.date", month=context.now.month, day=context.now.day, weekday=weekday)
