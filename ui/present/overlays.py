"""What lies above a step: a problem, the idle question, help, the question whether to leave, one page looked at."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.answers import answers
from kiosk.events import LeaveTapped, ProblemAnswered, StayTapped
from kiosk.problems import Answer, Problem
from kiosk.session import Session
from kiosk.steps import StepId, current
from ui.present.home import reading_tools
from ui.present.parts import Choice, Context, Frame, Local, Notice, Row

SECONDS_SHOWN_BELOW = 20


@dataclass(frozen=True)
class ProblemView:
    """What happened, what to do now, the next steps; `code` is small and for staff."""

    frame: Frame
    icon: str
    now: str
    others: tuple[Choice, ...]
    phone: Notice
    code: str
    key: str = "problem"


@dataclass(frozen=True)
class IdleView:
    """`seconds` "" while there is more time than `SECONDS_SHOWN_BELOW`."""

    frame: Frame
    seconds: str
    share: float
    notes: tuple[Notice, ...]
    key: str = "idle"


@dataclass(frozen=True)
class HelpView:
    frame: Frame
    facts: tuple[Row, ...]
    reading_title: str
    tools: tuple[Choice, ...]
    key: str = "help"


@dataclass(frozen=True)
class LeaveView:
    frame: Frame
    notes: tuple[Notice, ...]
    key: str = "leave"


_ICONS = {
    "K1": "id_card",
    "K2": "document_scanner",
    "K3": "print",
    "K4": "lock",
    "K5": "cloud_off",
    "K9": "support_agent",
}
_ANSWER_ICONS = {
    Answer.RETRY: "replay",
    Answer.LATER: "arrow_forward",
    Answer.BACK: "arrow_back",
    Answer.LEAVE: "logout",
}


def problem(session: Session, context: Context, found: Problem) -> ProblemView:
    offered = answers(session) or (Answer.LEAVE,)
    choices = tuple(
        context.choice(
            f"problem.{answer}",
            f"common.answer.{answer}",
            ProblemAnswered(answer.value),
            icon=_ANSWER_ICONS[answer],
        )
        for answer in offered
    )
    return ProblemView(
        frame=Frame(title=context.t(f"problem.{found.value}.happened").rstrip("。."), primary=choices[0]),
        icon=_ICONS.get(found.value[:2], "warning"),
        now=context.t(f"problem.{found.value}.now"),
        others=choices[1:],
        phone=Notice(context.t("common.help.phone.value", phone=context.centre.phone), icon="call"),
        code=found.value,
        key=f"problem.{found.value}",
    )


def idle(session: Session, context: Context) -> IdleView:
    left = max(0, round(session.idle.deadline_s - session.now_s))
    shows = left <= SECONDS_SHOWN_BELOW
    notes = [Notice(context.t("common.idle.papers"), icon="id_card")] if session.dossier.filing is None else []
    return IdleView(
        frame=Frame(
            title=context.t("common.idle.title"),
            hint=context.t("common.idle.ending", seconds=left) if shows else context.t("common.idle.hint"),
            primary=context.choice("idle.stay", "common.idle.stay", StayTapped(), icon="touch_app"),
            secondary=context.choice("idle.leave", "common.idle.leave", LeaveTapped()),
        ),
        seconds=str(left) if shows else "",
        share=min(1.0, left / SECONDS_SHOWN_BELOW),
        notes=tuple(notes),
    )


def help_(session: Session, context: Context) -> HelpView:
    centre = context.centre
    where = context.t(
        "common.help.place.value", centre=centre.name(context.language), address=centre.address(context.language)
    )
    return HelpView(
        frame=Frame(
            title=context.t("common.help.title"),
            hint=context.t("common.help.hint"),
            primary=context.choice("help.close", "common.help.close", Local("overlay", ""), icon="check"),
            secondary=context.choice("help.leave", "common.help.leave", Local("overlay", "leave"), icon="logout")
            if current(session) is not StepId.HOME
            else context.choice("help.leave", "common.help.leave", LeaveTapped(), icon="logout"),
        ),
        facts=(
            Row(
                "help.phone",
                context.t("common.help.phone"),
                context.t("common.help.phone.value", phone=centre.phone),
                icon="call",
            ),
            Row("help.place", context.t("common.help.place"), where, icon="pin_drop"),
        ),
        reading_title=context.t("common.help.reading"),
        tools=reading_tools(session, context, prefix="help.tool", with_help=False),
    )


def leave(_session: Session, context: Context) -> LeaveView:
    return LeaveView(
        frame=Frame(
            title=context.t("common.leave.title"),
            hint=context.t("common.leave.hint"),
            primary=context.choice("leave.stay", "common.leave.stay", Local("overlay", ""), icon="arrow_back"),
            secondary=context.choice("leave.leave", "common.leave.leave", LeaveTapped(), icon="logout"),
        ),
        notes=(Notice(context.t("common.leave.take"), icon="id_card"),),
    )
