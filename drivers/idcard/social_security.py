"""社会保障卡: the two public files of the card's application -> `CardData`.

LD/T 32-2015; the bytes agree in eight public programs. No PIN is needed for these files and VERIFY is never sent: each
wrong try would be the citizen's. Record numbers differ from one generation of cards to the next, so records are asked
for by tag, and where a card cannot do that, all are read and told apart by their tags.
"""

from __future__ import annotations

from datetime import date

from drivers.errors import CardUnreadable, DeviceGarbled
from drivers.idcard import apdu
from drivers.idcard.apdu import Transmit
from drivers.protocols import CardData, CardKind, Sex

APPLICATION = b"sx1.sh." + "社会保障".encode("gbk")

CARD_FILE = 0xEF05
ISSUED = 0x05
VALID_TO = 0x06

HOLDER_FILE = 0xEF06
NUMBER = 0x08
NAME = 0x09
NAME_CONTINUED = 0x4E  # newer cards; the 30 bytes of NAME hold 15 characters
SEX = 0x0A
NATION = 0x0B
BIRTH = 0x0D

_MOST_RECORDS = 32
_MISSING = (apdu.FILE_NOT_FOUND, apdu.RECORD_NOT_FOUND, apdu.DATA_NOT_FOUND)


def read_card(transmit: Transmit, *, device: str) -> CardData:
    """Raises CardUnreadable (wrong_kind: another kind of card; refused; empty) and DeviceGarbled, and lets through what
    `transmit` raises."""
    try:
        answer = apdu.ask(transmit, apdu.select_application(APPLICATION))
        if answer.status != apdu.OK:
            reason = "wrong_kind" if answer.status == apdu.FILE_NOT_FOUND else "refused"
            raise CardUnreadable(device, f"application answered {answer.status:04X}", reason=reason)
        card = _read_file(transmit, CARD_FILE, (ISSUED, VALID_TO), device)
        holder = _read_file(transmit, HOLDER_FILE, (NUMBER, NAME, NAME_CONTINUED, SEX, NATION, BIRTH), device)
        return _card_data(card, holder, device)
    except apdu.AnswerBroken as error:
        raise DeviceGarbled(device, str(error)) from error


def _read_file(transmit: Transmit, file: int, tags: tuple[int, ...], device: str) -> dict[int, bytes]:
    _select_file(transmit, file, device)
    found: dict[int, bytes] = {}
    for tag in tags:
        answer = apdu.ask(transmit, apdu.read_record_by_tag(tag))
        if answer.status == apdu.OK:
            found |= apdu.records(answer.data)
        elif answer.status not in _MISSING:
            return _read_in_order(transmit)
    return found or _read_in_order(transmit)


def _select_file(transmit: Transmit, file: int, device: str) -> None:
    for selection in (0x02, 0x00):  # both are met in the field
        answer = apdu.ask(transmit, apdu.select_file(file, selection=selection))
        if answer.status == apdu.OK:
            return
    raise CardUnreadable(device, f"file {file:04X} answered {answer.status:04X}", reason="refused")


def _read_in_order(transmit: Transmit) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for number in range(1, _MOST_RECORDS + 1):
        answer = apdu.ask(transmit, apdu.read_record_by_order(number))
        if answer.status != apdu.OK:
            break
        found |= apdu.records(answer.data)
    return found


def _card_data(card: dict[int, bytes], holder: dict[int, bytes], device: str) -> CardData:
    if NUMBER not in holder or NAME not in holder:
        raise CardUnreadable(device, "no name or number in it", reason="empty")
    # A long name is cut after 30 bytes wherever that falls: join first, decode then.
    name = holder[NAME].rstrip(b"\0") + holder.get(NAME_CONTINUED, b"")
    return CardData(
        kind=CardKind.SOCIAL_SECURITY,
        name=_text(name, "gb18030", device),
        number=_text(holder[NUMBER], "ascii", device).upper(),
        sex=_sex(holder.get(SEX, b"")),
        birth=_day(holder.get(BIRTH, b"")),
        nation=_nation(holder.get(NATION, b"")),
        valid_from=_day(card.get(ISSUED, b"")),
        valid_to=_day(card.get(VALID_TO, b"")),  # older cards have no end
    )


def _text(value: bytes, encoding: str, device: str) -> str:
    try:
        return value.decode(encoding).strip(" \0")
    except UnicodeDecodeError:
        raise DeviceGarbled(device, f"a text that is not {encoding}") from None


def _sex(value: bytes) -> Sex:
    """One byte, as a digit or as a number: both are met."""
    code = value[-1:].decode("ascii", "replace") if value >= b"0" else value.hex()[-1:]
    return Sex(code) if code in {sex.value for sex in Sex} else Sex.UNKNOWN


def _nation(value: bytes) -> str:
    code = value.hex()
    return code if len(code) == 2 and code.isdigit() and code != "00" else ""


def _day(value: bytes) -> date | None:
    """Four bytes of two decimal digits each; zeros or FF stand for no date."""
    digits = value.hex()
    if len(digits) != 8 or not digits.isdigit():
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
