"""Every status word and every truncation of every answer of a social security card: a card, or a typed error."""

from __future__ import annotations

import pytest

from drivers.emulators.cards import CARDS
from drivers.emulators.virtual_card import GENERATIONS, SocialSecurityApplication
from drivers.errors import CardUnreadable, DeviceError
from drivers.idcard import apdu, social_security

HOLDER = CARDS["social_security"]


def spoil(generation, nth, change):
    """Read a card whose answer number `nth` is `change(answer)`."""
    application = SocialSecurityApplication(HOLDER, generation)

    def transmit(command: bytes) -> bytes:
        answer = application.answer(command)
        return change(answer) if len(application.commands) == nth + 1 else answer

    return social_security.read_card(transmit, device="reader")


@pytest.mark.parametrize("generation", GENERATIONS, ids=lambda generation: generation.name)
def test_every_answer_cut_at_every_length(generation):
    heard = []
    whole = SocialSecurityApplication(HOLDER, generation)
    social_security.read_card(lambda command: heard.append(whole.answer(command)) or heard[-1], device="reader")

    for nth, answer in enumerate(heard):
        for length in range(len(answer)):
            try:
                card = spoil(generation, nth, lambda answer, length=length: answer[:length])
            except DeviceError:
                continue
            assert card.number == HOLDER.number
            assert card.name == HOLDER.name


@pytest.mark.parametrize("first_byte", range(0x60, 0xA0))
def test_every_status_word_of_the_selection(first_byte):
    for second_byte in range(256):
        status = bytes((first_byte, second_byte))
        try:
            card = spoil(GENERATIONS[2], 0, lambda _answer, status=status: status)
        except CardUnreadable as error:
            wanted = "wrong_kind" if status == apdu.FILE_NOT_FOUND.to_bytes(2, "big") else "refused"
            assert error.reason == wanted
        except DeviceError:
            assert first_byte in (0x61, 0x6C)
        else:
            assert status == b"\x90\x00" or first_byte in (0x61, 0x6C)
            assert card == HOLDER


@pytest.mark.parametrize("nth", range(1, 10))
def test_every_status_word_of_every_later_answer(nth):
    for status in (bytes((first, second)) for first in range(0x60, 0xA0) for second in (0, 1, 0x81, 0x82, 0x83, 0xFF)):
        try:
            card = spoil(GENERATIONS[2], nth, lambda _answer, status=status: status)
        except DeviceError:
            continue
        assert card.number == HOLDER.number
