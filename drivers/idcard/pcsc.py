"""Driver of contact cards behind pcscd: reads a social security card (社会保障卡)."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from threading import Event

from drivers.errors import CardUnreadable, DeviceAbsent, DeviceError
from drivers.idcard import social_security
from drivers.idcard.apdu import Transmit
from drivers.idcard.patience import Patience
from drivers.idcard.pcsc_transport import NotTransacted, PcscContext, Slot
from drivers.protocols import CardData, ReaderOut, ReaderReady, ReaderStatus, ReadStage

DEVICE = "pcsc"

SLICE_S = 0.2
READING_LIMIT_S = 5.0


class PcscReader:
    """`IdCardReader` over every reader of pcscd whose name contains `reader`.

    Outlives a restart of pcscd: while a read waits, pcscd or the reader may be away for `outage_s`. A slow card is
    asked one command at a time; cancel and time limit are looked at between commands. Not for two threads at once.
    """

    _reading_limit_s = READING_LIMIT_S

    def __init__(self, *, reader: str = "", socket: str = "", outage_s: float = 5.0) -> None:
        """`socket`: pcscd's unix socket, "" for the system's. Must be told before anything else uses pyscard."""
        self._reader = reader
        self._socket = socket
        self._outage_s = outage_s
        self._context: PcscContext | None = None
        self._card_read: tuple[str, int] | None = None  # reader and event of the card read last

    def status(self) -> ReaderStatus:
        try:
            self._fresh_context().slots(self._reader)
        except DeviceError as error:
            return ReaderOut(str(error))
        return ReaderReady()

    def read(self, *, timeout_s: float, cancel: Event, on_stage: Callable[[ReadStage], None]) -> CardData:
        patience = Patience(DEVICE, timeout_s=timeout_s, cancel=cancel)
        patience.check()
        tell = _OnChange(on_stage)
        context = self._fresh_context()
        context.slots(self._reader)  # a reader that was never there is no outage to wait for
        while True:
            try:
                return self._wait_and_read(context, patience, tell)
            except DeviceAbsent as error:
                context = self._context_after_outage(patience, error)

    def close(self) -> None:
        context, self._context = self._context, None
        if context is not None:
            context.close()

    def _wait_and_read(self, context: PcscContext, patience: Patience, tell: _OnChange) -> CardData:
        while True:
            slots = context.slots(self._reader)
            laid = [slot for slot in slots if slot.has_card]
            fresh = [slot for slot in laid if (slot.reader, slot.event) != self._card_read]
            if fresh:
                tell(ReadStage.READING)
                patience.allow(self._reading_limit_s)
                return self._read_card(context, fresh[0], patience)
            tell(ReadStage.LIFT_CARD if laid else ReadStage.WAITING)
            patience.check()
            context.wait(slots, timeout_s=min(SLICE_S, patience.left_s))
            patience.check()

    def _read_card(self, context: PcscContext, slot: Slot, patience: Patience) -> CardData:
        if slot.is_mute:
            raise CardUnreadable(DEVICE, "the card does not answer", reason="mute")
        data = self._converse(context, slot, patience)
        self._card_read = (slot.reader, slot.event)
        return data

    def _converse(self, context: PcscContext, slot: Slot, patience: Patience) -> CardData:
        with context.connect(slot) as card:

            def transmit(command: bytes) -> bytes:
                patience.check()
                return card.transmit(command)

            try:
                return self._read_application(transmit)
            except NotTransacted:
                card.power_anew()
                return self._read_application(transmit)

    def _read_application(self, transmit: Transmit) -> CardData:
        """One conversation with a card, from its first command."""
        return social_security.read_card(transmit, device=DEVICE)

    def _fresh_context(self) -> PcscContext:
        """The context, renewed if pcscd has been restarted since. Raises DeviceAbsent."""
        if self._context is not None:
            with contextlib.suppress(DeviceAbsent):
                self._context.slots(self._reader)
                return self._context
            self.close()
            self._card_read = None  # events are counted from 0 again
        self._context = PcscContext(DEVICE, socket=self._socket)
        return self._context

    def _context_after_outage(self, patience: Patience, error: DeviceAbsent) -> PcscContext:
        """Raises `error` when the outage lasts too long, and whatever `patience` raises."""
        end_s = time.monotonic() + self._outage_s
        while time.monotonic() < end_s:
            patience.pause(SLICE_S)
            with contextlib.suppress(DeviceAbsent):
                context = self._fresh_context()
                context.slots(self._reader)
                return context
        self.close()
        raise error


class _OnChange:
    """Tells a stage only when it differs from the one told before."""

    def __init__(self, on_stage: Callable[[ReadStage], None]) -> None:
        self._on_stage = on_stage
        self._told: ReadStage | None = None

    def __call__(self, stage: ReadStage) -> None:
        if stage is not self._told:
            self._told = stage
            self._on_stage(stage)
