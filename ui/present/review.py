"""Review: everything once more, with a way to change each thing."""

from __future__ import annotations

from dataclasses import dataclass

from config.schema import Competence
from kiosk.events import EditTapped, Reviewed
from kiosk.session import Session
from ui.present.form import answer_rows
from ui.present.frame import frame
from ui.present.item import pager
from ui.present.parts import Choice, Context, Frame, Local, Row

MORE = Local("review.more")
"""Turn to the next page of the list."""
SEEN = "review.seen"
"""Set in `Context.local` when the last page of the list has been shown."""


@dataclass(frozen=True)
class ReviewView:
    frame: Frame
    rows: tuple[Row, ...]
    pager: tuple[str, str, str]
    key: str = "review"


def review(session: Session, context: Context) -> ReviewView:
    """Nobody signs what they have not been shown: until the last page was there, the button turns the page."""
    sign = context.choice("review.sign", "review.sign", Reviewed(), icon="draw")
    more = context.choice("review.more", "review.more", MORE, icon="arrow_downward")
    return ReviewView(
        frame=frame(
            session,
            context,
            "review",
            context.t("review.title"),
            hint=context.t("review.hint"),
            primary=sign if context.local.get(SEEN) else more,
        ),
        rows=(
            *_who(session, context),
            *_what(session, context),
            *_answers(session, context),
            *_papers(session, context),
        ),
        pager=pager(session, context),
    )


def _edit(context: Context, target: str, what: str) -> Choice:
    return Choice(
        f"review.edit.{target}",
        context.t("common.modify"),
        EditTapped(target),
        say=context.say("common.modify", what=what),
    )


def _who(session: Session, context: Context) -> tuple[Row, ...]:
    identity = session.dossier.identity
    if identity is None:
        return ()
    who = f"{identity.card.name or identity.card.latin_name}  {identity.masked_number}"
    return (Row("review.who", context.t("review.who"), who),)


def _what(session: Session, context: Context) -> tuple[Row, ...]:
    item, locality = session.dossier.item, session.dossier.locality
    if item is None or locality is None:
        return ()
    names = context.t("review.item"), context.t("review.locality")
    is_free = item.competence is Competence.LOCALITY
    return (
        Row("review.item", names[0], item.name(context.language), choice=_edit(context, "item", names[0])),
        Row(
            "review.locality",
            names[1],
            locality.name(context.language),
            choice=_edit(context, "locality", names[1]) if is_free else None,
        ),
    )


def _answers(session: Session, context: Context) -> tuple[Row, ...]:
    return tuple(
        Row(row.id, row.label, row.value, choice=_edit(context, f"field:{row.id}", row.label))
        for row in answer_rows(session, context)
    )


def _papers(session: Session, context: Context) -> tuple[Row, ...]:
    return tuple(
        Row(
            f"review.material.{material.requirement.key}",
            material.requirement.name(context.language),
            context.t("review.absent") if material.absent else context.t("review.pages", count=len(material.pages)),
            choice=_edit(context, f"material:{material.requirement.key}", material.requirement.name(context.language)),
        )
        for material in session.dossier.materials
    )
