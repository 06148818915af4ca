"""Every status word and every truncation of every answer of a social security card: a card, or a typed error."""

from __future__ import annotations

import pytest

from drivers.emulators.cards import CARDS
from drivers.emulators.virtual_card import GENERATIONS, SocialSecurityApplication
from drivers.errors import CardUnreadable, DeviceError
from drivers.idcard import social_security

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
    outcomes = {}
    for second_byte in range(256):
        status = bytes((first_byte, second_byte))
        try:
            card = spoil(GENERATIONS[2], 0, lambda _answer, status=status: status)
        except DeviceError as error:
            outcomes[status] = error.reason if isinstance(error, CardUnreadable) else "garbled"
        else:
            outcomes[status] = "read"
            assert card == HOLDER
    # 61xx: asked to fetch what is not there. 6Cxx: asked once more with that length, which the card then takes.
    expected = {0x61: "refused", 0x6C: "read"}.get(first_byte, "refused")
    special = {b"\x90\x00": "read", b"\x6a\x82": "wrong_kind"}
    assert outcomes == {status: special.get(status, expected) for status in outcomes}


@pytest.mark.parametrize("nth", range(1, 10))
def test_every_status_word_of_every_later_answer(nth):
    for status in (bytes((first, second)) for first in range(0x60, 0xA0) for second in (0, 1, 0x81, 0x82, 0x83, 0xFF)):
        try:
            card = spoil(GENERATIONS[2], nth, lambda _answer, status=status: status)
        except DeviceError:
            continue
        assert card.number == HOLDER.number
