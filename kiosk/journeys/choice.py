"""Choosing the service item, at home by its tile, in its own step, or again from the review."""

from __future__ import annotations

from kiosk import materials
from kiosk.session import Session
from kiosk.step import Context


def choose_item(session: Session, code: str, context: Context) -> Session:
    """The item with everything that follows from it. What was already answered or laid under the camera and is
    asked by the new item too is kept; what the city decides has its locality at once."""
    item = context.catalogue.items.get(code)
    if item is None:
        return session
    before = session.before_edit
    if before is not None and before.item == item:
        return session.with_(dossier=before, before_edit=None, query="")
    dossier = session.dossier
    asked = {field.key for field in context.catalogue.fields(item)}
    kept = dossier.locality if dossier.locality is not context.catalogue.city else None
    return session.with_(
        query="",
        before_edit=None,
        dossier=dossier.with_(
            item=item,
            locality=context.catalogue.only_locality(item) or kept,
            materials=materials.carried_over(item, dossier.materials),
            answers=tuple((key, value) for key, value in dossier.answers if key in asked),
            answers_confirmed=False,
            guide_read=False,
        ),
    )
