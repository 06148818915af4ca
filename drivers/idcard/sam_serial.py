"""Driver of the SAM identity card reader on a serial line.

Sources: the SAM_V description and the published code of four makers of readers and libraries. Layers: `serial_line`
(bytes), `sam_framing` (frames), `sam_commands` and `sam_text` (meaning); this file is the reader's behaviour.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from threading import Event
from typing import TypeVar

from drivers.errors import CardRemoved, DeviceAbsent, DeviceError, DeviceGarbled
from drivers.idcard import sam_commands, sam_framing, sam_text
from drivers.idcard.patience import Patience
from drivers.idcard.photo import PhotoDecoder, Portrait
from drivers.idcard.sam_commands import Command
from drivers.idcard.sam_framing import Broken, Incomplete, Reply, Whole
from drivers.idcard.serial_line import SerialLine
from drivers.protocols import CardData, ReaderOut, ReaderReady, ReaderStatus, ReadStage

DEVICE = "sam_serial"

POLL_S = 0.2
READING_LIMIT_S = 5.0
BYTE_GAP_S = 0.8  # a maker allows this much silence inside one reply
ERRORS_BEFORE_REOPEN = 3
STATUS_LIMIT_S = 5.0


Result = TypeVar("Result")


class SamSerialReader:
    """`IdCardReader` over a serial port (115200 8N1 unless told otherwise).

    The port is opened at the first call and held for this program alone until `close`, or until the reader is found
    absent; the next call then opens it again. Not for two threads at once.
    """

    def __init__(
        self,
        *,
        port: str,
        baud: int = 115200,
        photo_decoder: str = "",
        photo_timeout_s: float = 2.0,
        photo_memory_mb: int = 512,
    ) -> None:
        """`photo_decoder`: command line of a plug-in, see `drivers.idcard.photo`. Raises ValueError for a wrong one."""
        self._photo = PhotoDecoder(photo_decoder, photo_timeout_s, photo_memory_mb)
        self._line = SerialLine(DEVICE, port, baud)
        self._serial = ""
        self._receive_errors = 0
        self._line_is_quiet = True
        self._answer_due_s = 0.0  # monotonic; an answer begins, or goes on, before then
        self._card_was_read = False
        self._has_appended_address = True

    def status(self) -> ReaderStatus:
        patience = Patience(DEVICE, timeout_s=STATUS_LIMIT_S, cancel=Event())
        try:
            self._with_port(patience, lambda: self._check_status(patience))
        except DeviceError as error:
            self._line.close()
            return ReaderOut(str(error))
        return ReaderReady(self._serial)

    def read(self, *, timeout_s: float, cancel: Event, on_stage: Callable[[ReadStage], None]) -> CardData:
        patience = Patience(DEVICE, timeout_s=timeout_s, cancel=cancel)
        patience.check()

        def wait_and_read() -> CardData:
            self._wait_for_card(patience, on_stage)
            return self._read_card(patience)

        return self._with_port(patience, wait_and_read)

    def portrait(self, card: CardData) -> Portrait:
        """The photo of a card, where a plug-in can open it. Asks the plug-in, not the device: any thread may call."""
        return self._photo.decode(card.photo)

    def close(self) -> None:
        self._line.close()

    # --- the card -------------------------------------------------------------------------------------------------

    def _wait_for_card(self, patience: Patience, on_stage: Callable[[ReadStage], None]) -> None:
        told = None
        while not self._find(patience):
            stage = ReadStage.LIFT_CARD if self._read_card_lies_there(patience) else ReadStage.WAITING
            if stage is not told:
                on_stage(stage)
                told = stage
            patience.pause(POLL_S)
        on_stage(ReadStage.READING)
        patience.allow(READING_LIMIT_S)

    def _find(self, patience: Patience) -> bool:
        reply = self._ask(sam_commands.FIND, patience)
        if reply.sw3 == sam_commands.FIND_FAILED:
            return False
        if reply.sw3 != sam_commands.FOUND:
            raise sam_commands.error_of(DEVICE, sam_commands.FIND, reply.sw3)
        self._card_was_read = False
        return True

    def _read_card_lies_there(self, patience: Patience) -> bool:
        """Find is silent about a card already read, as about no card. A card that is there still tells whether it
        has an appended address; that is the least that can be asked of it."""
        if self._card_was_read:
            reply = self._ask(sam_commands.APPENDED_ADDRESS, patience)
            self._card_was_read = reply.sw3 in (sam_commands.DONE, sam_commands.NO_CONTENT)
        return self._card_was_read

    def _read_card(self, patience: Patience) -> CardData:
        reply = self._select_and_read(patience)
        if reply.sw3 in sam_commands.TRANSIENT:
            if not self._find(patience):
                raise CardRemoved(DEVICE, f"read answered {reply.sw3:02X}, then no card")
            reply = self._select_and_read(patience)
        if reply.sw3 != sam_commands.DONE:
            raise sam_commands.error_of(DEVICE, sam_commands.READ, reply.sw3)
        blocks = sam_commands.card_blocks(DEVICE, reply.data)
        card = sam_text.card_data(blocks.text, device=DEVICE, photo=blocks.photo, reader_serial=self._serial)
        newer_address = self._appended_address(patience)
        return replace(card, address=newer_address) if newer_address else card

    def _select_and_read(self, patience: Patience) -> Reply:
        # A refused selection is not the last word: some modules refuse it and read all the same.
        self._ask(sam_commands.SELECT, patience)
        self._card_was_read = True  # even if its reply never reaches us
        return self._ask(sam_commands.READ, patience)

    def _appended_address(self, patience: Patience) -> str:
        """The newer address of a holder who has moved, "" when there is none or the module cannot tell."""
        if not self._has_appended_address:
            return ""
        reply = self._ask(sam_commands.APPENDED_ADDRESS, patience)
        self._has_appended_address = reply.sw3 != sam_commands.UNKNOWN_COMMAND
        return sam_text.appended_address(reply.data, device=DEVICE) if reply.sw3 == sam_commands.DONE else ""

    def _check_status(self, patience: Patience) -> None:
        reply = self._ask(sam_commands.STATUS, patience)
        if reply.sw3 != sam_commands.DONE:
            raise sam_commands.error_of(DEVICE, sam_commands.STATUS, reply.sw3)

    # --- the line -------------------------------------------------------------------------------------------------

    def _with_port(self, patience: Patience, work: Callable[[], Result]) -> Result:
        """Do `work` with the port open. A port held since an earlier call may have been unplugged and be back by now:
        then open it once more. Closed when the reader is absent."""
        if self._line.is_open:
            try:
                return work()
            except DeviceAbsent:
                self._line.close()
        self._open(patience)
        try:
            return work()
        except DeviceAbsent:
            self._line.close()
            raise

    def _open(self, patience: Patience) -> None:
        self._line.open()
        self._receive_errors = 0
        self._line_is_quiet = False
        self._answer_due_s = 0.0
        try:
            reply = self._ask(sam_commands.SAM_NUMBER, patience)
            if reply.sw3 != sam_commands.DONE:
                raise sam_commands.error_of(DEVICE, sam_commands.SAM_NUMBER, reply.sw3)
            self._serial = sam_commands.sam_number(DEVICE, reply.data)
        except DeviceError:
            self._line.close()  # a port without a proven reader behind it is not held
            raise

    def _ask(self, command: Command, patience: Patience) -> Reply:
        """Send until a whole reply comes. Three receive errors in a row reopen the port, as the maker does; three more
        raise: DeviceAbsent for silence, DeviceGarbled for noise."""
        while True:
            try:
                reply = self._exchange(command, patience)
            except (DeviceGarbled, _NoAnswer) as error:
                self._receive_errors += 1
                if self._receive_errors == ERRORS_BEFORE_REOPEN:
                    self._line.close()
                    self._line.open()
                elif self._receive_errors == 2 * ERRORS_BEFORE_REOPEN:
                    self._receive_errors = 0
                    if isinstance(error, _NoAnswer):
                        raise DeviceAbsent(DEVICE, error.detail) from error
                    raise
            else:
                self._receive_errors = 0
                return reply

    def _exchange(self, command: Command, patience: Patience) -> Reply:
        self._quieten(patience)
        self._line_is_quiet = False
        self._line.send(command.frame)
        reply = self._receive(command, patience)
        self._line_is_quiet = True
        return reply

    def _receive(self, command: Command, patience: Patience) -> Reply:
        buffer, received, fault = b"", 0, ""
        self._answer_due_s = time.monotonic() + command.wait_s
        while True:
            patience.check()
            chunk = self._line.receive()
            if not chunk:
                if fault and not buffer:
                    self._answer_due_s = 0.0
                    raise DeviceGarbled(DEVICE, f"{command.name}: {fault}")
                if time.monotonic() >= self._answer_due_s:
                    if received:
                        raise DeviceGarbled(DEVICE, f"{command.name}: cut off after {received} bytes")
                    raise _NoAnswer(DEVICE, f"{command.name}: no answer")
                continue
            self._answer_due_s = time.monotonic() + BYTE_GAP_S
            received += len(chunk)
            if received > sam_framing.MAX_FRAME_BYTES:
                raise DeviceGarbled(DEVICE, f"{command.name}: {received} bytes without a reply")
            match _first_reply(buffer + chunk):
                case Reply() as reply:
                    return reply
                case (buffer, seen):
                    fault = seen or fault

    def _quieten(self, patience: Patience) -> None:
        """Wait out the answer to a question that was given up: taken for the next one it could be another's card."""
        if not self._line_is_quiet:
            heard = False
            while (chunk := self._line.receive()) or (not heard and time.monotonic() < self._answer_due_s):
                heard = heard or bool(chunk)
                patience.check()
        self._line.drop_input()


class _NoAnswer(DeviceError):
    """Nothing at all came back."""


def _first_reply(buffer: bytes) -> Reply | tuple[bytes, str]:
    """The first whole reply, or what to keep of the buffer and the last fault seen in it."""
    fault = ""
    while True:
        match sam_framing.take(buffer):
            case Whole(reply, _):
                return reply
            case Broken(seen, rest):
                fault, buffer = seen, rest
            case Incomplete(keep):
                return keep, fault
