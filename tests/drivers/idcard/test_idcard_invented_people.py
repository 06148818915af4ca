"""The invented people are fit for use: numbers that check, bytes that fit, and every kind of card among them."""

from __future__ import annotations

import pytest

from drivers.emulators.cards import CARDS, PHOTO_HEAD, check_character, citizen_number, emulated, photo_block
from drivers.protocols import CardKind
from kiosk.identity import CitizenNumber

PUBLIC_SAMPLES = ["11010519491231002X", "932682198501010017", "911124198108030024", "931586198001010028"]


@pytest.mark.parametrize("number", PUBLIC_SAMPLES)
def test_check_characters_agree_with_published_samples(number):
    assert check_character(number[:17]) == number[17]


@pytest.mark.parametrize("key", [key for key in CARDS if CARDS[key].kind is not CardKind.FOREIGNER_2017])
def test_every_number_checks_and_agrees_with_birth_and_sex(key):
    card = CARDS[key]
    number = CitizenNumber(card.number)

    assert number.birth == card.birth
    assert number.sex is card.sex


def test_every_kind_of_card_is_there():
    in_emrtd_documents = {CardKind.PASSPORT, CardKind.TRAVEL_PERMIT}

    assert {card.kind for card in CARDS.values()} == set(CardKind) - in_emrtd_documents


def test_one_elder_has_a_card_without_end():
    assert CARDS["zhouzhi_elder"].valid_to is None


def test_people_come_from_many_districts_of_xian():
    divisions = {card.number[:6] for card in CARDS.values() if card.kind is CardKind.RESIDENT}

    assert len(divisions) == 8
    assert all(division.startswith("6101") for division in divisions)


def test_a_photo_block_has_the_published_head_and_shows_nobody_twice():
    one, other = photo_block("a"), photo_block("b")

    assert len(one) == len(other) == 1024
    assert one[:9] == other[:9] == PHOTO_HEAD == bytes.fromhex("574C66007E00320000")
    assert one != other
    assert photo_block("a") == one


def test_an_address_too_long_for_its_field_is_refused():
    with pytest.raises(ValueError, match="70 bytes"):
        emulated(CARDS["yanta_man"], appended_address="长" * 36)


def test_numbers_can_be_made_for_more_people():
    card = CARDS["yanta_man"]

    assert citizen_number("610113", card.birth, 317) == card.number
