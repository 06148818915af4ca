"""Invented people and their cards. Every number carries a right check digit and belongs to nobody we know of.

`CARDS` holds them by key; `emulated` gives the bytes that a SAM reader would send for one of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from drivers.protocols import CardData, CardKind, Sex

PHOTO_HEAD = bytes.fromhex("574C66007E00320000")  # "WL", width 102, height 126
PHOTO_BYTES = 1024

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"


@dataclass(frozen=True, repr=False)
class EmulatedCard:
    """The bytes on a card: text of 256, photo of 1,024, appended address of 70 or none."""

    text: bytes
    photo: bytes
    appended_address: bytes = b""


def citizen_number(division: str, birth: date, sequence: int) -> str:
    """公民身份号码 after GB 11643. An odd sequence is a man's, an even one a woman's."""
    body = f"{division}{birth:%Y%m%d}{sequence:03d}"
    return body + check_character(body)


def check_character(body: str) -> str:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def emulated(card: CardData, *, appended_address: str = "") -> EmulatedCard:
    """`card` as bytes. `appended_address` overrides what `CARDS` knows of an address appended later."""
    appended = appended_address or APPENDED_ADDRESSES.get(card.number, "")
    return EmulatedCard(
        text=encode_text(card),
        photo=card.photo or photo_block(card.number),
        appended_address=_padded(appended, 70) if appended else b"",
    )


def photo_block(seed: str) -> bytes:
    """A synthetic photo: the right head, then noise that is the same for the same seed. Shows nobody."""
    noise = b"".join(hashlib.sha256(f"{seed}{block}".encode()).digest() for block in range(32))
    return (PHOTO_HEAD + noise)[:PHOTO_BYTES]


def encode_text(card: CardData) -> bytes:
    """The 256 bytes of text in the layout of the card's kind. Raises ValueError when a field is too long."""
    match card.kind:
        case CardKind.RESIDENT:
            parts = [
                (card.name, 30), (card.sex, 2), (card.nation, 4), (_day(card.birth), 16), (card.address, 70),
                (card.number, 36), (card.issuer, 30), (_day(card.valid_from), 16), (_expiry(card), 16),
                ("", 36),
            ]  # fmt: skip
        case CardKind.HK_MO_TW_PERMIT:
            parts = [
                (card.name, 30), (card.sex, 2), ("", 4), (_day(card.birth), 16), (card.address, 70),
                (card.number, 36), (card.issuer, 30), (_day(card.valid_from), 16), (_expiry(card), 16),
                ("H00000000", 18), ("01", 4), ("", 6), ("J", 2), ("", 6),
            ]  # fmt: skip
        case CardKind.FOREIGNER_2017:
            chinese_name = "" if card.name == card.latin_name else card.name
            parts = [
                (card.latin_name, 120), (card.sex, 2), (card.number, 30), (card.nationality, 6), (chinese_name, 30),
                (_day(card.valid_from), 16), (_expiry(card), 16), (_day(card.birth), 16), ("01", 4),
                (card.issuer, 8), ("I", 2), ("", 6),
            ]  # fmt: skip
        case CardKind.FOREIGNER_2023:
            chinese_name = "" if card.name == card.latin_name else card.name
            parts = [
                (chinese_name, 30), (card.sex, 2), ("00", 4), (_day(card.birth), 16), (card.latin_name[:35], 70),
                (card.number, 36), ("", 30), (_day(card.valid_from), 16), (_expiry(card), 16),
                (card.latin_name[35:], 22), (card.nationality, 6), ("Y", 2), ("", 6),
            ]  # fmt: skip
        case CardKind.SOCIAL_SECURITY:
            raise ValueError("a social security card has no SAM text")
    return b"".join(_padded(text, size) for text, size in parts)


def _padded(text: str, size: int) -> bytes:
    encoded = text.encode("utf-16-le")
    if len(encoded) > size:
        raise ValueError(f"a field of {size} bytes cannot hold {len(encoded)}")
    return encoded + " ".encode("utf-16-le") * ((size - len(encoded)) // 2)


def _day(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day else ""


def _expiry(card: CardData) -> str:
    return _day(card.valid_to) or "长期"


def _resident(
    name: str,
    *,
    sex: Sex,
    nation: str,
    division: str,
    birth: date,
    sequence: int,
    address: str,
    issuer: str,
    valid_from: date,
    years: int | None,
) -> CardData:
    return CardData(
        kind=CardKind.RESIDENT,
        name=name,
        number=citizen_number(division, birth, sequence),
        sex=sex,
        birth=birth,
        address=address,
        nation=nation,
        issuer=issuer,
        valid_from=valid_from,
        valid_to=valid_from.replace(year=valid_from.year + years) if years else None,
    )


_RESIDENTS = {
    "beilin_woman": _resident(
        "周晓岚",
        sex=Sex.FEMALE, nation="01", division="610103", birth=date(1988, 4, 12), sequence=246,
        address="陕西省西安市碑林区文艺北路199号3号楼2单元501室",
        issuer="西安市公安局碑林分局", valid_from=date(2019, 6, 3), years=20,
    ),
    "yanta_man": _resident(
        "韩志远",
        sex=Sex.MALE, nation="01", division="610113", birth=date(1979, 11, 23), sequence=317,
        address="陕西省西安市雁塔区小寨东路126号1号楼1单元302室",
        issuer="西安市公安局雁塔分局", valid_from=date(2021, 3, 15), years=20,
    ),
    "lianhu_hui_woman": _resident(
        "马秀英",
        sex=Sex.FEMALE, nation="03", division="610104", birth=date(1965, 2, 8), sequence=528,
        address="陕西省西安市莲湖区北院门大街78号院12号",
        issuer="西安市公安局莲湖分局", valid_from=date(2012, 9, 20), years=None,
    ),
    "zhouzhi_elder": _resident(
        "赵长庚",
        sex=Sex.MALE, nation="01", division="610124", birth=date(1941, 8, 30), sequence=73,
        address="陕西省西安市周至县二曲街道城南村二组17号",
        issuer="周至县公安局", valid_from=date(2008, 5, 6), years=None,
    ),
    "rare_name": _resident(
        "吴𬀩",  # U+2C029, outside the basic plane: two code units
        sex=Sex.MALE, nation="01", division="610112", birth=date(1996, 7, 1), sequence=159,
        address="陕西省西安市未央区凤城五路88号5号楼1单元2103室",
        issuer="西安市公安局未央分局", valid_from=date(2022, 8, 1), years=10,
    ),
    "lantian_young_man": _resident(
        "蓝小川",
        sex=Sex.MALE, nation="22", division="610122", birth=date(2006, 10, 15), sequence=391,
        address="陕西省西安市蓝田县蓝关街道向阳路21号",
        issuer="蓝田县公安局", valid_from=date(2022, 10, 20), years=10,
    ),
    "expired": _resident(
        "孙丽萍",
        sex=Sex.FEMALE, nation="01", division="610116", birth=date(1993, 12, 5), sequence=482,
        address="陕西省西安市长安区韦曲街道航天大道9号7号楼804室",
        issuer="西安市公安局长安分局", valid_from=date(2012, 2, 11), years=10,
    ),
    "long_name": _resident(
        "阿卜杜热合曼·买买提艾力",
        sex=Sex.MALE, nation="05", division="610102", birth=date(1990, 1, 27), sequence=655,
        address="陕西省西安市新城区解放路166号2号楼3单元601室",
        issuer="西安市公安局新城分局", valid_from=date(2018, 4, 9), years=20,
    ),
}  # fmt: skip

_OTHERS = {
    "hk_permit": CardData(
        kind=CardKind.HK_MO_TW_PERMIT,
        name="陈嘉仪",
        number=citizen_number("810000", date(1992, 9, 18), 264),
        sex=Sex.FEMALE,
        birth=date(1992, 9, 18),
        address="陕西省西安市高新区唐延路35号2号楼1单元1506室",
        issuer="西安市公安局",
        valid_from=date(2023, 5, 22),
        valid_to=date(2028, 5, 22),
    ),
    "foreigner_2017": CardData(
        kind=CardKind.FOREIGNER_2017,
        name="史明理",
        latin_name="SMITHFIELD, MORLEY ALAN",
        number="GBR610080010123",
        sex=Sex.MALE,
        birth=date(1980, 1, 1),
        nationality="GBR",
        issuer="6100",
        valid_from=date(2020, 7, 7),
        valid_to=date(2030, 7, 6),
    ),
    "foreigner_2023": CardData(
        kind=CardKind.FOREIGNER_2023,
        name="ANDERSSON VON ROSENQVIST, MARGARETA ELISE",
        latin_name="ANDERSSON VON ROSENQVIST, MARGARETA ELISE",
        number=citizen_number("961752", date(1986, 6, 14), 28),
        sex=Sex.FEMALE,
        birth=date(1986, 6, 14),
        nationality="SWE",
        valid_from=date(2024, 3, 1),
        valid_to=date(2034, 2, 28),
    ),
    "social_security": CardData(
        kind=CardKind.SOCIAL_SECURITY,
        name="周晓岚",
        number=citizen_number("610103", date(1988, 4, 12), 246),
        sex=Sex.FEMALE,
        birth=date(1988, 4, 12),
        nation="01",
        valid_from=date(2020, 1, 10),
        valid_to=date(2030, 1, 9),
    ),
    "social_security_long_name": CardData(
        kind=CardKind.SOCIAL_SECURITY,
        name="阿卜杜热合曼·买买提艾力江·吐尔逊",
        number=citizen_number("610102", date(1990, 1, 27), 655),
        sex=Sex.MALE,
        birth=date(1990, 1, 27),
        nation="05",
        valid_from=date(2021, 11, 3),
        valid_to=date(2031, 11, 2),
    ),
}

CARDS: Mapping[str, CardData] = {**_RESIDENTS, **_OTHERS}
"""Key -> what the card says. Photo and reader are left to the emulator."""

APPENDED_ADDRESSES: Mapping[str, str] = {
    CARDS["expired"].number: "陕西省西安市长安区郭杜街道樱花广场2号楼1单元1201室",
}
"""Citizen number -> the address appended to the card after its holder moved."""
