"""What a SAM reader can be asked, and what its status byte means."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.errors import CardUnreadable, DeviceAbsent, DeviceError, DeviceGarbled
from drivers.idcard import sam_framing


@dataclass(frozen=True)
class Command:
    """`wait_s`: how long a maker waits for the first byte of the answer."""

    name: str
    command: int
    parameter: int
    wait_s: float

    @property
    def frame(self) -> bytes:
        return sam_framing.request(self.command, self.parameter)


STATUS = Command("status", 0x11, 0xFF, 0.3)
SAM_NUMBER = Command("sam number", 0x12, 0xFF, 0.3)
FIND = Command("find", 0x20, 0x01, 0.5)
SELECT = Command("select", 0x20, 0x02, 0.5)
READ = Command("read", 0x30, 0x01, 3.5)  # text and photo; fingerprints (30 10) are never asked for
APPENDED_ADDRESS = Command("appended address", 0x30, 0x03, 1.0)

DONE = 0x90
FOUND = 0x9F
CHECK_WRONG = 0x10
LENGTH_WRONG = 0x11
UNKNOWN_COMMAND = 0x21
READ_FAILED = 0x41
FIND_FAILED = 0x80
SELECT_FAILED = 0x81
NO_CONTENT = 0x91

_LINE_FAULTS = {CHECK_WRONG: "check byte wrong", LENGTH_WRONG: "length wrong", UNKNOWN_COMMAND: "unknown command"}
_READER_FAULTS = {0x60: "self-test failed", 0x66: "not authorised"}
_CARD_REASONS = {
    0x24: "unknown",
    0x31: "refused",  # the card does not trust this reader's SAM
    0x32: "not_genuine",  # the SAM does not trust this card
    0x33: "not_genuine",
    0x40: "wrong_kind",
    READ_FAILED: "read_failed",
    0x47: "read_failed",
    FIND_FAILED: "read_failed",
    SELECT_FAILED: "read_failed",
    NO_CONTENT: "empty",
}

TRANSIENT = frozenset({0x24, READ_FAILED, 0x47, FIND_FAILED, SELECT_FAILED})
"""A card that moved gives these: trying once more is worth it."""


def error_of(device: str, command: Command, sw3: int) -> DeviceError:
    """The error that a status byte stands for.

    Reasons of CardUnreadable: unknown, refused, not_genuine, wrong_kind, read_failed, empty.
    """
    detail = f"{command.name} answered {sw3:02X}"
    if sw3 in _CARD_REASONS:
        return CardUnreadable(device, detail, reason=_CARD_REASONS[sw3])
    if sw3 in _READER_FAULTS:
        return DeviceAbsent(device, f"{detail}: {_READER_FAULTS[sw3]}")
    return DeviceGarbled(device, f"{detail}: {_LINE_FAULTS.get(sw3, 'no such status')}")


@dataclass(frozen=True, repr=False)
class CardBlocks:
    """What 30 01 brings: 256 bytes of text and the opaque photo."""

    text: bytes
    photo: bytes


def card_blocks(device: str, data: bytes) -> CardBlocks:
    """Raises DeviceGarbled when the lengths inside do not fit."""
    text_length = int.from_bytes(data[0:2], "big")
    photo_length = int.from_bytes(data[2:4], "big")
    if text_length != 256 or len(data) != 4 + text_length + photo_length:
        raise DeviceGarbled(device, f"read: lengths {text_length}+{photo_length} in {len(data)} bytes")
    return CardBlocks(text=data[4:260], photo=data[260:])


def sam_number(device: str, data: bytes) -> str:
    """The module's number as printed on its label, `nn.nn-date-serial-serial`. Raises DeviceGarbled."""
    if len(data) != 16:
        raise DeviceGarbled(device, f"sam number of {len(data)} bytes")
    maker, model = (int.from_bytes(data[at : at + 2], "little") for at in (0, 2))
    made, first, second = (int.from_bytes(data[at : at + 4], "little") for at in (4, 8, 12))
    return f"{maker:02d}.{model:02d}-{made:08d}-{first:010d}-{second:010d}"
