"""Whole documents, from the first command to the verdict, without any reader between."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.emulators import emrtd_documents as documents
from drivers.emulators.emrtd_card import EmrtdApplication
from drivers.emulators.emrtd_documents import RECIPES, chip, variant
from drivers.idcard.apdu import AnswerBroken
from drivers.idcard.emrtd.commands import Refused, WrongPassword
from drivers.idcard.emrtd.document import MrzNeeded
from drivers.idcard.emrtd.mrz import Access
from drivers.idcard.emrtd.passive import SecurityObjectBroken, open_security_object
from drivers.idcard.emrtd.security_infos import parse as parse_infos
from drivers.idcard.emrtd.trust_list import TrustList, TrustListBroken
from drivers.protocols import CardKind, Check, Doubt, ProofState, Sex
from kiosk.identity import GENUINE, READ, problem_with, strength_of
from kiosk.problems import Problem

SIGNED, CHIP, ACTIVE = Check.SIGNED_DATA, Check.CHIP_AUTHENTICATION, Check.ACTIVE_AUTHENTICATION

VERDICTS = {
    "passport_bac": (ProofState.READ, (SIGNED,), ()),
    "passport_pace": (ProofState.GENUINE, (SIGNED, ACTIVE, CHIP), ()),
    "passport_pace_only": (ProofState.GENUINE, (SIGNED, ACTIVE), ()),
    "permit": (ProofState.GENUINE, (SIGNED, CHIP), ()),
    "passport_expired": (ProofState.GENUINE, (SIGNED, ACTIVE), ()),
    "passport_tampered_signature": (ProofState.NOT_PROVEN, (ACTIVE,), (Doubt.BAD_SIGNATURE,)),
    "passport_wrong_hash": (ProofState.NOT_PROVEN, (ACTIVE,), (Doubt.HASH_MISMATCH,)),
    "passport_cloned": (ProofState.NOT_PROVEN, (SIGNED,), (Doubt.CLONED_CHIP,)),
    "passport_cloned_chip_authentication": (ProofState.NOT_PROVEN, (SIGNED,), (Doubt.CLONED_CHIP,)),
    "passport_withholding": (ProofState.NOT_PROVEN, (), (Doubt.FILE_WITHHELD,)),
    "passport_expired_signer": (ProofState.NOT_PROVEN, (ACTIVE,), (Doubt.SIGNER_EXPIRED,)),
    "passport_stranger": (ProofState.NOT_PROVEN, (ACTIVE,), (Doubt.NO_TRUST_ANCHOR,)),
    "passport_forged_certificate": (ProofState.NOT_PROVEN, (ACTIVE,), (Doubt.BAD_CERTIFICATE,)),
    "passport_unsigned": (ProofState.NOT_PROVEN, (), (Doubt.NOT_SIGNED,)),
}


@pytest.mark.parametrize("key", RECIPES)
def test_every_document_gets_its_verdict_and_is_genuine_to_the_kiosk_only_when_proven(desk, key):
    card = desk.read_chip(chip(key))

    found = card.genuineness
    assert (found.state, found.checks, found.doubts) == VERDICTS[key]
    assert strength_of(card) == (GENUINE if found.state is ProofState.GENUINE else READ)


def test_an_expired_passport_may_be_genuine_and_is_still_no_use(desk):
    assert problem_with(desk.read_chip(chip("passport_expired")), today=desk.now.date()) is Problem.CARD_EXPIRED
    assert problem_with(desk.read_chip(chip("passport_bac")), today=desk.now.date()) is None


def test_a_permit_gives_the_name_in_chinese(desk):
    card = desk.read_chip(chip("permit"))

    assert (card.kind, card.name, card.latin_name) == (CardKind.TRAVEL_PERMIT, "陈浩贤", "CHAN, HO YIN")
    assert (card.number, card.sex, card.birth) == ("H90817263", Sex.MALE, date(1979, 9, 30))
    assert (card.valid_to, card.birth_place) == (date(2033, 5, 21), "香港")
    assert card.photo.startswith(b"\xff\xd8")
    assert "陈" not in repr(card)


PACE = [
    *(
        (oid, 13)
        for oid in (documents.ECDH_3DES, documents.ECDH_AES_128, documents.ECDH_AES_192, documents.ECDH_AES_256)
    ),
    *((documents.ECDH_AES_128, number) for number in (8, 9, 10, 11, 12, 14, 15, 16, 17, 18)),
    (documents.DH_3DES, 0),
    (documents.DH_AES_192, 1),
    (documents.DH_AES_256, 2),
]


@pytest.mark.parametrize(("oid", "parameters"), PACE)
@pytest.mark.parametrize("by", ["mrz", "can"])
def test_pace_with_every_cipher_curve_and_field(desk, oid, parameters, by):
    made = variant("passport_pace_only", pace=((oid, parameters),), picture_bytes=500)
    access = Access.of_can(" 314 159") if by == "can" else None

    assert desk.read(EmrtdApplication(made), access).number == "U23145890"


def test_parameters_are_named_where_one_protocol_comes_with_several(desk):
    made = variant("passport_pace_only", pace=((documents.ECDH_AES_128, 12), (documents.ECDH_AES_128, 13)))
    application = EmrtdApplication(made)

    desk.read(application)

    assert any(command[1] == 0x22 and b"\x84\x01\x0c" in command for command in application.commands)


def test_a_wrong_page_is_told_from_a_refusal(desk):
    other = desk.access_to("permit")
    for key in ("passport_bac", "passport_pace"):
        with pytest.raises(WrongPassword):
            desk.read(EmrtdApplication(chip(key)), other)


def test_the_number_on_the_face_does_not_open_basic_access(desk):
    with pytest.raises(MrzNeeded):
        desk.read(EmrtdApplication(chip("passport_bac")), Access.of_can("314159"))


def test_a_document_without_short_identifiers_and_with_a_picture_beyond_32_kib_is_read(desk):
    card = desk.read_chip(variant("passport_bac", knows_short_ids=False, picture_bytes=40_000))

    assert len(card.photo) == 40_000 - 78
    assert card.genuineness.state is ProofState.READ


@pytest.mark.parametrize(("longest", "most"), [(0, 231), (2_000, 1975)])
def test_files_come_in_as_few_answers_as_can_be(desk, longest, most):
    """BAC; data group 1 takes one answer, the picture of 20,000 bytes as many as its length asks for."""
    made = variant("passport_bac", pace=((documents.DH_3DES, 9),), longest_answer=longest)  # no such field: BAC is left
    application = EmrtdApplication(made)

    desk.read(application)

    protected_reads = [command for command in application.commands if command[0] == 0x0C and command[1] == 0xB0]
    sizes = [len(made.files[file]) for file in (0x011D, 0x0101, 0x0102)]
    assert len(protected_reads) == sum(-(-size // most) for size in sizes)


def test_long_answers_are_left_alone_where_the_reader_cannot(desk):
    made = variant("passport_pace", longest_answer=2_000)
    application = EmrtdApplication(made)

    desk.read(application, how=replace(desk.how, are_long_answers_wanted=False))

    assert all(len(command) < 261 for command in application.commands)


@pytest.mark.parametrize("key", ["passport_bac", "passport_pace_only"])
def test_every_reply_of_the_key_exchange_cut_at_every_length_is_a_typed_error(desk, key):
    made = replace(chip(key), files={**chip(key).files})
    whole = EmrtdApplication(made)
    desk.read(whole)
    keys = [n for n, command in enumerate(whole.commands[:8]) if command[1] in (0x84, 0x82, 0x86)]
    for nth in keys:
        answer_bytes = {0x84: 10, 0x82: 42, 0x86: 71}[whole.commands[nth][1]]
        for length in range(answer_bytes):

            def cut(number: int, answer: bytes, nth: int = nth, length: int = length) -> bytes:
                return answer[:length] if number == nth and length < len(answer) else answer

            application = EmrtdApplication(made, cut if length else lambda n, a, nth=nth: b"" if n == nth else a)
            try:
                desk.read(application)
            except (AnswerBroken, Refused):
                continue
            assert len(application.commands) > 50  # that reply was shorter still: nothing was cut


@pytest.mark.parametrize("nth", range(3, 14))  # what comes before holds nothing to change: status words in the clear
def test_a_changed_byte_anywhere_is_never_read_as_genuine(desk, nth):
    def change(number: int, answer: bytes) -> bytes:
        middle = len(answer) // 3
        return answer if number != nth else answer[:middle] + bytes((answer[middle] ^ 0x10,)) + answer[middle + 1 :]

    try:
        card = desk.read(EmrtdApplication(variant("passport_pace", picture_bytes=600), change))
    except (AnswerBroken, Refused):
        return
    assert card.genuineness.state is ProofState.NOT_PROVEN


@settings(deadline=None, max_examples=60)
@given(data=st.binary(max_size=200))
def test_noise_is_no_security_object_and_no_security_infos(data):
    with pytest.raises(SecurityObjectBroken):
        open_security_object(b"\x77\x82" + len(data).to_bytes(2, "big") + data, trust=TrustList(), at=datetime.now(UTC))
    with pytest.raises(AnswerBroken):
        parse_infos(b"\x31\xff" + data)


@settings(deadline=None, max_examples=80)
@given(at=st.integers(4, 1200), value=st.integers(0, 255))
def test_a_security_object_changed_anywhere_is_doubted_or_refused(at, value):
    file = bytearray(chip("passport_bac").files[0x011D])
    at %= len(file)
    if file[at] == value:
        return
    file[at] = value
    try:
        found = open_security_object(bytes(file), trust=TrustList(), at=datetime(2026, 1, 1, tzinfo=UTC))
    except AnswerBroken:
        return
    assert found.doubts


def test_a_trust_list_with_something_else_in_it_is_refused_by_name(trust_folder):
    (trust_folder / "broken.cer").write_bytes(b"nonsense")

    with pytest.raises(TrustListBroken, match=r"broken\.cer"):
        TrustList.of_folder(trust_folder)


def test_an_old_answer_to_basic_access_is_not_taken_again(desk):
    """Rightly encrypted and authenticated, and about other random numbers."""
    recorded = []
    made = chip("passport_bac")
    desk.read(EmrtdApplication(made, lambda _n, answer: recorded.append(answer) or answer))
    (old,) = [answer for answer in recorded if len(answer) == 42]

    with pytest.raises(AnswerBroken, match="old answer"):
        desk.read(EmrtdApplication(made, lambda _n, answer: old if len(answer) == 42 else answer))
