"""What the data groups say (ICAO 9303-10): the machine readable zone, the picture, and further details."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from drivers.idcard.apdu import AnswerBroken
from drivers.idcard.emrtd import mrz, tlv
from drivers.idcard.emrtd.files import DATA_GROUPS, File
from drivers.idcard.emrtd.mrz import FILLER, Mrz

_MRZ = 0x5F1F
_TAG_LIST = 0x5C

_PICTURES = 0x7F61
_PICTURE = 0x7F60
_PICTURE_DATA = (0x5F2E, 0x7F2E)
_FACE_RECORD = b"FAC\x00"  # ISO 19794-5
_RECORD_HEAD = 14
_FACE_HEAD = 20
_FEATURE_POINT = 8
_IMAGE_HEAD = 12

_FULL_NAME = 0x5F0E
_BIRTH = 0x5F2B
_BIRTH_PLACE = 0x5F11
_ADDRESS = 0x5F42


@dataclass(frozen=True, repr=False)
class Details:
    """Data group 11, as far as it is filled. `full_name` is in the holder's own script."""

    full_name: str = ""
    birth: date | None = None
    birth_place: str = ""
    address: str = ""


def listed(com: bytes) -> frozenset[int]:
    """Numbers of the data groups that EF.COM names, of those that we read. Nobody signs this list."""
    tags = tlv.find(tlv.only(com, File.COM.tag), _TAG_LIST) or b""
    return frozenset(number for number, file in DATA_GROUPS.items() if file.tag in tags)


def machine_readable_zone(file: bytes) -> Mrz:
    """Raises AnswerBroken."""
    text = tlv.only(tlv.only(file, File.DG1.tag), _MRZ)
    try:
        return mrz.parse(text.decode("ascii"))
    except mrz.MrzWrong as wrong:
        raise AnswerBroken(str(wrong)) from None
    except UnicodeDecodeError:
        raise AnswerBroken("machine readable zone: characters") from None


def picture(file: bytes) -> bytes:
    """The first picture as it lies there, JPEG or JPEG 2000; empty for a record of another make.

    Raises AnswerBroken.
    """
    pictures = tlv.only(tlv.only(file, File.DG2.tag), _PICTURES)
    first = tlv.find(pictures, _PICTURE) or b""
    record = next((item.value for item in tlv.items(first) if item.tag in _PICTURE_DATA), b"")
    if not record.startswith(_FACE_RECORD):
        return b""
    points = int.from_bytes(record[_RECORD_HEAD + 4 : _RECORD_HEAD + 6], "big")
    return record[_RECORD_HEAD + _FACE_HEAD + points * _FEATURE_POINT + _IMAGE_HEAD :]


def details(file: bytes) -> Details:
    """Raises AnswerBroken."""
    found = {item.tag: item.value for item in tlv.items(tlv.only(file, File.DG11.tag))}
    try:
        return Details(
            full_name=_text(found.get(_FULL_NAME, b"")),
            birth=_day(found.get(_BIRTH, b"")),
            birth_place=_text(found.get(_BIRTH_PLACE, b"")),
            address=_text(found.get(_ADDRESS, b"")),
        )
    except UnicodeDecodeError:
        raise AnswerBroken("details that are not UTF-8") from None


def _text(value: bytes) -> str:
    """Fillers stand for blanks; Chinese is written without any."""
    words = [word for word in value.decode("utf-8").split(FILLER) if word]
    return ("" if any(ord(character) > 0x2E7F for word in words for character in word) else " ").join(words)


def _day(value: bytes) -> date | None:
    """Eight digits, or four bytes of two decimal digits each."""
    digits = value.decode("ascii", "replace") if len(value) == 8 else value.hex()
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
