"""Form: one question at a time, then all answers to be confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.schema import FieldKind, FormField
from kiosk import form as rules
from kiosk.events import AnswerGiven, AnswersConfirmed
from kiosk.session import Session
from ui.present.composing import Entry, Typing, entry_of, typing
from ui.present.frame import frame
from ui.present.item import pager
from ui.present.parts import Choice, Context, Frame, Notice, Row, Tone

_KEYBOARDS: Mapping[FieldKind, str] = {
    FieldKind.PHONE: "digits",
    FieldKind.NUMBER: "digits",
    FieldKind.DATE: "digits",
    FieldKind.TEXT: "text",
    FieldKind.ADDRESS: "text",
    FieldKind.CHOICE: "",
}


@dataclass(frozen=True)
class FieldView:
    """One question. `shown` is how the settled text is written in the field; letters being composed stand behind it."""

    frame: Frame
    field_key: str
    typing: Typing
    shown: str = field(repr=False)
    placeholder: str
    max_length: int
    keyboard: str  # layout of `ui.present.keys`, "" for a question with choices
    options: tuple[Choice, ...] = ()
    fault: tuple[Notice, ...] = ()
    key: str = ""


@dataclass(frozen=True)
class AnswersView:
    """Every answer, before they are confirmed."""

    frame: Frame
    rows: tuple[Row, ...]
    pager: tuple[str, str, str] = field(default=("", "", ""))
    key: str = "form.answers"


def form(session: Session, context: Context) -> FieldView | AnswersView:
    asked = rules.current(session, context.catalogue)
    return _answers(session, context) if asked is None else _field(session, context, asked)


def _field(session: Session, context: Context, asked: FormField) -> FieldView:
    keyboard = _KEYBOARDS[asked.kind]
    max_length = 8 if asked.kind is FieldKind.DATE else asked.max_length
    settled = rules.offered(asked, session.dossier)
    entry = entry_of(context, settled) if keyboard == "text" else Entry(context.local.get("text", settled))
    value = "" if entry.letters else sent(asked, entry.text)
    is_choice = asked.kind is FieldKind.CHOICE
    chosen = session.dossier.answer(asked.key) if is_choice else ""
    skip = None
    if not asked.required:
        skip = context.choice("field.skip", "form.skip", AnswerGiven(asked.key, ""))
    primary = context.choice(
        "field.next", "form.next", AnswerGiven(asked.key, value), icon="arrow_forward", enabled=bool(value)
    )
    is_offered = "text" not in context.local and bool(settled) and asked.prefill != ""
    hint = context.t("form.from_card") if is_offered else asked.example(context.language)
    return FieldView(
        frame=frame(
            session,
            context,
            "form",
            asked.question(context.language),
            hint=context.t("form.composing") if entry.letters else hint,
            hint_needed=bool(entry.letters),
            primary=None if is_choice else primary,
            secondary=skip,
            waits=is_choice,
        ),
        field_key=asked.key,
        typing=typing(entry, context, prefix="field", max_length=max_length, digits=keyboard != "text"),
        shown=_shown(asked, entry.text),
        placeholder=context.t("form.placeholder"),
        max_length=max_length,
        keyboard=keyboard,
        options=tuple(
            Choice(
                f"field.choice.{value}",
                words(context.language),
                AnswerGiven(asked.key, value),
                chosen=value == chosen,
            )
            for value, words in asked.choices
        ),
        fault=_fault(session, context),
        key=f"form.{asked.key}",
    )


def sent(asked: FormField, text: str) -> str:
    """The value of what was typed: dates are typed as eight digits and kept as ISO 8601."""
    if asked.kind is FieldKind.DATE and len(text) == 8 and text.isdigit():
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return text.strip()


def _shown(asked: FormField, text: str) -> str:
    if asked.kind is FieldKind.PHONE and len(text) > 3:
        return " ".join(part for part in (text[:3], text[3:7], text[7:]) if part)
    if asked.kind is FieldKind.DATE and text.isdigit() and len(text) > 4:
        return "-".join(part for part in (text[:4], text[4:6], text[6:]) if part)
    return text


def _fault(session: Session, context: Context) -> tuple[Notice, ...]:
    if not session.field_fault or "text" in context.local:
        return ()
    return (Notice(context.t(session.field_fault), Tone.WARN, "warning"),)


def _answers(session: Session, context: Context) -> AnswersView:
    return AnswersView(
        frame=frame(
            session,
            context,
            "form",
            context.t("form.check_title"),
            hint=context.t("form.check_hint"),
            primary=context.choice("form.confirm", "form.confirm", AnswersConfirmed(), icon="arrow_forward"),
        ),
        rows=answer_rows(session, context),
        pager=pager(session, context),
    )


def answer_rows(session: Session, context: Context) -> tuple[Row, ...]:
    """Question and answer as the citizen reads them; choices by their words."""
    item = session.dossier.item
    if item is None:
        return ()
    rows = []
    for asked in rules.asked(context.catalogue.fields(item), session.dossier):
        value = session.dossier.answer(asked.key) or ""
        words = dict(asked.choices).get(value)
        shown = words(context.language) if words else _shown(asked, value)
        rows.append(Row(asked.key, asked.question(context.language), shown or context.t("common.no_text")))
    return tuple(rows)
