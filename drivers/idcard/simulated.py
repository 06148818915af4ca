"""A reader that looks at the bench instead of a wire: for training, demonstration and journeys in tests."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from drivers.bench import Bench
from drivers.errors import CardRemoved, CardUnreadable, DeviceAbsent, DeviceGarbled
from drivers.idcard.patience import Patience
from drivers.protocols import CardData, ReaderOut, ReaderReady, ReaderStatus, ReadStage

DEVICE = "simulated reader"
GARBLED = "garbled"
"""As `Bench.card_unreadable`: the reader itself answers nonsense."""

POLL_S = 0.02


class SimulatedIdCardReader:
    """`IdCardReader` on a bench. `reading_s` is how long a card must lie still to be read."""

    def __init__(self, *, bench: Bench, reading_s: float = 0.3) -> None:
        self._bench = bench
        self._reading_s = reading_s
        self._card_read: CardData | None = None  # and not seen lifted since

    def status(self) -> ReaderStatus:
        return ReaderReady() if self._bench.reader_plugged else ReaderOut(f"{DEVICE}: unplugged")

    def read(self, *, timeout_s: float, cancel: Event, on_stage: Callable[[ReadStage], None]) -> CardData:
        patience = Patience(DEVICE, timeout_s=timeout_s, cancel=cancel)
        patience.check()
        told = None
        while (stage := self._look()) is not ReadStage.READING:
            if stage is not told:
                on_stage(stage)
                told = stage
            patience.pause(POLL_S)
        card, reason = self._bench.card, self._bench.card_unreadable
        on_stage(ReadStage.READING)
        patience.allow(2 * self._reading_s)
        self._hold_still(card, patience)
        if reason == GARBLED:
            raise DeviceGarbled(DEVICE, "told to by the bench")
        if reason or card is None:
            raise CardUnreadable(DEVICE, "told to by the bench", reason=reason or "read_failed")
        self._card_read = card
        return card

    def close(self) -> None:
        self._card_read = None

    def _look(self) -> ReadStage:
        self._check_plugged()
        card = self._bench.card
        if card is not self._card_read:
            self._card_read = None
        if card is not None and card is self._card_read:
            return ReadStage.LIFT_CARD
        return ReadStage.READING if card is not None or self._bench.card_unreadable else ReadStage.WAITING

    def _hold_still(self, card: CardData | None, patience: Patience) -> None:
        reading = Patience(DEVICE, timeout_s=self._reading_s, cancel=Event())
        while True:
            self._check_plugged()
            if self._bench.card is not card:
                raise CardRemoved(DEVICE, "the card left the bench")
            if reading.left_s == 0:
                return
            patience.pause(min(POLL_S, reading.left_s))

    def _check_plugged(self) -> None:
        if not self._bench.reader_plugged:
            raise DeviceAbsent(DEVICE, "unplugged")
