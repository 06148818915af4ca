"""Which fields are asked, what stands in them, and which answers are taken."""

from __future__ import annotations

import pytest

from config.schema import Bilingual, FieldKind, FormField
from kiosk import form
from kiosk.dossier import Dossier, Identity
from tests.kiosk.story import NOON, card

NOTHING = Bilingual("", "")


def field(kind: FieldKind, *, key: str = "f", prefill: str = "", required: bool = True, longest: int = 30) -> FormField:
    choices = (("a", NOTHING), ("b", NOTHING)) if kind is FieldKind.CHOICE else ()
    return FormField(key, kind, NOTHING, NOTHING, required, longest, prefill, choices)


def with_card(**changes: object) -> Dossier:
    return Dossier(identity=Identity(card(**changes), "sam_card", "genuine", NOON))


@pytest.mark.parametrize(
    ("kind", "value", "fault"),
    [
        (FieldKind.PHONE, "13800138000", ""),
        (FieldKind.PHONE, "029-81664314", ""),
        (FieldKind.PHONE, "02981664314", ""),
        (FieldKind.PHONE, "12800138000", "field_fault.phone"),
        (FieldKind.PHONE, "1380013800", "field_fault.phone"),
        (FieldKind.PHONE, "１３８００１３８０００", "field_fault.phone"),
        (FieldKind.ADDRESS, "西安市虚构路1号", ""),
        (FieldKind.ADDRESS, "西安", "field_fault.address"),
        (FieldKind.CHOICE, "b", ""),
        (FieldKind.CHOICE, "c", "field_fault.choice"),
        (FieldKind.DATE, "2024-02-29", ""),
        (FieldKind.DATE, "2023-02-29", "field_fault.date"),
        (FieldKind.DATE, "20240229", "field_fault.date"),
        (FieldKind.NUMBER, "12", ""),
        (FieldKind.NUMBER, "12.5", ""),
        (FieldKind.NUMBER, "twelve", "field_fault.number"),
        (FieldKind.NUMBER, "-1", "field_fault.number"),
        (FieldKind.TEXT, "虚构", ""),
        (FieldKind.TEXT, "长" * 31, "field_fault.too_long"),
        (FieldKind.TEXT, "", "field_fault.missing"),
    ],
)
def test_answers_are_taken_or_refused_with_a_reason(kind: FieldKind, value: str, fault: str) -> None:
    assert form.fault(field(kind), value) == fault


@pytest.mark.parametrize("kind", FieldKind)
def test_a_field_that_need_not_be_filled_in_may_stay_empty(kind: FieldKind) -> None:
    assert form.fault(field(kind, required=False), "") == ""


@pytest.mark.parametrize("prefill", ["name", "number", "birth"])
def test_what_the_card_proves_is_not_asked(prefill: str) -> None:
    known = field(FieldKind.TEXT, prefill=prefill)
    assert form.asked((known,), with_card()) == ()
    assert form.asked((known,), Dossier()) == (known,)
    assert dict(form.proven_answers((known,), with_card())) == {"f": form.from_card(known, card())}


def test_a_birthday_the_card_does_not_know_is_asked() -> None:
    birthday = field(FieldKind.DATE, prefill="birth")
    assert form.asked((birthday,), with_card(birth=None)) == (birthday,)


def test_the_address_on_the_card_is_offered_and_the_answer_given_before_wins() -> None:
    address = field(FieldKind.ADDRESS, prefill="address", longest=70)
    assert form.offered(address, with_card()) == card().address
    assert form.first_open((address,), with_card()) is address
    answered = with_card().with_(answers=(("f", "西安市别处1号"),))
    assert form.offered(address, answered) == "西安市别处1号"
    assert form.first_open((address,), answered) is None
    assert form.offered(field(FieldKind.TEXT), with_card()) == ""


def test_spaces_that_nobody_meant_are_taken_out() -> None:
    assert form.tidy("  西安市\u3000虚构路  1号\n") == "西安市 虚构路 1号"
