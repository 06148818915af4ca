"""From a card to an identity, or to the problem that stands in its way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from drivers.emulators.cards import CARDS, citizen_number
from drivers.protocols import CardKind
from kiosk import identity
from kiosk.dossier import Identity
from kiosk.problems import Problem

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SAM = "05.03-20197135-0012345678-0123456789"


def proven(key: str, **changes: object):
    card = CARDS[key]
    serial = "" if card.kind is CardKind.SOCIAL_SECURITY else SAM
    return replace(card, reader_serial=serial, **changes)


@pytest.mark.parametrize("key", [key for key in CARDS if key != "expired"])
def test_every_valid_card_gives_an_identity(key):
    who = identity.identify(proven(key), at=NOW)

    assert isinstance(who, Identity)
    assert who.proven_at == NOW


def test_a_card_proven_by_a_sam_is_genuine():
    who = identity.identify(proven("beilin_woman"), at=NOW)

    assert (who.method, who.strength) == ("sam_card", "genuine")


def test_a_social_security_card_is_only_read():
    who = identity.identify(proven("social_security"), at=NOW)

    assert (who.method, who.strength) == ("pcsc_card", "read")


def test_a_card_nobody_proved_is_not_genuine():
    assert identity.strength_of(CARDS["beilin_woman"]) == "read"


def test_an_expired_card_is_told():
    assert identity.problem_with(proven("expired"), today=TODAY) is Problem.CARD_EXPIRED


def test_the_last_day_still_counts():
    card = proven("beilin_woman")

    assert identity.problem_with(card, today=card.valid_to) is None
    assert identity.problem_with(card, today=card.valid_to + timedelta(days=1)) is Problem.CARD_EXPIRED


def test_a_long_term_card_never_expires():
    assert identity.problem_with(proven("zhouzhi_elder"), today=date(2099, 1, 1)) is None


def test_a_wrong_check_character_is_not_believed():
    card = proven("yanta_man")
    wrong = card.number[:17] + ("0" if card.number[17] != "0" else "1")

    assert identity.problem_with(replace(card, number=wrong), today=TODAY) is Problem.CARD_UNREADABLE


def test_a_birth_that_contradicts_the_number_is_not_believed():
    card = proven("yanta_man", birth=date(1980, 1, 1))

    assert identity.problem_with(card, today=TODAY) is Problem.CARD_UNREADABLE


def test_a_card_without_name_is_not_believed():
    assert identity.problem_with(proven("yanta_man", name=""), today=TODAY) is Problem.CARD_UNREADABLE


@pytest.mark.parametrize("number", ["", "GBR61008001012", "gbr610080010123", "610113197911233175"])
def test_a_foreigners_older_number_has_its_own_shape(number):
    card = proven("foreigner_2017", number=number)

    assert identity.problem_with(card, today=TODAY) is Problem.CARD_UNREADABLE


def test_neither_identity_nor_number_tells_who_it_is():
    card = proven("beilin_woman")
    who = identity.identify(card, at=NOW)
    number = identity.CitizenNumber(card.number)

    for text in (repr(who), repr(number), str(number), who.masked_number):
        assert card.number not in text
        assert card.name not in text
        assert f"{card.birth:%Y%m%d}" not in text


def test_a_sequence_makes_the_sex():
    assert identity.CitizenNumber(citizen_number("610103", date(2000, 2, 29), 2)).sex.name == "FEMALE"
