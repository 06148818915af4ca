"""Commands and answers of contact cards after ISO 7816-4, as far as the kiosk needs them. No input or output here:
the caller passes a `Transmit`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

Transmit: TypeAlias = Callable[[bytes], bytes]
"""One command to the card, its answer back with the two status bytes at the end."""

OK = 0x9000
FILE_NOT_FOUND = 0x6A82
RECORD_NOT_FOUND = 0x6A83
DATA_NOT_FOUND = 0x6A88

_MOST_FOLLOW_UPS = 8


class AnswerBroken(ValueError):
    """An answer that ISO 7816 does not allow. The message holds no content of the card."""


@dataclass(frozen=True)
class Answer:
    status: int
    data: bytes = field(repr=False)


def select_application(name: bytes) -> bytes:
    return bytes((0x00, 0xA4, 0x04, 0x00, len(name))) + name


def select_file(file: int, *, selection: int) -> bytes:
    return bytes((0x00, 0xA4, selection, 0x00, 0x02)) + file.to_bytes(2, "big")


def read_record_by_tag(tag: int) -> bytes:
    return bytes((0x00, 0xB2, tag, 0x00, 0x00))


def read_record_by_order(number: int) -> bytes:
    return bytes((0x00, 0xB2, number, 0x04, 0x00))


def ask(transmit: Transmit, command: bytes) -> Answer:
    """Send a command and follow what the card asks for: 61xx (fetch the rest), 6Cxx (repeat with the right length).

    Raises AnswerBroken for an answer without status or a card that never comes to an end.
    """
    collected = b""
    for _ in range(_MOST_FOLLOW_UPS):
        raw = transmit(command)
        if len(raw) < 2:
            raise AnswerBroken(f"answer of {len(raw)} bytes")
        collected += raw[:-2]
        kind, length = raw[-2], raw[-1]
        if kind == 0x61:
            command = bytes((0x00, 0xC0, 0x00, 0x00, length))
        elif kind == 0x6C:
            command = _before_expected_length(command) + bytes((length,))
        else:
            return Answer(status=kind << 8 | length, data=collected)
    raise AnswerBroken("the card asks for more without end")


def _before_expected_length(command: bytes) -> bytes:
    """The command without its Le: what carries data keeps it when the card wants another length."""
    return command[: 5 + command[4]] if len(command) > 5 else command[:4]


def records(data: bytes) -> dict[int, bytes]:
    """Tag -> value of simple one-byte tags and lengths. Zero bytes between them are padding. Raises AnswerBroken."""
    found: dict[int, bytes] = {}
    at = 0
    while at < len(data):
        if data[at] == 0:
            at += 1
            continue
        if at + 2 > len(data) or at + 2 + data[at + 1] > len(data):
            raise AnswerBroken(f"record at {at} is cut off")
        tag, length = data[at], data[at + 1]
        found[tag] = data[at + 2 : at + 2 + length]
        at += 2 + length
    return found
