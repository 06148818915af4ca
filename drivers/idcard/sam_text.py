"""The 256 bytes of text on an identity card -> `CardData`, for all four layouts in use.

The text is UTF-16, low byte first, in fields of fixed places padded with spaces. The kind mark at byte 248 tells the
layout: blank = resident (GA/T 490), J = Hong Kong, Macau, Taiwan, I = foreigner 2017, Y = foreigner 2023.
"""

from __future__ import annotations

from datetime import date

from drivers.errors import CardUnreadable, DeviceGarbled
from drivers.protocols import CardData, CardKind, Sex

TEXT_BYTES = 256
LONG_TERM = "长期"

_KIND_MARK = (248, 2)
_PADDING = " \0　"


def card_data(text: bytes, *, device: str, photo: bytes = b"", reader_serial: str = "") -> CardData:
    """Parse the text block.

    Raises DeviceGarbled for text that no card can hold, CardUnreadable(reason="wrong_kind") for an unknown layout.
    """
    if len(text) != TEXT_BYTES:
        raise DeviceGarbled(device, f"text of {len(text)} bytes")
    fields = _Fields(text, device)
    match fields.text(*_KIND_MARK):
        case "":
            return _resident(fields, photo, reader_serial)
        case "J":
            return _hk_mo_tw_permit(fields, photo, reader_serial)
        case "I":
            return _foreigner_2017(fields, photo, reader_serial)
        case "Y":
            return _foreigner_2023(fields, photo, reader_serial)
    raise CardUnreadable(device, "unknown layout of the text", reason="wrong_kind")


def appended_address(data: bytes, *, device: str) -> str:
    """追加地址: the holder's newer address, 70 bytes of the same text. Raises DeviceGarbled."""
    return _Fields(data, device).text(0, len(data))


def _resident(fields: _Fields, photo: bytes, reader_serial: str) -> CardData:
    return CardData(
        kind=CardKind.RESIDENT,
        name=fields.text(0, 30),
        number=fields.text(122, 36).upper(),
        sex=fields.sex(30),
        nation=fields.text(32, 4),
        birth=fields.birth(36),
        address=fields.text(52, 70),
        issuer=fields.text(158, 30),
        valid_from=fields.valid_from(188),
        valid_to=fields.valid_to(204),
        photo=photo,
        reader_serial=reader_serial,
    )


def _hk_mo_tw_permit(fields: _Fields, photo: bytes, reader_serial: str) -> CardData:
    """The travel permit's number (220) and the issue count (238) are not needed and not taken."""
    return CardData(
        kind=CardKind.HK_MO_TW_PERMIT,
        name=fields.text(0, 30),
        number=fields.text(122, 36).upper(),
        sex=fields.sex(30),
        birth=fields.birth(36),
        address=fields.text(52, 70),
        issuer=fields.text(158, 30),
        valid_from=fields.valid_from(188),
        valid_to=fields.valid_to(204),
        photo=photo,
        reader_serial=reader_serial,
    )


def _foreigner_2017(fields: _Fields, photo: bytes, reader_serial: str) -> CardData:
    latin_name = fields.text(0, 120)
    return CardData(
        kind=CardKind.FOREIGNER_2017,
        name=fields.text(158, 30) or latin_name,
        latin_name=latin_name,
        number=fields.text(122, 30).upper(),
        sex=fields.sex(120),
        birth=fields.birth(220),
        nationality=fields.text(152, 6),
        issuer=fields.text(240, 8),
        valid_from=fields.valid_from(188),
        valid_to=fields.valid_to(204),
        photo=photo,
        reader_serial=reader_serial,
    )


def _foreigner_2023(fields: _Fields, photo: bytes, reader_serial: str) -> CardData:
    # The long name goes on in a second field: a space at the seam belongs to the name.
    latin_name = (fields.raw(52, 70) + fields.raw(220, 22)).rstrip(_PADDING)
    return CardData(
        kind=CardKind.FOREIGNER_2023,
        name=fields.text(0, 30) or latin_name,
        latin_name=latin_name,
        number=fields.text(122, 36).upper(),
        sex=fields.sex(30),
        birth=fields.birth(36),
        nationality=fields.text(242, 6),
        valid_from=fields.valid_from(188),
        valid_to=fields.valid_to(204),
        photo=photo,
        reader_serial=reader_serial,
    )


class _Fields:
    """Typed access by offset and size in bytes. Messages name the place, never the content."""

    def __init__(self, text: bytes, device: str) -> None:
        self._text = text
        self._device = device

    def raw(self, offset: int, size: int) -> str:
        try:
            return self._text[offset : offset + size].decode("utf-16-le")
        except UnicodeDecodeError:
            raise DeviceGarbled(self._device, f"text at {offset} is not UTF-16") from None

    def text(self, offset: int, size: int) -> str:
        return self.raw(offset, size).strip(_PADDING)

    def sex(self, offset: int) -> Sex:
        code = self.text(offset, 2)
        return Sex(code) if code in {sex.value for sex in Sex} else Sex.UNKNOWN

    def birth(self, offset: int) -> date | None:
        """None for a day that the register does not know (written with zeros)."""
        digits = self.text(offset, 16)
        try:
            return _date(digits)
        except ValueError:
            if len(digits) == 8 and digits.isascii() and digits.isdigit():
                return None
            raise self._no_date(offset) from None

    def valid_from(self, offset: int) -> date:
        try:
            return _date(self.text(offset, 16))
        except ValueError:
            raise self._no_date(offset) from None

    def valid_to(self, offset: int) -> date | None:
        return None if self.text(offset, 16) == LONG_TERM else self.valid_from(offset)

    def _no_date(self, offset: int) -> DeviceGarbled:
        return DeviceGarbled(self._device, f"no date at {offset}")


def _date(digits: str) -> date:
    if len(digits) != 8 or not digits.isascii() or not digits.isdigit():
        raise ValueError("not eight digits")
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
