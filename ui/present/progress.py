"""Progress: find a filing by the code on its receipt or by card, and tell where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.events import CaseChosen, CaseProgress, FinishTapped, NoticePrintTapped, UseCardTapped
from kiosk.journeys.progress import chosen_case
from kiosk.session import Asking, Printing, ReadingCard, Session
from ui.present.frame import frame
from ui.present.item import pager
from ui.present.parts import Choice, Context, Frame, Mark, Notice, Row, Tone


@dataclass(frozen=True)
class TraceView:
    """`has_preview`: the camera looks for the code. Otherwise the drawing says what to do."""

    frame: Frame
    picture: str
    has_preview: bool
    state: tuple[Notice, ...]
    key: str = ""


def trace(session: Session, context: Context) -> TraceView:
    by_card = session.tracing.by_card
    is_asking = isinstance(session.activity, Asking)
    way = "card" if by_card else "code"
    switch = "trace.by_code" if by_card else "trace.by_card"
    state = Notice(context.t(f"trace.{way}_state"), Tone.CALM, "contactless" if by_card else "qr_code_scanner")
    if is_asking:
        state = Notice(context.t("trace.asking"), Tone.OK, "hourglass_top")
    elif isinstance(session.activity, ReadingCard) and session.activity.stage.value == "reading":
        state = Notice(context.t("card.reading_state"), Tone.OK, "hourglass_top")
    elif isinstance(session.activity, ReadingCard) and session.activity.stage.value == "lift_card":
        state = Notice(context.t("card.lift_state"), Tone.WARN, "replay")
    return TraceView(
        frame=frame(
            session,
            context,
            "trace",
            context.t("trace.asking_title" if is_asking else f"trace.{way}"),
            hint="" if is_asking else context.t(f"trace.{way}_hint"),
            waits=True,
            secondary=None
            if is_asking
            else context.choice(
                "trace.switch", switch, UseCardTapped(), icon="qr_code_scanner" if by_card else "id_card"
            ),
        ),
        picture="card_on_reader" if by_card else "code_under_camera",
        has_preview=not by_card and not is_asking,
        state=(state,),
        key=f"trace.{way}",
    )


@dataclass(frozen=True)
class CasesView:
    frame: Frame
    rows: tuple[Row, ...]
    none_found: str
    pager: tuple[str, str, str]
    key: str = "cases"


def cases(session: Session, context: Context) -> CasesView:
    found = session.tracing.cases or ()
    finish = context.choice("cases.finish", "cases.finish", FinishTapped(), icon="check")
    return CasesView(
        frame=frame(
            session,
            context,
            "cases",
            context.t("cases.title" if found else "cases.none_title"),
            hint=context.t("cases.hint") if found else "",
            primary=None if found else finish,
            waits=bool(found),
        ),
        rows=tuple(
            Row(
                f"cases.row.{case.filing_number}",
                case.item_name,
                case.filing_number,
                icon="article",
                choice=Choice(f"cases.row.{case.filing_number}", case.item_name, CaseChosen(case.case_number)),
                tag=_state(case, context),
                tone=_TONES.get(case.state, Tone.CALM),
            )
            for case in found
        ),
        none_found="" if found else context.t("cases.none", phone=context.centre.phone),
        pager=pager(session, context),
    )


_TONES = {
    "supplement_asked": Tone.WARN,
    "returned": Tone.WARN,
    "decided": Tone.OK,
    "delivered": Tone.OK,
    "remote_passed": Tone.OK,
}
_ORDER = ("collected", "remote_passed", "accepted", "decided")
_REACHED = {
    "collected": 1,
    "supplement_asked": 1,
    "remote_passed": 2,
    "originals_posted": 2,
    "accepted": 3,
    "decided": 4,
    "delivered": 4,
    "returned": 4,
}


@dataclass(frozen=True)
class Milestone:
    """One line of the way of a case: `note` is a date or what it waits for."""

    label: str
    note: str
    mark: Mark


@dataclass(frozen=True)
class CaseView:
    frame: Frame
    state: tuple[Notice, ...]
    milestones: tuple[Milestone, ...]
    facts: tuple[Row, ...]
    supplement: tuple[Notice, ...]
    pager: tuple[str, str, str]
    key: str = "case"


def case(session: Session, context: Context) -> CaseView:
    chosen = chosen_case(session)
    assert chosen is not None  # the step before has chosen it
    window = f"{chosen.window_name} {chosen.window_place} · {chosen.window_phone}"
    facts = (
        Row("case.left", context.t("case.left"), _left(chosen, context), icon="schedule"),
        Row("case.window", context.t("case.window"), window, icon="pin_drop"),
    )
    milestones = _milestones(chosen, context)
    if chosen.supplement and (session.modes.large_text or chosen.notice_lapsed):
        # There is no room for all, and what is missing matters more than what comes later.
        milestones = tuple(step for step in milestones if step.mark is not Mark.NEXT)
    printing = isinstance(session.activity, Printing)
    finish = context.choice("case.finish", "case.finish", FinishTapped(), icon="check")
    print_notice = context.choice(
        "case.print", "case.print", NoticePrintTapped(chosen.case_number), icon="print", enabled=not printing
    )
    state = Notice(_state(chosen, context), _TONES.get(chosen.state, Tone.CALM), "flag")
    if printing:
        state = Notice(context.t("case.printing"), Tone.OK, "print")
    return CaseView(
        frame=frame(
            session,
            context,
            "case",
            chosen.item_name,
            subject=context.t("common.journey.progress"),
            hint=context.t("case.number", number=chosen.filing_number),
            primary=print_notice if chosen.notice_number else finish,
            secondary=finish if chosen.notice_number else None,
        ),
        state=(state,),
        milestones=milestones,
        facts=facts[1:] if session.modes.large_text and chosen.supplement else facts,
        supplement=tuple(Notice(text, Tone.WARN, "assignment") for text in chosen.supplement),
        pager=pager(session, context),
    )


def _milestones(chosen: CaseProgress, context: Context) -> tuple[Milestone, ...]:
    reached = _REACHED.get(chosen.state, 1)
    notes = {
        "collected": day(chosen.collected_at, context),
        "remote_passed": context.t("case.note_number", number=chosen.notice_number) if chosen.notice_number else "",
        "accepted": day(chosen.accepted_at, context),
        "decided": chosen.result,
    }
    return tuple(
        Milestone(
            context.t(f"case.milestone.{name}"),
            notes[name] if place < reached else _waits(name, chosen, context) if place == reached else "",
            Mark.DONE if place < reached else Mark.NOW if place == reached else Mark.NEXT,
        )
        for place, name in enumerate(_ORDER)
    )


def _waits(name: str, chosen: CaseProgress, context: Context) -> str:
    """What the step waits for. Before acceptance, rather when the window must speak, and what its silence means."""
    if not chosen.notice_due_on or name == "decided":
        return context.t(f"case.waits.{name}")
    key = "case.notice_lapsed" if chosen.notice_lapsed else "case.notice_due"
    return context.t(key, due=day(chosen.notice_due_on, context))


def _left(chosen: CaseProgress, context: Context) -> str:
    if chosen.working_days_left is None:
        return context.t("case.left_not_started", days=chosen.promised_days)
    return context.t("case.left_days", days=chosen.working_days_left, due=day(chosen.due_on, context))


def _state(chosen: CaseProgress, context: Context) -> str:
    key = f"case.state.{chosen.state}"
    return context.t(key) if context.texts.has(key) else chosen.state


def day(iso: str, context: Context) -> str:
    """A date or moment of the city as the citizen reads it, "" for none."""
    if len(iso) < 10:
        return ""
    return context.t("common.day", year=iso[:4], month=int(iso[5:7]), day=int(iso[8:10]))
