"""Guide: everything needed is named before anything is handed in (R29, R34)."""

from __future__ import annotations

from dataclasses import dataclass

from config.schema import MaterialRequirement, ServiceItem
from kiosk.events import BackTapped, GuidePrintTapped, GuideRead
from kiosk.session import Printing, Session
from ui.present.frame import frame
from ui.present.item import pager
from ui.present.parts import Context, Frame, Notice, Row, Tone


@dataclass(frozen=True)
class GuideView:
    frame: Frame
    materials_title: str
    materials: tuple[Row, ...]
    facts: tuple[Row, ...]
    state: tuple[Notice, ...]
    pager: tuple[str, str, str]
    key: str = "guide"


def guide(session: Session, context: Context) -> GuideView:
    item, locality = session.dossier.item, session.dossier.locality
    assert item is not None  # the step before has chosen it
    is_printing = isinstance(session.activity, Printing)
    printing = context.choice("guide.print", "guide.print", GuidePrintTapped(), icon="print", enabled=not is_printing)
    go_on = context.choice("guide.go_on", "guide.go_on", GuideRead(), icon="arrow_forward")
    other = context.choice("guide.other", "guide.other", BackTapped(), icon="arrow_back")
    state: tuple[Notice, ...] = ()
    if item.presence_required:
        reason = item.presence_reason(context.language) if item.presence_reason else ""
        state = (Notice(context.t("guide.presence", reason=reason), Tone.WARN, "warning"),)
    elif is_printing:
        state = (Notice(context.t("guide.printing"), Tone.OK, "print"),)
    window = ""
    if locality is not None:
        window = f"{locality.name(context.language)} {locality.window.place(context.language)}"
    return GuideView(
        frame=frame(
            session,
            context,
            "guide",
            context.t("guide.presence_title" if item.presence_required else "guide.title"),
            hint="" if item.presence_required else context.t("guide.hint", count=len(item.materials)),
            primary=other if item.presence_required else go_on,
            secondary=printing,
        ),
        materials_title=context.t("guide.materials", count=len(item.materials)),
        materials=tuple(_material(row, context) for row in item.materials),
        facts=(
            Row("guide.time", context.t("guide.time"), _time(item, context), icon="schedule"),
            Row("guide.window", context.t("guide.window"), window, icon="pin_drop"),
            Row("guide.phone", context.t("guide.phone"), locality.window.phone if locality else "", icon="call"),
        ),
        state=state,
        pager=pager(session, context),
    )


def _time(item: ServiceItem, context: Context) -> str:
    fee = context.t("guide.free") if item.fee_fen == 0 else context.t("guide.fee", yuan=f"{item.fee_fen / 100:g}")
    return context.t("guide.days", days=item.promised_days, fee=fee)


def _material(row: MaterialRequirement, context: Context) -> Row:
    tag = "guide.optional" if not row.required else "guide.original" if row.original else "guide.copy"
    return Row(
        f"guide.material.{row.key}",
        row.name(context.language),
        row.hint(context.language),
        icon="description",
        tag=context.t(tag),
        tone=Tone.WARN if row.original and row.required else Tone.CALM,
    )
