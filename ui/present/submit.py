"""Submit, receipt, notice, done: from here on the machine acts and the citizen watches."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.events import FinishTapped, ReceiptSkipped, ReprintTapped
from kiosk.session import Printing, Session, WorkKind
from ui.present.frame import frame
from ui.present.parts import Context, Frame, Notice, Tone


@dataclass(frozen=True)
class WorkView:
    """The machine works. `share` 0..1 of the bar, `bar` the words in it ("" = no bar)."""

    frame: Frame
    picture: str
    number_label: str = ""
    number: str = ""
    bar: str = ""
    share: float = 0.0
    notes: tuple[Notice, ...] = ()
    key: str = ""


def submit(session: Session, context: Context) -> WorkView:
    return WorkView(
        frame=frame(
            session, context, "submit", context.t("submit.title"), hint=context.t("submit.hint"), back=False, waits=True
        ),
        picture="sealed",
        bar=context.t("submit.bar"),
        share=0.5,
        notes=(Notice(context.t("submit.sealed"), icon="lock"), Notice(context.t("submit.next"), icon="receipt_long")),
        key="submit",
    )


def receipt(session: Session, context: Context) -> WorkView:
    page, pages = _printed(session)
    return WorkView(
        frame=frame(
            session,
            context,
            "receipt",
            context.t("receipt.title"),
            hint=context.t("receipt.hint"),
            back=False,
            waits=True,
            secondary=context.choice("receipt.skip", "receipt.skip", ReceiptSkipped()),
        ),
        picture="receipt_from_slot",
        number_label=context.t("receipt.number"),
        number=_number(session),
        bar=context.t("receipt.bar", page=max(1, page), pages=pages),
        share=(page + 0.5) / (pages + 0.5),
        notes=(Notice(context.t("receipt.kept"), Tone.OK, "check_circle"),),
        key="receipt",
    )


_NOTICE_STATES = {
    "sending": (Tone.CALM, "hourglass_top"),
    "waiting": (Tone.CALM, "hourglass_top"),
    "unreachable": (Tone.WARN, "cloud_off"),
    "supplement": (Tone.WARN, "assignment"),
    "printed": (Tone.OK, "check_circle"),
    "later": (Tone.CALM, "schedule"),
}
_WAITING = ("sending", "waiting")


def notice(session: Session, context: Context) -> WorkView:
    state = session.notice or "sending"
    is_printing = session.work.kind is WorkKind.NOTICE
    locality = session.dossier.locality
    place = locality.name(context.language) if locality else ""
    phone = locality.window.phone if locality else ""
    tone, icon = _NOTICE_STATES[state]
    page, pages = _printed(session)
    notes = (
        Notice(context.t(f"notice.{state}.note", place=place, phone=phone), tone, icon),
        Notice(context.t("notice.later_note"), icon="qr_code_2"),
    )
    title = "notice.printing" if is_printing else f"notice.{state}"
    return WorkView(
        frame=frame(
            session,
            context,
            "notice",
            context.t(title, place=place),
            hint=context.t("notice.hint") if state in _WAITING and not is_printing else "",
            back=False,
            primary=context.choice(
                "notice.finish", "notice.leave" if state in _WAITING else "notice.go_on", FinishTapped(), icon="logout"
            ),
            secondary=context.choice(
                "notice.reprint",
                "notice.reprint",
                ReprintTapped(),
                icon="print",
                enabled=session.work.kind not in (WorkKind.NOTICE, WorkKind.RECEIPT),
            ),
        ),
        picture="receipt_from_slot" if is_printing or state == "printed" else "sealed",
        number_label=context.t("receipt.number"),
        number=_number(session),
        bar=context.t("notice.bar") if is_printing else "",
        share=(page + 0.5) / (pages + 0.5),
        notes=notes[:1] if session.modes.large_text else notes,
        key="notice",
    )


@dataclass(frozen=True)
class DoneView:
    """What to take along, and what happens next."""

    frame: Frame
    number_label: str
    number: str
    take: tuple[Notice, ...]
    next_title: str
    next: tuple[Notice, ...]
    key: str = "done"


def done(session: Session, context: Context) -> DoneView:
    locality = session.dossier.locality
    item = session.dossier.item
    place = locality.name(context.language) if locality else ""
    phone = locality.window.phone if locality else ""
    after = [Notice(context.t("done.calls", place=place, phone=phone), icon="call")]
    if item is not None and item.originals_needed:
        after.append(Notice(context.t("done.originals"), icon="local_shipping"))
    after.append(Notice(context.t("done.progress"), icon="qr_code_2"))
    receipt_taken = session.dossier.receipt == "proven"
    return DoneView(
        frame=frame(
            session,
            context,
            "done",
            context.t("done.title"),
            hint=context.t("done.hint"),
            back=False,
            primary=context.choice("done.finish", "done.finish", FinishTapped(), icon="check"),
        ),
        number_label=context.t("receipt.number"),
        number=_number(session),
        take=(
            Notice(context.t("done.card"), icon="id_card"),
            Notice(context.t("done.papers"), icon="description"),
            Notice(context.t("done.receipt" if receipt_taken else "done.no_receipt"), icon="receipt_long"),
        ),
        next_title=context.t("done.next"),
        next=tuple(after),
    )


def _number(session: Session) -> str:
    return session.dossier.filing.filing_number if session.dossier.filing else ""


def _printed(session: Session) -> tuple[int, int]:
    progress = session.activity.progress if isinstance(session.activity, Printing) else None
    return (progress.page, max(1, progress.pages)) if progress else (0, 1)
