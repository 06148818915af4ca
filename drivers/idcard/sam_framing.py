"""Frames of the SAM reader: pure functions over bytes, no input or output.

Request  AA AA AA 96 69 | length (2) | command, parameter, data | check
Reply    AA AA AA 96 69 | length (2) | SW1 SW2 SW3, data        | check

The length is high byte first and counts everything after itself. The check byte is the exclusive-or of everything
from the length to the byte before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from operator import xor
from typing import TypeAlias

PREAMBLE = bytes.fromhex("AAAAAA9669")
MAX_FRAME_BYTES = 8 * 1024
"""No reply of any known module comes near it (the longest has 2,321 bytes): more is noise."""

_HEAD = len(PREAMBLE) + 2
_SHORTEST_BODY = 4  # three status bytes and the check


@dataclass(frozen=True)
class Reply:
    """A whole reply whose check byte was right. SW1 and SW2 are always 0 on known modules."""

    sw1: int
    sw2: int
    sw3: int
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Whole:
    reply: Reply
    rest: bytes = field(repr=False)


@dataclass(frozen=True)
class Incomplete:
    """Nothing whole yet. `keep` is what must stand before the bytes that come next; junk is already gone."""

    keep: bytes = field(repr=False)


@dataclass(frozen=True)
class Broken:
    """A preamble was followed by nonsense. `rest` starts right after it: a good frame may begin inside."""

    fault: str
    rest: bytes = field(repr=False)


Taken: TypeAlias = Whole | Incomplete | Broken


def check_byte(covered: bytes) -> int:
    return reduce(xor, covered, 0)


def request(command: int, parameter: int, data: bytes = b"") -> bytes:
    return _frame(bytes((command, parameter)) + data)


def reply(sw3: int, data: bytes = b"") -> bytes:
    """The frame a reader sends; used by the emulator and by tests."""
    return _frame(bytes((0, 0, sw3)) + data)


def take(buffer: bytes) -> Taken:
    """Take the first reply out of what has been received so far, skipping junk before its preamble."""
    start = buffer.find(PREAMBLE)
    if start < 0:
        return Incomplete(_possible_start(buffer))
    after_preamble = buffer[start + len(PREAMBLE) :]
    if len(after_preamble) < 2:
        return Incomplete(buffer[start:])
    length = int.from_bytes(after_preamble[:2], "big")
    if not _SHORTEST_BODY <= length <= MAX_FRAME_BYTES - _HEAD:
        return Broken(f"length {length}", after_preamble)
    if len(after_preamble) < 2 + length:
        return Incomplete(buffer[start:])
    covered, check = after_preamble[: 1 + length], after_preamble[1 + length]
    if check_byte(covered) != check:
        return Broken("check byte", after_preamble)
    body = covered[2:]
    return Whole(Reply(body[0], body[1], body[2], body[3:]), after_preamble[2 + length :])


def _frame(body: bytes) -> bytes:
    covered = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + covered + bytes((check_byte(covered),))


def _possible_start(buffer: bytes) -> bytes:
    """The longest end of `buffer` that could be the beginning of a preamble."""
    for size in range(min(len(PREAMBLE) - 1, len(buffer)), 0, -1):
        if PREAMBLE.startswith(buffer[-size:]):
            return buffer[-size:]
    return b""
