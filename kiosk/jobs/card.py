"""Card lane: read one card on whichever reader it is laid."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from drivers.errors import Cancelled, DeviceAbsent, DeviceBusy, DeviceError, DeviceTimeout
from drivers.protocols import CardData, IdCardReader, ReadStage
from kiosk.events import CardRead, CardStage, Failed, News
from kiosk.identity import method_of, strength_of
from kiosk.lanes import Job, Tell
from kiosk.problems import Problem, of_card_error

READ_S = 30.0
"""So long one read waits for a card before it is asked anew."""
AGAIN_S = 2.0
"""So long a reader that is not there is left alone while another one waits for a card."""


def read_card(readers: Sequence[IdCardReader]) -> Job:
    """All readers wait at once; the first that reads a card wins and the others are cancelled.

    A card on two readers at a time (a contactless one often lies in the field of both) fails on the wrong one sooner
    than it is read on the right one: a failure waits for a reader that is still reading.
    """

    def job(cancel: threading.Event, tell: Tell) -> None:
        if not readers:
            tell(Failed(Problem.CARD_READER_OUT))
            return
        race = _Race(readers, cancel, tell)
        others = [
            threading.Thread(target=race.run, args=(place,), name=f"card-{place}", daemon=True)
            for place in range(1, len(readers))
        ]
        for thread in others:
            thread.start()
        race.run(0)
        for thread in others:
            thread.join()
        race.raise_bug()

    return job


class _Race:
    def __init__(self, readers: Sequence[IdCardReader], cancel: threading.Event, tell: Tell) -> None:
        self._readers = readers
        self._cancel = cancel
        self._tell = tell
        self._lock = threading.Lock()
        self._stages: dict[int, ReadStage] = {}
        self._out: set[int] = set()
        self._held: Problem | None = None
        self._bug: Exception | None = None

    def run(self, place: int) -> None:
        """Returns when the race is over or this reader has nothing more to say."""
        try:
            while not self._cancel.is_set() and self._read_once(place):
                pass
        except Exception as bug:  # raised again on the lane, which logs it
            self._bug = bug
            self._end(Failed(Problem.UNEXPECTED))

    def raise_bug(self) -> None:
        if self._bug is not None:
            raise self._bug

    def _read_once(self, place: int) -> bool:
        """Answers whether this reader should wait for a card again."""
        try:
            card = self._readers[place].read(
                timeout_s=READ_S, cancel=self._cancel, on_stage=lambda stage: self._on_stage(place, stage)
            )
        except Cancelled:
            return False
        except DeviceTimeout:
            self._nothing_read(place)
            return True
        except (DeviceAbsent, DeviceBusy):
            self._nothing_read(place)
            self._is_out(place)
            return not self._cancel.wait(AGAIN_S)
        except DeviceError as error:
            self._failed(place, of_card_error(error))
            return False
        self._won(card)
        return False

    def _on_stage(self, place: int, stage: ReadStage) -> None:
        """The stage that says most is shown: a reader that reads, before one that merely waits."""
        with self._lock:
            self._out.discard(place)
            before = self._shown()
            self._stages[place] = stage
            shown = self._shown()
        if shown is not None and shown is not before:
            self._tell(CardStage(shown))

    def _shown(self) -> ReadStage | None:
        stages = self._stages.values()
        return next((stage for stage in _MOST_TELLING_FIRST if stage in stages), None)

    def _won(self, card: CardData) -> None:
        self._end(CardRead(card, method=method_of(card), strength=strength_of(card)))

    def _failed(self, place: int, problem: Problem) -> None:
        with self._lock:
            self._stages.pop(place, None)
            if ReadStage.READING in self._stages.values():
                self._held = problem
                return
        self._end(Failed(problem))

    def _nothing_read(self, place: int) -> None:
        with self._lock:
            self._stages.pop(place, None)
            held = self._held
        if held is not None:
            self._end(Failed(held))

    def _is_out(self, place: int) -> None:
        with self._lock:
            self._out.add(place)
            is_nobody_left = len(self._out) == len(self._readers)
        if is_nobody_left:
            self._end(Failed(Problem.CARD_READER_OUT))

    def _end(self, news: News) -> None:
        """Tell and stop everybody, in this order: what is told after the cancel reaches nobody."""
        with self._lock:
            if not self._cancel.is_set():
                self._tell(news)
                self._cancel.set()


_MOST_TELLING_FIRST = (ReadStage.READING, ReadStage.LIFT_CARD, ReadStage.WAITING)
