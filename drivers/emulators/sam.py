"""An emulated SAM reader: the device's own bytes on a pseudo-terminal, at the speed of its line.

Commands: status, SAM number, find, select, read text and photo, appended address. A card that has been read is not
found again until it is lifted, as with the real module. It can be told to misbehave.
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
import tty
from dataclasses import dataclass, field, replace
from pathlib import Path

from drivers.emulators.cards import EmulatedCard
from drivers.idcard import sam_commands, sam_framing
from drivers.idcard.sam_commands import Command

SAM_NUMBER = bytes.fromhex("0500 0300 0f2f3401 4e61bc00 15cd5b07")
"""Printed 05.03-20197135-0012345678-0123456789: an invented module."""

_CHUNK = 64
_BITS_PER_BYTE = 10  # 8N1


@dataclass(frozen=True)
class Misbehaviour:
    """What goes wrong with the next `times` answers to `command` (None = to anything). One or more of the faults."""

    command: Command | None = None
    times: int = 1
    wrong_check: bool = False
    cut_at: int | None = None  # the answer stops after so many bytes, silence follows
    junk: bytes = field(default=b"", repr=False)  # comes before the answer
    silent: bool = False
    sw3: int | None = None  # this status instead of the answer
    lift_card: bool = False  # the card is pulled while the module reads it
    unplug_at: int | None = None  # the port goes away after so many bytes


class SamEmulator:
    """Holds the far end of the line. `link` is the stable name of the port (as udev would give it).

    `reading_s` is what the module spends on the air before it answers a read; 0 by default, so that a read takes only
    the line's time. Every method may be called from any thread.
    """

    def __init__(self, link: Path, *, baud: int = 115200, reading_s: float = 0.0) -> None:
        self.link = link
        self.requests: list[bytes] = []
        self._bytes_per_s = baud / _BITS_PER_BYTE
        self._reading_s = reading_s
        self._lock = threading.Lock()
        self._card: EmulatedCard | None = None
        self._selected = False
        self._was_read = False
        self._misbehaviours: list[Misbehaviour] = []
        self._plugged: _Plugged | None = None

    # --- the world's hands --------------------------------------------------------------------------------------

    def plug(self) -> None:
        """Make the port appear under `link`."""
        if self._plugged is None:
            self._plugged = _Plugged(self, self.link)

    def unplug(self) -> None:
        """Make the port disappear. May be called twice."""
        plugged, self._plugged = self._plugged, None
        if plugged is not None:
            plugged.end()

    def lay(self, card: EmulatedCard) -> None:
        with self._lock:
            self._card, self._selected, self._was_read = card, False, False

    def lift(self) -> None:
        with self._lock:
            self._card, self._selected, self._was_read = None, False, False

    def misbehave(self, misbehaviour: Misbehaviour) -> None:
        with self._lock:
            self._misbehaviours.append(misbehaviour)

    def behave(self) -> None:
        with self._lock:
            self._misbehaviours.clear()

    # --- the module ---------------------------------------------------------------------------------------------

    def answer(self, request: bytes) -> tuple[bytes, Misbehaviour]:
        """The answer's bytes and what else is to go wrong while they are sent."""
        self.requests.append(request)
        fault = self._next_fault(request)
        if fault.lift_card:
            self.lift()
        if request == sam_commands.READ.frame and self._reading_s:
            time.sleep(self._reading_s)
        frame = self._answer(request) if fault.sw3 is None else sam_framing.reply(fault.sw3)
        if fault.wrong_check:
            frame = frame[:-1] + bytes((frame[-1] ^ 0x01,))
        if fault.cut_at is not None:
            frame = frame[: fault.cut_at]
        return b"" if fault.silent else fault.junk + frame, fault

    def pace(self, size: int, begun_s: float) -> None:
        """Sleep until `size` bytes have passed on the line since `begun_s`."""
        left = begun_s + size / self._bytes_per_s - time.monotonic()
        if left > 0:
            time.sleep(left)

    def _next_fault(self, request: bytes) -> Misbehaviour:
        with self._lock:
            for at, one in enumerate(self._misbehaviours):
                if one.command is None or one.command.frame == request:
                    left = replace(one, times=one.times - 1)
                    self._misbehaviours[at : at + 1] = [left] if left.times > 0 else []
                    return one
        return Misbehaviour()

    def _answer(self, request: bytes) -> bytes:
        with self._lock:
            card = self._card
            match request:
                case sam_commands.STATUS.frame:
                    return sam_framing.reply(sam_commands.DONE)
                case sam_commands.SAM_NUMBER.frame:
                    return sam_framing.reply(sam_commands.DONE, SAM_NUMBER)
                case sam_commands.FIND.frame:
                    if card is None or self._was_read:
                        return sam_framing.reply(sam_commands.FIND_FAILED)
                    return sam_framing.reply(sam_commands.FOUND, bytes(4))
                case sam_commands.SELECT.frame:
                    if card is None or self._was_read:
                        return sam_framing.reply(sam_commands.SELECT_FAILED)
                    self._selected = True
                    return sam_framing.reply(sam_commands.DONE, bytes(8))
                case sam_commands.READ.frame:
                    if card is None or not self._selected:
                        return sam_framing.reply(sam_commands.READ_FAILED)
                    self._was_read = True
                    lengths = len(card.text).to_bytes(2, "big") + len(card.photo).to_bytes(2, "big")
                    return sam_framing.reply(sam_commands.DONE, lengths + card.text + card.photo)
                case sam_commands.APPENDED_ADDRESS.frame:
                    if card is None or not self._selected:
                        return sam_framing.reply(sam_commands.READ_FAILED)
                    if not card.appended_address:
                        return sam_framing.reply(sam_commands.NO_CONTENT)
                    return sam_framing.reply(sam_commands.DONE, card.appended_address)
        return sam_framing.reply(_complaint(request))


class _Plugged:
    """One life of the port: from plugging in to unplugging."""

    def __init__(self, module: SamEmulator, link: Path) -> None:
        self._module = module
        self._link = link
        self._master, self._slave = os.openpty()
        tty.setraw(self._master)
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._wake_read, self._wake_write = os.pipe()
        unfinished = link.with_name(f".{link.name}.new")
        unfinished.unlink(missing_ok=True)
        unfinished.symlink_to(os.ttyname(self._slave))
        unfinished.replace(link)
        self._thread = threading.Thread(target=self._serve, name="sam-emulator", daemon=True)
        self._thread.start()

    def end(self) -> None:
        with contextlib.suppress(OSError):
            os.write(self._wake_write, b"x")
        self._thread.join()
        os.close(self._wake_write)

    def _serve(self) -> None:
        try:
            self._answer_requests()
        finally:
            self._link.unlink(missing_ok=True)
            for descriptor in (self._slave, self._master, self._wake_read):
                os.close(descriptor)

    def _answer_requests(self) -> None:
        buffer = b""
        while True:
            readable, _, _ = select.select([self._master, self._wake_read], [], [])
            if self._wake_read in readable:
                return
            arrived_s = time.monotonic()
            chunk = os.read(self._master, 4096)
            self._module.pace(len(chunk), arrived_s)
            buffer += chunk
            while (request := _first_request(buffer)) is not None:
                buffer = buffer[buffer.find(request) + len(request) :]
                frame, fault = self._module.answer(request)
                if not self._send(frame, fault):
                    return

    def _send(self, frame: bytes, fault: Misbehaviour) -> bool:
        """False when the port is to go away."""
        if fault.unplug_at is not None:
            frame = frame[: fault.unplug_at]
        begun_s = time.monotonic()
        for sent in range(0, len(frame), _CHUNK):
            chunk = frame[sent : sent + _CHUNK]
            self._module.pace(sent + len(chunk), begun_s)
            if select.select([self._wake_read], [], [], 0)[0]:
                return False
            with contextlib.suppress(BlockingIOError):  # nobody reads: a real line drops the bytes, too
                os.write(self._master, chunk)
        return fault.unplug_at is None


def _first_request(buffer: bytes) -> bytes | None:
    """The first frame by its length; its check byte is judged by the module."""
    start = buffer.find(sam_framing.PREAMBLE)
    if start < 0 or len(buffer) < start + 7:
        return None
    end = start + 7 + int.from_bytes(buffer[start + 5 : start + 7], "big")
    return buffer[start:end] if len(buffer) >= end else None


def _complaint(request: bytes) -> int:
    if sam_framing.check_byte(request[5:-1]) != request[-1]:
        return sam_commands.CHECK_WRONG
    return sam_commands.UNKNOWN_COMMAND
