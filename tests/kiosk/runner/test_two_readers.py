"""Two readers wait for one card: the first that reads wins."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from queue import SimpleQueue

import pytest

from drivers.bench import Bench
from drivers.errors import CardUnreadable, DeviceAbsent, DeviceTimeout
from drivers.idcard.simulated import SimulatedIdCardReader
from drivers.protocols import CardData, CardKind, ReaderReady, ReaderStatus, ReadStage
from kiosk.events import CardRead, CardStage, Failed, FromLane, News
from kiosk.jobs.card import read_card
from kiosk.lanes import Lane
from kiosk.problems import Problem
from tests.kiosk.story import card

PATIENCE_S = 5.0


@dataclass
class Hall:
    """Two readers on two benches, and what the card lane tells."""

    sam: Bench = field(default_factory=Bench)
    pcsc: Bench = field(default_factory=Bench)
    told: SimpleQueue[FromLane] = field(default_factory=SimpleQueue)

    def __post_init__(self) -> None:
        self.lane = Lane("card", self.told.put)

    def asks(self) -> Hall:
        readers = [SimulatedIdCardReader(bench=bench, reading_s=0.02) for bench in (self.sam, self.pcsc)]
        self.lane.start(read_card(readers), session=1, ticket=1)
        return self

    def hears(self, *kinds: type[News]) -> News:
        while True:
            news = self.told.get(timeout=PATIENCE_S).news
            if isinstance(news, kinds):
                return news


@pytest.fixture
def hall() -> Iterator[Hall]:
    made = Hall()
    yield made
    made.lane.close()


def test_the_card_on_either_reader_is_read_and_the_other_reader_stops(hall: Hall) -> None:
    for bench, kind, method in (
        (hall.sam, CardKind.RESIDENT, "sam_card"),
        (hall.pcsc, CardKind.SOCIAL_SECURITY, "pcsc_card"),
    ):
        hall.asks()
        bench.card = card(kind=kind)
        read = hall.hears(CardRead)
        assert isinstance(read, CardRead)
        assert read.method == method
        assert hall.lane.wait_idle(PATIENCE_S)
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("card-")]
        bench.card = None


def test_one_reader_without_a_cable_hinders_nobody(hall: Hall) -> None:
    hall.pcsc.reader_plugged = False
    hall.asks()
    hall.sam.card = card()
    assert isinstance(hall.hears(CardRead, Failed), CardRead)


def test_no_reader_is_there(hall: Hall) -> None:
    hall.sam.reader_plugged = hall.pcsc.reader_plugged = False
    assert hall.asks().hears(CardRead, Failed) == Failed(Problem.CARD_READER_OUT)
    assert hall.lane.wait_idle(PATIENCE_S)


def test_cancelling_frees_both(hall: Hall) -> None:
    hall.asks().hears(CardStage)
    hall.lane.stop()
    assert hall.lane.wait_idle(PATIENCE_S)
    assert hall.told.empty()


Read = Callable[[threading.Event, Callable[[ReadStage], None]], CardData]


@dataclass
class ScriptedReader:
    """Does what the test says."""

    script: Read

    def status(self) -> ReaderStatus:
        return ReaderReady()

    def read(
        self,
        *,
        timeout_s: float,  # noqa: ARG002  (part of the protocol)
        cancel: threading.Event,
        on_stage: Callable[[ReadStage], None],
    ) -> CardData:
        return self.script(cancel, on_stage)

    def close(self) -> None: ...


def outcome(*readers: ScriptedReader, told: list[News] | None = None) -> list[News]:
    told = [] if told is None else told
    cancel = threading.Event()
    read_card(readers)(cancel, lambda news: None if cancel.is_set() else told.append(news))
    return told


def test_a_card_in_the_field_of_both_readers_is_read_by_the_one_that_can() -> None:
    reading, failed = threading.Event(), threading.Event()

    def reads_slowly(cancel: threading.Event, on_stage: Callable[[ReadStage], None]) -> CardData:
        on_stage(ReadStage.READING)
        reading.set()
        assert failed.wait(PATIENCE_S)
        assert not cancel.wait(0.05), "the failure of the other reader must not end this one"
        return card()

    def refuses(_cancel: threading.Event, _on_stage: Callable[[ReadStage], None]) -> CardData:
        assert reading.wait(PATIENCE_S)
        failed.set()
        raise CardUnreadable("pcsc", "", reason="wrong_kind")

    told = outcome(ScriptedReader(reads_slowly), ScriptedReader(refuses))
    assert [type(news) for news in told] == [CardStage, CardRead]


def test_the_failure_that_waited_is_told_when_the_other_reads_nothing() -> None:
    reading, failed = threading.Event(), threading.Event()

    def reads_nothing(cancel: threading.Event, on_stage: Callable[[ReadStage], None]) -> CardData:
        on_stage(ReadStage.READING)
        reading.set()
        assert failed.wait(PATIENCE_S)
        cancel.wait(0.05)
        raise DeviceTimeout("sam", "")

    def refuses(_cancel: threading.Event, _on_stage: Callable[[ReadStage], None]) -> CardData:
        assert reading.wait(PATIENCE_S)
        failed.set()
        raise CardUnreadable("pcsc", "", reason="wrong_kind")

    told = outcome(ScriptedReader(reads_nothing), ScriptedReader(refuses))
    assert told[-1] == Failed(Problem.CARD_WRONG_KIND)


def test_a_reader_on_which_no_card_was_laid_in_time_waits_again() -> None:
    looks = []

    def empty_once(_cancel: threading.Event, _on_stage: Callable[[ReadStage], None]) -> CardData:
        looks.append(1)
        if len(looks) == 1:
            raise DeviceTimeout("sam", "no card")
        return card()

    assert isinstance(outcome(ScriptedReader(empty_once))[-1], CardRead)


def test_a_bug_in_one_reader_ends_the_race_as_a_bug() -> None:
    def breaks(_cancel: threading.Event, _on_stage: Callable[[ReadStage], None]) -> CardData:
        raise ZeroDivisionError

    def waits(cancel: threading.Event, _on_stage: Callable[[ReadStage], None]) -> CardData:
        assert cancel.wait(PATIENCE_S)
        raise DeviceAbsent("sam", "")

    told: list[News] = []
    with pytest.raises(ZeroDivisionError):
        outcome(ScriptedReader(waits), ScriptedReader(breaks), told=told)
    assert told == [Failed(Problem.UNEXPECTED)]


def test_without_any_reader() -> None:
    assert outcome() == [Failed(Problem.CARD_READER_OUT)]
