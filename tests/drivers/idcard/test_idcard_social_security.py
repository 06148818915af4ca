"""The social security card's two files, asked of an emulated card without any reader between."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.emulators.cards import CARDS
from drivers.emulators.virtual_card import (
    FIRST,
    GENERATIONS,
    SECOND,
    THIRD,
    SocialSecurityApplication,
)
from drivers.errors import CardUnreadable, DeviceError, DeviceGarbled
from drivers.idcard import apdu, social_security
from drivers.protocols import CardData, Sex

HOLDER = CARDS["social_security"]


def read(application: SocialSecurityApplication) -> CardData:
    return social_security.read_card(application.answer, device="reader")


@pytest.mark.parametrize("generation", GENERATIONS, ids=lambda generation: generation.name)
def test_every_generation_is_read(generation):
    assert read(SocialSecurityApplication(HOLDER, generation)) == HOLDER


@pytest.mark.parametrize("generation", GENERATIONS, ids=lambda generation: generation.name)
def test_the_pin_is_never_touched_and_nothing_is_written(generation):
    application = SocialSecurityApplication(HOLDER, generation)
    read(application)

    assert {command[1] for command in application.commands} <= {0xA4, 0xB2, 0xC0}  # select, read, fetch


def test_the_application_is_called_by_its_published_name():
    application = SocialSecurityApplication(HOLDER)
    read(application)

    assert application.commands[0] == bytes.fromhex("00A404000F 7378312E73682E C9E7BBE1B1A3D5CF")


def test_a_long_name_goes_on_in_its_second_record():
    holder = CARDS["social_security_long_name"]
    assert len(holder.name.encode("gb18030")) > 30

    assert read(SocialSecurityApplication(holder, THIRD)) == holder


def test_a_long_name_on_a_card_without_second_record_is_what_fits():
    holder = CARDS["social_security_long_name"]

    assert holder.name.startswith(read(SocialSecurityApplication(holder, FIRST)).name)


def test_shuffled_records_are_told_apart_by_tag():
    shuffled = replace(SECOND, holder_order=tuple(reversed(SECOND.holder_order)))

    assert read(SocialSecurityApplication(HOLDER, shuffled)) == HOLDER


def test_a_card_without_dates_has_no_end():
    card = read(SocialSecurityApplication(replace(HOLDER, valid_from=None, valid_to=None)))

    assert (card.valid_from, card.valid_to) == (None, None)


def test_another_kind_of_card_is_the_wrong_kind():
    with pytest.raises(CardUnreadable) as caught:
        social_security.read_card(lambda _command: b"\x6a\x82", device="reader")

    assert caught.value.reason == "wrong_kind"


@pytest.mark.parametrize("status", ["6283", "6985", "6D00", "6E00"])
def test_a_card_that_refuses_says_so(status):
    with pytest.raises(CardUnreadable) as caught:
        social_security.read_card(lambda _command: bytes.fromhex(status), device="reader")

    assert caught.value.reason == "refused"


def test_an_empty_card_is_empty():
    def empty(command: bytes) -> bytes:
        return b"\x6a\x83" if command[1] == 0xB2 else b"\x90\x00"

    with pytest.raises(CardUnreadable) as caught:
        social_security.read_card(empty, device="reader")

    assert caught.value.reason == "empty"


def test_an_application_that_wants_its_file_selected_the_older_way_is_read():
    application = SocialSecurityApplication(HOLDER)

    def older(command: bytes) -> bytes:
        return b"\x6a\x86" if command[:3] == b"\x00\xa4\x02" else application.answer(command)

    assert social_security.read_card(older, device="reader") == HOLDER


@pytest.mark.parametrize(
    ("raw", "sex"),
    [(b"1", Sex.MALE), (b"2", Sex.FEMALE), (b"\x01", Sex.MALE), (b"\x02", Sex.FEMALE), (b"\xff", Sex.UNKNOWN)],
)
def test_sex_is_understood_as_digit_and_as_number(raw, sex):
    application = SocialSecurityApplication(HOLDER)

    def with_sex(command: bytes) -> bytes:
        if command[1:3] == bytes((0xB2, social_security.SEX)):
            return bytes((social_security.SEX, 1)) + raw + b"\x90\x00"
        return application.answer(command)

    assert social_security.read_card(with_sex, device="reader").sex is sex


@pytest.mark.parametrize("generation", GENERATIONS, ids=lambda generation: generation.name)
def test_an_answer_cut_at_any_command_is_a_typed_error(generation):
    whole = SocialSecurityApplication(HOLDER, generation)
    read(whole)

    for nth in range(len(whole.commands)):
        for length in (0, 1, 2, 3):
            application = SocialSecurityApplication(HOLDER, generation)

            def cut(command: bytes, application=application, nth=nth, length=length) -> bytes:
                answer = application.answer(command)
                return answer[:length] if len(application.commands) == nth + 1 else answer

            try:
                card = social_security.read_card(cut, device="reader")
            except DeviceError:
                continue
            assert card.number == HOLDER.number  # a record that is not needed was lost


@settings(deadline=None)
@given(answers=st.lists(st.binary(max_size=40), max_size=20))
def test_noise_gives_a_typed_error(answers):
    left = iter(answers)

    with pytest.raises(DeviceError):
        social_security.read_card(lambda _command: next(left, b""), device="reader")


@settings(deadline=None)
@given(records=st.dictionaries(st.integers(1, 255), st.binary(max_size=60), max_size=5), pad=st.integers(0, 4))
def test_records_come_apart_as_they_were_put_together(records, pad):
    data = b"".join(bytes((tag, len(value))) + value for tag, value in records.items()) + bytes(pad)

    assert apdu.records(data) == records


@pytest.mark.parametrize("data", ["08", "0805", "080541424344", "0801410902"])
def test_a_record_longer_than_its_answer_is_broken(data):
    with pytest.raises(apdu.AnswerBroken):
        apdu.records(bytes.fromhex(data))


def test_a_card_that_asks_for_more_without_end_is_given_up():
    with pytest.raises(apdu.AnswerBroken):
        apdu.ask(lambda _command: b"\x61\x10", apdu.read_record_by_tag(8))


def test_no_name_on_the_card_is_decoded_into_an_error_text():
    application = SocialSecurityApplication(HOLDER)

    def not_gbk(command: bytes) -> bytes:
        if command[1:3] == bytes((0xB2, social_security.NAME)):
            return bytes((social_security.NAME, 2)) + b"\xd6\x20" + b"\x90\x00"
        return application.answer(command)

    with pytest.raises(DeviceGarbled) as caught:
        social_security.read_card(not_gbk, device="reader")

    assert "d6" not in str(caught.value).lower()


def test_days_are_decimal():
    card = read(SocialSecurityApplication(HOLDER))

    assert (card.birth, card.valid_to) == (date(1988, 4, 12), date(2030, 1, 9))
