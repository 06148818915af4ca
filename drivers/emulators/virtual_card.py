"""A virtual contact card behind the real pcscd: the card's side of vpcd's wire, with a social security application.

Wire: two bytes of length (high first) and a message. One-byte messages: 0 power off, 1 power on, 2 reset (none is
answered), 4 asks for the ATR. Everything else is a command and is answered. To connect is to insert, to close is to
remove.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from drivers.idcard import social_security
from drivers.protocols import CardData

ATR = bytes.fromhex("3B80800101")

_OFF_ON_RESET = (b"\x00", b"\x01", b"\x02")
_GIVE_ATR = b"\x04"


@dataclass(frozen=True)
class Generation:
    """How a generation of social security cards behaves. Orders are record orders, tags are always the same."""

    name: str
    answers_in_two_steps: bool = False  # 61xx, then GET RESPONSE
    wants_exact_length: bool = False  # 6Cxx
    reads_by_tag: bool = True
    has_continued_name: bool = False
    holder_order: tuple[int, ...] = (0x08, 0x09, 0x4E, 0x0A, 0x0B, 0x0D)


FIRST = Generation("first", wants_exact_length=True)
SECOND = Generation(
    "second", answers_in_two_steps=True, reads_by_tag=False, holder_order=(0x09, 0x0D, 0x08, 0x0B, 0x0A)
)
THIRD = Generation("third", has_continued_name=True)
GENERATIONS = (FIRST, SECOND, THIRD)


@dataclass
class SocialSecurityApplication:
    """Answers commands as a card of `holder`. `commands` keeps what was asked."""

    holder: CardData
    generation: Generation = THIRD
    commands: list[bytes] = field(default_factory=list)

    def reset(self) -> None:
        self._file: Sequence[bytes] | None = None
        self._is_selected = False
        self._rest = b""

    def __post_init__(self) -> None:
        self.reset()

    def answer(self, command: bytes) -> bytes:
        self.commands.append(command)
        match command[1]:
            case 0xA4:
                return self._select(command)
            case 0xB2:
                return self._read(command)
            case 0xC0:
                rest, self._rest = self._rest, b""
                return rest + b"\x90\x00" if rest else b"\x69\x85"
        return b"\x6d\x00"

    def _select(self, command: bytes) -> bytes:
        if command[2] == 0x04:
            self._is_selected = command[5 : 5 + command[4]] == social_security.APPLICATION
            return b"\x90\x00" if self._is_selected else b"\x6a\x82"
        file = int.from_bytes(command[5:7], "big")
        files = {social_security.CARD_FILE: self._card_file, social_security.HOLDER_FILE: self._holder_file}
        if not self._is_selected or file not in files:
            return b"\x6a\x82"
        self._file = files[file]()
        return b"\x90\x00"

    def _read(self, command: bytes) -> bytes:
        if self._file is None:
            return b"\x69\x86"
        which, is_by_order, length = command[2], command[3] == 0x04, command[4]
        if not is_by_order and not self.generation.reads_by_tag:
            return b"\x6a\x86"
        records = list(self._file)
        if is_by_order:
            record = records[which - 1] if which <= len(records) else None
        else:
            record = next((one for one in records if one[0] == which), None)
        if record is None:
            return b"\x6a\x83"
        if self.generation.wants_exact_length and length != len(record):
            return bytes((0x6C, len(record)))
        if self.generation.answers_in_two_steps:
            self._rest = record
            return bytes((0x61, len(record)))
        return record + b"\x90\x00"

    def _card_file(self) -> Sequence[bytes]:
        return (
            _record(0x01, bytes.fromhex("610100") + bytes(13)),
            _record(0x03, b"3.00"),
            _record(social_security.ISSUED, _decimal_day(self.holder.valid_from)),
            _record(social_security.VALID_TO, _decimal_day(self.holder.valid_to)),
        )

    def _holder_file(self) -> Sequence[bytes]:
        name = self.holder.name.encode("gb18030")
        values = {
            social_security.NUMBER: self.holder.number.encode("ascii"),
            social_security.NAME: name[:30].ljust(30, b"\0"),
            social_security.SEX: self.holder.sex.value.encode("ascii"),
            social_security.NATION: bytes.fromhex(self.holder.nation),
            social_security.BIRTH: _decimal_day(self.holder.birth),
        }
        if self.generation.has_continued_name:
            values[social_security.NAME_CONTINUED] = name[30:50].ljust(20, b"\0")
        return [_record(tag, values[tag]) for tag in self.generation.holder_order if tag in values]


class ChipApplication(Protocol):
    """What a card's chip does."""

    def reset(self) -> None: ...
    def answer(self, command: bytes) -> bytes: ...


class VirtualCard:
    """A card that can be put into a vpcd slot and taken out again.

    `remove_before`: the card is pulled when the command of that number (from 0) arrives. `delay_s` is spent on each
    command.
    """

    def __init__(
        self,
        application: ChipApplication,
        *,
        remove_before: int | None = None,
        delay_s: float = 0.0,
        atr: bytes = ATR,
    ) -> None:
        self._application = application
        self._remove_before = remove_before
        self._delay_s = delay_s
        self._atr = atr
        self._answered = 0
        self._connection: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def insert(self, port: int, *, timeout_s: float = 5.0) -> None:
        """Into the slot that listens on loopback `port`. Raises ConnectionError when none does within the time."""
        end_s = time.monotonic() + timeout_s
        while True:
            try:
                self._connection = socket.create_connection(("127.0.0.1", port))
                break
            except ConnectionError:
                if time.monotonic() > end_s:
                    raise
                time.sleep(0.02)
        self._thread = threading.Thread(target=self._serve, args=(self._connection,), name="virtual-card", daemon=True)
        self._thread.start()

    def remove(self) -> None:
        """May be called twice. The reader notices within 0.4 s."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            if self._thread is not None:
                self._thread.join()
            connection.close()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                message = _receive_message(connection)
                if message in _OFF_ON_RESET:
                    self._application.reset()
                    continue
                answer = self._atr if message == _GIVE_ATR else self._answer(message)
                if answer is None:
                    connection.shutdown(socket.SHUT_RDWR)
                    return
                connection.sendall(struct.pack(">H", len(answer)) + answer)

    def _answer(self, command: bytes) -> bytes | None:
        if self._answered == self._remove_before:
            return None
        self._answered += 1
        time.sleep(self._delay_s)
        return self._application.answer(command)


def _receive_message(connection: socket.socket) -> bytes:
    (length,) = struct.unpack(">H", _receive(connection, 2))
    return _receive(connection, length)


def _receive(connection: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        # vpcd sends length and message apart: a delayed acknowledgement costs 44 ms each time.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        chunk = connection.recv(size - len(received))
        if not chunk:
            raise EOFError
        received += chunk
    return received


def _record(tag: int, value: bytes) -> bytes:
    return bytes((tag, len(value))) + value


def _decimal_day(day: date | None) -> bytes:
    return bytes.fromhex(f"{day:%Y%m%d}") if day else bytes(4)
