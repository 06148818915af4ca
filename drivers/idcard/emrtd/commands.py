"""The commands that travel documents know (ICAO 9303-10 and -11), and how they are asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from drivers.idcard import apdu
from drivers.idcard.apdu import Answer, AnswerBroken, Transmit
from drivers.idcard.emrtd import tlv

APPLICATION = bytes.fromhex("A0000002471001")

END_OF_FILE = 0x6282
WRONG_LENGTH = 0x6C00
"""The lower byte says how many bytes there are."""

ANY_SHORT = 256

Ask: TypeAlias = Callable[["Command"], Answer]
"""One command, plain or under secure messaging. Raises AnswerBroken and what the transport raises."""

Random: TypeAlias = Callable[[int], bytes]
"""So many random bytes."""


class Refused(Exception):
    """The document said no. `doing` says to what; holds no content."""

    def __init__(self, doing: str, status: int) -> None:
        super().__init__(f"{doing}: {status:04X}")
        self.status = status


class WrongPassword(Refused):
    """The document does not know the key that was presented."""


@dataclass(frozen=True)
class Command:
    """`expected` is how many bytes of answer are asked for, None for none."""

    ins: int
    p1: int
    p2: int
    data: bytes = field(default=b"", repr=False)
    expected: int | None = None
    cla: int = 0x00

    def encode(self, *, is_extended: bool = False) -> bytes:
        """ISO 7816-4, 5.1. Lengths are written the long way where the short way does not do."""
        is_extended = is_extended or len(self.data) > 0xFF or (self.expected or 0) > ANY_SHORT
        size = 2 if is_extended else 1
        encoded = bytes((self.cla, self.ins, self.p1, self.p2)) + (b"\0" if is_extended else b"")
        if self.data:
            encoded += len(self.data).to_bytes(size, "big") + self.data
        if self.expected is not None:
            encoded += (self.expected % (1 << 8 * size)).to_bytes(size, "big")
        return encoded


class Channel(Protocol):
    def ask(self, command: Command) -> Answer: ...


class PlainChannel:
    """Commands as they are."""

    def __init__(self, transmit: Transmit) -> None:
        self._transmit = transmit

    def ask(self, command: Command) -> Answer:
        return exchange(self._transmit, command.encode())


def exchange(transmit: Transmit, command: bytes) -> Answer:
    """Send, and fetch the rest where the transport gives an answer in pieces (61xx). Raises AnswerBroken."""
    collected = b""
    for _ in range(64):
        answer = transmit(command)
        if len(answer) < 2:
            raise AnswerBroken(f"answer of {len(answer)} bytes")
        collected += answer[:-2]
        if answer[-2] != 0x61:
            return Answer(status=int.from_bytes(answer[-2:], "big"), data=collected)
        command = bytes((0x00, 0xC0, 0x00, 0x00, answer[-1]))
    raise AnswerBroken("the card asks for more without end")


def demand(answer: Answer, doing: str) -> bytes:
    """Raises Refused unless all went well."""
    if answer.status != apdu.OK:
        raise Refused(doing, answer.status)
    return answer.data


def select_application() -> Command:
    return Command(0xA4, 0x04, 0x0C, APPLICATION)


def select_file(file: int) -> Command:
    return Command(0xA4, 0x02, 0x0C, file.to_bytes(2, "big"))


def read_by_short_id(short_id: int, *, expected: int) -> Command:
    """Selects the file as well."""
    return Command(0xB0, 0x80 | short_id, 0x00, expected=expected)


def read_on(offset: int, *, expected: int) -> Command:
    """From the selected file, within its first 32 KiB."""
    return Command(0xB0, offset >> 8, offset & 0xFF, expected=expected)


def read_far_on(offset: int, *, expected: int) -> Command:
    """From the selected file at any offset: its answer comes wrapped in an object 53."""
    return Command(0xB1, 0x00, 0x00, tlv.encode(0x54, offset.to_bytes(3, "big")), expected=expected)


def get_challenge() -> Command:
    return Command(0x84, 0x00, 0x00, expected=8)


def external_authenticate(data: bytes) -> Command:
    return Command(0x82, 0x00, 0x00, data, expected=len(data))


def internal_authenticate(challenge: bytes, *, expected: int) -> Command:
    return Command(0x88, 0x00, 0x00, challenge, expected=expected)


def set_template(p1: int, p2: int, *objects: tuple[int, bytes]) -> Command:
    """MANAGE SECURITY ENVIRONMENT."""
    return Command(0x22, p1, p2, b"".join(tlv.encode(tag, value) for tag, value in objects))


def general_authenticate(*objects: tuple[int, bytes], is_last: bool) -> Command:
    data = tlv.encode(0x7C, b"".join(tlv.encode(tag, value) for tag, value in objects))
    return Command(0x86, 0x00, 0x00, data, expected=ANY_SHORT, cla=0x00 if is_last else 0x10)
