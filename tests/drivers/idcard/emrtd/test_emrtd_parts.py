"""The pure parts: machine readable zone, objects, secure messaging, groups."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.emulators.emrtd_card import _parse, _Session
from drivers.emulators.emrtd_documents import passport_lines, permit_lines
from drivers.idcard.apdu import Answer, AnswerBroken
from drivers.idcard.emrtd import mrz, tlv
from drivers.idcard.emrtd.ciphers import SUITES
from drivers.idcard.emrtd.commands import Command
from drivers.idcard.emrtd.mrz import Access, MrzWrong
from drivers.idcard.emrtd.parameters import CURVES, FIELDS
from drivers.idcard.emrtd.secure_messaging import SecureChannel
from drivers.protocols import Sex

TODAY = date(2026, 11, 24)

# Samples of ICAO 9303-4, -5 and -6.
TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"


@pytest.mark.parametrize(("text", "number"), [(TD3, "L898902C3"), (TD2, "D23145890"), (TD1, "D23145890")])
def test_the_published_samples_are_understood(text, number):
    zone = mrz.parse(text)

    assert (zone.number, zone.surname, zone.given_names) == (number, "ERIKSSON", "ANNA MARIA")
    assert (zone.nationality, zone.sex) == ("UTO", Sex.FEMALE)
    assert (zone.birth_day(today=TODAY), zone.expiry_day(today=TODAY)) == (date(1974, 8, 12), date(2012, 4, 15))
    assert (
        zone.access.mrz_information
        == Access.of_page(number=number.lower(), birth=date(1974, 8, 12), expiry=date(2012, 4, 15)).mrz_information
    )
    assert number not in repr(zone)


def test_a_number_of_more_than_nine_characters_goes_on_behind_its_check_digit():
    first = "I<UTOD23145890<7349<<<<<<<<<<<"
    second = "3407127M9507122UTO<<<<<<<<<<<"
    second += mrz.check_digit(first[5:] + second[:7] + second[8:15] + second[18:29])
    zone = mrz.parse(first + second + "STEVENSON<<PETER".ljust(30, "<"))

    assert zone.number == "D23145890734"
    assert zone.access.mrz_information == "D23145890734934071279507122"


@pytest.mark.parametrize("text", [TD3, TD2, TD1])
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_no_misread_digit_of_the_key_fields_goes_unnoticed(text, data):
    """7-3-1 finds every single wrong digit."""
    joined = text.replace("\n", "")
    key_places = {90: (*range(5, 15), *range(30, 37), *range(38, 45))}.get(
        len(joined),
        (*range(len(joined) // 2, len(joined) // 2 + 10), *range(len(joined) // 2 + 13, len(joined) // 2 + 20)),
    )
    place = data.draw(st.sampled_from([at for at in key_places if joined[at].isdigit()]))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != joined[place]]))

    with pytest.raises(MrzWrong):
        mrz.parse(joined[:place] + other + joined[place + 1 :])


@settings(deadline=None, max_examples=100)
@given(text=st.one_of(st.text(max_size=95), st.text("ABC0123<", min_size=88, max_size=90)))
def test_noise_is_no_machine_readable_zone(text):
    with pytest.raises(MrzWrong) as caught:
        mrz.parse(text)
    assert caught.value.field in {"characters", "length", "number", "birth", "expiry", "composite", "optional", "sex"}


def test_lines_that_are_made_can_be_read():
    for lines in (
        passport_lines(name="A<<B", number="X1", birth="<<<<<<", sex="<", expiry="300101"),
        permit_lines(name="A<<B", number="X1", birth="000229", sex="M", expiry="300101"),
    ):
        assert mrz.parse(lines).number == "X1"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "¹23456"])
def test_a_card_access_number_has_six_digits(typed):
    if typed == "¹23456":  # a superscript that is forgiven like any other shape of a digit
        assert Access.of_can(typed).card_access_number == "123456"
        return
    with pytest.raises(MrzWrong):
        Access.of_can(typed)


@settings(deadline=None, max_examples=100)
@given(tag=st.sampled_from([0x30, 0x61, 0x5F1F, 0x7F61]), value=st.binary(max_size=400), cut=st.integers(1, 20))
def test_an_object_comes_back_whole_or_not_at_all(tag, value, cut):
    encoded = tlv.encode(tag, value)

    assert tlv.only(encoded, tag) == value
    assert tlv.whole_length(encoded) == len(encoded)
    with pytest.raises(tlv.TlvBroken):
        tlv.only(encoded[:-cut], tag)


@settings(deadline=None, max_examples=150)
@given(data=st.binary(max_size=60))
def test_noise_is_objects_or_broken(data):
    with contextlib.suppress(tlv.TlvBroken):
        assert sum(len(item.value) for item in tlv.items(data)) <= len(data)


@pytest.mark.parametrize("suite", SUITES.values(), ids=["3des", "aes128", "aes192", "aes256"])
@settings(deadline=None, max_examples=40)
@given(
    data=st.binary(max_size=300),
    expected=st.sampled_from([None, 1, 231, 256, 2000, 65536]),
    reply=st.binary(max_size=600),
)
def test_what_one_side_protects_the_other_side_understands(suite, data, expected, reply):
    """Odd and even instructions, short and long."""
    for ins in (0xB0, 0xB1):
        channel = SecureChannel.of_secret(lambda _command: b"", suite, b"secret")
        theirs = _Session.of_secret(suite, b"secret")
        command = Command(ins, 1, 2, data, expected)

        sent = channel.protect(command)

        assert theirs.unprotect(_parse(sent)) == command
        answer = theirs.protect(reply, 0x9000, is_odd=bool(ins & 1))
        assert channel.unprotect(Answer(0x9000, answer[:-2]), is_odd=bool(ins & 1)).data == reply


@pytest.mark.parametrize("suite", SUITES.values(), ids=["3des", "aes128", "aes192", "aes256"])
def test_an_answer_changed_cut_or_repeated_is_broken(suite):
    for change in range(3):
        for at in range(40):
            channel = SecureChannel.of_secret(lambda _command: b"", suite, b"secret")
            theirs = _Session.of_secret(suite, b"secret")
            good = theirs.protect(b"something", 0x9000, is_odd=False)[:-2]
            bad = (good[:at], good[:at] + bytes((good[at % len(good)] ^ 1,)) + good[at + 1 :], good)[change]
            if change == 2:
                channel.unprotect(Answer(0x9000, good))
            elif at >= len(good):
                continue
            with pytest.raises(AnswerBroken):
                channel.unprotect(Answer(0x9000, bad))


@pytest.mark.parametrize("suite", SUITES.values(), ids=["3des", "aes128", "aes192", "aes256"])
@pytest.mark.parametrize("limit", [256, 261, 1000, 2000])
def test_the_payload_is_the_most_that_fits(suite, limit):
    channel = SecureChannel.of_secret(lambda _command: b"", suite, b"secret")
    theirs = _Session.of_secret(suite, b"secret")
    most = channel.payload(limit)

    assert len(theirs.protect(bytes(most), 0x9000, is_odd=False)) - 2 <= limit
    assert len(theirs.protect(bytes(most + 1), 0x9000, is_odd=False)) - 2 > limit


KNOWN = {8: ec.SECP192R1(), 10: ec.SECP224R1(), 12: ec.SECP256R1(), 13: ec.BrainpoolP256R1(), 15: ec.SECP384R1()}
KNOWN |= {16: ec.BrainpoolP384R1(), 17: ec.BrainpoolP512R1(), 18: ec.SECP521R1()}


@pytest.mark.parametrize("number", KNOWN)
def test_our_points_are_those_of_cryptography(number):
    curve = CURVES[number]
    for private in (1, 2, 3, 0xC0FFEE, curve.order - 1):
        numbers = ec.derive_private_key(private, KNOWN[number]).public_key().public_numbers()
        assert curve.public(private) == (numbers.x, numbers.y)


@pytest.mark.parametrize("curve", CURVES.values(), ids=lambda curve: curve.name)
def test_every_curve_is_what_it_says(curve):
    assert curve.decode(curve.encode(curve.generator)) == curve.generator
    with pytest.raises(AnswerBroken, match="infinity"):
        curve.public(curve.order)
    with pytest.raises(AnswerBroken):
        curve.decode(curve.encode((curve.generator[0], curve.generator[1] ^ 1)))


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS.keys())
def test_elements_outside_the_subgroup_are_refused(field):
    assert pow(field.generator, field.order, field.prime) == 1
    for element in (0, 1, field.prime - 1, field.prime, 2):
        with pytest.raises(AnswerBroken):
            field.decode(field.encode(element))
