"""Travel documents of Utopia and of people who never were, by key: good ones, and one for each way to be bad."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from asn1crypto import core
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from drivers.emulators import emrtd_pki
from drivers.emulators.emrtd_card import ATTRIBUTES, CARD_ACCESS, Chip
from drivers.emulators.emrtd_pki import Authority, Signer
from drivers.idcard.emrtd import mrz, tlv
from drivers.idcard.emrtd.files import File
from drivers.idcard.emrtd.parameters import CURVES

PICTURE_BYTES = 20_000

ECDH_3DES, ECDH_AES_128, ECDH_AES_192, ECDH_AES_256 = (f"0.4.0.127.0.7.2.2.4.2.{suite}" for suite in (1, 2, 3, 4))
DH_3DES, DH_AES_128, DH_AES_192, DH_AES_256 = (f"0.4.0.127.0.7.2.2.4.1.{suite}" for suite in (1, 2, 3, 4))

_CHIP_CURVE = 13
_CHIP_PROTOCOL = "0.4.0.127.0.7.2.2.3.2.2"  # ECDH, AES-128
_CHIP_KEY = "0.4.0.127.0.7.2.2.1.2"
_ACTIVE = "2.23.136.1.1.5"
_ECDSA_SHA256 = "0.4.0.127.0.7.1.1.4.1.3"


UTOPIAN_SIGNER = Signer()


@dataclass(frozen=True)
class Recipe:
    """How a document is made. `pace`: protocol and parameters, in the order of EF.CardAccess."""

    mrz_text: str
    pace: tuple[tuple[str, int], ...] = ()
    knows_bac: bool = True
    knows_short_ids: bool = True
    card_access_number: str = "314159"
    chinese_name: str = ""
    birth_place: str = ""
    address: str = ""
    active: str = ""  # "", "rsa" or "ecdsa"
    chip: bool = False
    cloned: bool = False  # its secret keys are not those that were signed
    signer: Signer | None = UTOPIAN_SIGNER
    tampered_signature: bool = False
    changed_after_signing: bool = False
    withheld: tuple[int, ...] = ()
    longest_answer: int = 0
    picture_bytes: int = PICTURE_BYTES


def passport_lines(*, name: str, number: str, birth: str, sex: str, expiry: str, nationality: str = "UTO") -> str:
    """Two lines of 44."""
    second = number.ljust(9, "<")
    second += mrz.check_digit(second) + nationality + birth + mrz.check_digit(birth) + sex
    second += expiry + mrz.check_digit(expiry) + "<" * 14 + "0"
    second += mrz.check_digit(second[:10] + second[13:20] + second[21:43])
    return f"P<UTO{name}".ljust(44, "<") + second


def permit_lines(*, name: str, number: str, birth: str, sex: str, expiry: str, nationality: str = "UTO") -> str:
    """Three lines of 30."""
    padded = number.ljust(9, "<")
    first = ("CRUTO" + padded + mrz.check_digit(padded)).ljust(30, "<")
    second = birth + mrz.check_digit(birth) + sex + expiry + mrz.check_digit(expiry) + nationality + "<" * 11
    second += mrz.check_digit(first[5:] + second[:7] + second[8:15] + second[18:29])
    return first + second + name.ljust(30, "<")


_PASSPORT = passport_lines(name="LINDQVIST<<MARTA<ELISE", number="U23145890", birth="850412", sex="F", expiry="320411")
_PERMIT = permit_lines(name="CHAN<<HO<YIN", number="H90817263", birth="790930", sex="M", expiry="330521")

RECIPES: Mapping[str, Recipe] = {
    "passport_bac": Recipe(_PASSPORT),
    "passport_pace": Recipe(_PASSPORT, pace=((ECDH_AES_128, 13),), active="rsa", chip=True),
    "passport_pace_only": Recipe(_PASSPORT, pace=((ECDH_AES_256, 12),), knows_bac=False, active="ecdsa"),
    "permit": Recipe(
        _PERMIT,
        pace=((ECDH_AES_128, 12),),
        chip=True,
        chinese_name="陈浩贤",
        birth_place="香港",
    ),
    "passport_expired": Recipe(
        passport_lines(name="LINDQVIST<<MARTA<ELISE", number="U11145811", birth="850412", sex="F", expiry="210411"),
        active="rsa",
    ),
    "passport_tampered_signature": Recipe(_PASSPORT, active="rsa", tampered_signature=True),
    "passport_wrong_hash": Recipe(_PASSPORT, active="rsa", changed_after_signing=True),
    "passport_cloned": Recipe(_PASSPORT, active="rsa", cloned=True),
    "passport_cloned_chip_authentication": Recipe(_PASSPORT, pace=((ECDH_AES_128, 13),), chip=True, cloned=True),
    "passport_withholding": Recipe(_PASSPORT, active="rsa", withheld=(15,)),
    "passport_expired_signer": Recipe(
        _PASSPORT, active="rsa", signer=Signer(valid_to=datetime(2024, 1, 1, tzinfo=UTC))
    ),
    "passport_stranger": Recipe(
        _PASSPORT, active="rsa", signer=Signer(authority=Authority(state="XX", seed="stranger"))
    ),
    "passport_forged_certificate": Recipe(_PASSPORT, active="rsa", signer=Signer(authority=Authority(seed="forger"))),
    "passport_unsigned": Recipe(_PASSPORT, signer=None),
}


def chip_of(recipe: Recipe) -> Chip:
    """The document, ready to answer."""
    active_key = _active_key(recipe.active, "active")
    chip_curve = CURVES[_CHIP_CURVE]
    chip_key = emrtd_pki.number("chip", 250)
    data_groups = {
        1: tlv.encode(0x61, tlv.encode(0x5F1F, recipe.mrz_text.encode("ascii"))),
        2: _picture_file(recipe.picture_bytes),
    }
    details = {0x5F0E: recipe.chinese_name, 0x5F11: recipe.birth_place, 0x5F42: recipe.address}
    if any(details.values()):
        filled = {tag: text.encode() for tag, text in details.items() if text}
        tags = tlv.encode(0x5C, b"".join(tag.to_bytes(2, "big") for tag in filled))
        data_groups[11] = tlv.encode(0x6B, tags + b"".join(tlv.encode(*one) for one in filled.items()))
    infos = []
    if recipe.chip:
        public = emrtd_pki.public_key_info(ec.derive_private_key(chip_key, ec.BrainpoolP256R1()))
        infos += [_info(_CHIP_PROTOCOL, core.Integer(2).dump()), _info(_CHIP_KEY, public)]
    if recipe.active == "ecdsa":
        infos.append(_info(_ACTIVE, core.Integer(1).dump() + core.ObjectIdentifier(_ECDSA_SHA256).dump()))
    if infos:
        data_groups[14] = tlv.encode(0x6E, tlv.encode(0x31, b"".join(sorted(infos))))
    if active_key is not None:
        data_groups[15] = tlv.encode(0x6F, emrtd_pki.public_key_info(active_key))

    files = {0x0100 | number: file for number, file in data_groups.items() if number not in recipe.withheld}
    files[File.COM] = _com(tuple(data_groups.values()))
    if recipe.signer is not None:
        security_object = recipe.signer.security_object(data_groups)
        files[File.SOD] = _flipped(security_object, -1) if recipe.tampered_signature else security_object
    if recipe.changed_after_signing:
        files[File.DG2] = _flipped(data_groups[2], -1)
    if recipe.pace:
        files[CARD_ACCESS] = card_access(recipe.pace)
    if recipe.longest_answer:
        lengths = core.Integer(2_000).dump() + core.Integer(recipe.longest_answer + 2).dump()
        files[ATTRIBUTES] = tlv.encode(0x7F66, lengths)
    return Chip(
        files=files,
        mrz_information=mrz.parse(recipe.mrz_text).access.mrz_information,
        card_access_number=recipe.card_access_number,
        knows_bac=recipe.knows_bac,
        knows_short_ids=recipe.knows_short_ids,
        active_key=_active_key(recipe.active, "clone" if recipe.cloned else "active"),
        chip_group=chip_curve if recipe.chip else None,
        chip_key=chip_key + recipe.cloned,
    )


@functools.cache
def chip(key: str) -> Chip:
    """One of `RECIPES`, made once."""
    return chip_of(RECIPES[key])


def variant(key: str, **changes: object) -> Chip:
    """One of `RECIPES` with other ingredients."""
    return chip_of(replace(RECIPES[key], **changes))  # type: ignore[arg-type]  # names are the caller's


def card_access(offers: tuple[tuple[str, int], ...]) -> bytes:
    return tlv.encode(
        0x31, b"".join(_info(oid, core.Integer(2).dump() + core.Integer(number).dump()) for oid, number in offers)
    )


def _info(oid: str, rest: bytes) -> bytes:
    return tlv.encode(0x30, core.ObjectIdentifier(oid).dump() + rest)


def _com(data_groups: tuple[bytes, ...]) -> bytes:
    tags = bytes(file[0] for file in data_groups)
    content = tlv.encode(0x5F01, b"0107") + tlv.encode(0x5F36, b"040000") + tlv.encode(0x5C, tags)
    return tlv.encode(0x60, content)


def _picture_file(size: int) -> bytes:
    """A face record (ISO 19794-5) around bytes that only look like a JPEG from outside, `size` in all."""
    noise = emrtd_pki.number("picture", 8 * size).to_bytes(size, "big")
    record = b"FAC\x00010\x00" + bytes(6) + bytes(20) + bytes(12)
    around = len(_picture_groups(record)) + 8
    return _picture_groups(record + b"\xff\xd8" + noise[: size - around - 2])


def _picture_groups(record: bytes) -> bytes:
    head = tlv.encode(0xA1, tlv.encode(0x87, b"\x01\x01") + tlv.encode(0x88, b"\x00\x08"))
    picture = tlv.encode(0x7F60, head + tlv.encode(0x5F2E, record))
    return tlv.encode(0x75, tlv.encode(0x7F61, b"\x02\x01\x01" + picture))


def _active_key(kind: str, seed: str) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | None:
    match kind:
        case "rsa":
            return emrtd_pki.rsa_key(seed)
        case "ecdsa":
            return emrtd_pki.ec_key(seed, ec.SECP256R1())
    return None


def _flipped(data: bytes, at: int) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 0x01
    return bytes(changed)
