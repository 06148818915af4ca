"""The form: which fields are asked, what the card already says, and whether an answer can be taken."""

from __future__ import annotations

import re
from datetime import date

from config.schema import FieldKind, FormField
from drivers.protocols import CardData
from kiosk.catalogue import Catalogue
from kiosk.dossier import Dossier
from kiosk.session import Session

# What a card proves is never asked; an address on a card may be old, so it is offered and not taken.
_PROVEN = ("name", "number", "birth")

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}")
_NUMBER = re.compile(r"\d+(\.\d{1,2})?")
_SHORTEST_ADDRESS = 6


def from_card(field: FormField, card: CardData) -> str:
    """What the card says for this field, "" when it says nothing."""
    if field.prefill == "birth":
        return card.birth.isoformat() if card.birth else ""
    return {"name": card.name, "number": card.number, "address": card.address}.get(field.prefill, "")


def is_proven(field: FormField, dossier: Dossier) -> bool:
    """The card answers this field for good."""
    return field.prefill in _PROVEN and dossier.identity is not None and bool(from_card(field, dossier.identity.card))


def proven_answers(fields: tuple[FormField, ...], dossier: Dossier) -> tuple[tuple[str, str], ...]:
    if dossier.identity is None:
        return ()
    card = dossier.identity.card
    return tuple((field.key, from_card(field, card)) for field in fields if is_proven(field, dossier))


def asked(fields: tuple[FormField, ...], dossier: Dossier) -> tuple[FormField, ...]:
    return tuple(field for field in fields if not is_proven(field, dossier))


def first_open(fields: tuple[FormField, ...], dossier: Dossier) -> FormField | None:
    """The next field to ask, None when every one has its answer."""
    return next((field for field in asked(fields, dossier) if dossier.answer(field.key) is None), None)


def current(session: Session, catalogue: Catalogue) -> FormField | None:
    """The field on the screen; None when every one has its answer and the list is shown to be confirmed."""
    dossier = session.dossier
    if dossier.item is None:
        return None
    fields = catalogue.fields(dossier.item)
    wanted = next((field for field in asked(fields, dossier) if field.key == session.field_key), None)
    return wanted or first_open(fields, dossier)


def offered(field: FormField, dossier: Dossier) -> str:
    """What stands in the field when it is shown: the answer given before, else what the card says."""
    given = dossier.answer(field.key)
    if given is not None:
        return given
    return from_card(field, dossier.identity.card)[: field.max_length] if dossier.identity else ""


def tidy(value: str) -> str:
    return " ".join(value.split())


def fault(field: FormField, value: str) -> str:
    """Text key of the reason why this answer cannot be taken, "" when it can. `value` is tidy."""
    if not value:
        return "field_fault.missing" if field.required else ""
    if len(value) > field.max_length:
        return "field_fault.too_long"
    match field.kind:
        case FieldKind.PHONE:
            return "" if _MOBILE.fullmatch(value) or _LANDLINE.fullmatch(value) else "field_fault.phone"
        case FieldKind.ADDRESS:
            return "" if len(value) >= _SHORTEST_ADDRESS else "field_fault.address"
        case FieldKind.CHOICE:
            return "" if value in dict(field.choices) else "field_fault.choice"
        case FieldKind.DATE:
            return "" if _is_date(value) else "field_fault.date"
        case FieldKind.NUMBER:
            return "" if _NUMBER.fullmatch(value) else "field_fault.number"
        case FieldKind.TEXT:
            return ""


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
