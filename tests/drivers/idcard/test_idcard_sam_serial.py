"""Bad days of the serial reader, over the emulator's line."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from drivers.emulators.cards import CARDS, emulated
from drivers.emulators.sam import Misbehaviour, SamEmulator
from drivers.errors import (
    Cancelled,
    CardRemoved,
    CardUnreadable,
    DeviceAbsent,
    DeviceBusy,
    DeviceGarbled,
    DeviceTimeout,
)
from drivers.idcard import sam_commands, sam_framing
from drivers.idcard.sam_serial import SamSerialReader
from drivers.idcard.serial_line import SerialLine
from drivers.protocols import CardData, CardKind, ReaderOut, ReaderReady, ReadStage

LINE_BYTES_PER_S = 11_520
SAM_KEYS = [key for key, card in CARDS.items() if card.kind is not CardKind.SOCIAL_SECURITY]


def read(
    reader: SamSerialReader,
    *,
    timeout_s: float = 20.0,
    cancel: Event | None = None,
    on_stage: Callable[[ReadStage], object] = repr,
) -> CardData:
    return reader.read(timeout_s=timeout_s, cancel=cancel or Event(), on_stage=on_stage)


@pytest.mark.parametrize("key", SAM_KEYS)
def test_every_kind_of_card_comes_over_the_line(sam, key):
    sam.emulator.lay(emulated(CARDS[key], appended_address=""))

    card = read(sam.reader)

    assert (card.kind, card.name, card.number) == (CARDS[key].kind, CARDS[key].name, CARDS[key].number)
    assert len(card.photo) == 1024
    assert card.reader_serial == "05.03-20197135-0012345678-0123456789"


def test_the_ready_reader_tells_its_number(sam):
    assert sam.reader.status() == ReaderReady("05.03-20197135-0012345678-0123456789")


def test_an_address_appended_to_the_card_is_the_one_that_counts(sam):
    sam.emulator.lay(emulated(CARDS["beilin_woman"], appended_address="陕西省西安市灞桥区纺织城正街238号"))

    assert read(sam.reader).address == "陕西省西安市灞桥区纺织城正街238号"


def test_a_module_that_knows_no_appended_address_is_asked_only_once(sam):
    sam.emulator.misbehave(Misbehaviour(command=sam_commands.APPENDED_ADDRESS, sw3=0x21))
    sam.lay()
    assert read(sam.reader).address == sam.card.address
    sam.lay()
    read(sam.reader)

    assert sam.emulator.requests.count(sam_commands.APPENDED_ADDRESS.frame) == 1


def test_fingerprints_are_never_asked_for(sam):
    sam.lay()
    read(sam.reader)

    known = {command.frame for command in vars(sam_commands).values() if isinstance(command, sam_commands.Command)}
    assert set(sam.emulator.requests) <= known
    assert sam_framing.request(0x30, 0x10) not in sam.emulator.requests


def test_reading_takes_little_more_than_the_line_itself(sam):
    sam.reader.status()
    sam.lay()
    begun = time.monotonic()
    read(sam.reader)
    took = time.monotonic() - begun

    line = (4 * 10 + 15 + 19 + 1295 + 11) / LINE_BYTES_PER_S  # find, select, read, appended address
    assert line <= took < line * 1.5


BAD_ANSWERS = {
    "wrong_check": Misbehaviour(wrong_check=True),
    "cut": Misbehaviour(cut_at=8),
    "junk_before": Misbehaviour(junk=bytes.fromhex("00FFAAAAAA96") * 20),
    "silence": Misbehaviour(silent=True),
}


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        (command, fault)
        for command in (sam_commands.FIND, sam_commands.SELECT, sam_commands.READ)
        for fault in BAD_ANSWERS
        if (command, fault) != (sam_commands.READ, "silence")  # 3.5 s; see the time limit's test
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_one_bad_answer_is_asked_for_again(sam, command, fault):
    sam.emulator.misbehave(replace(BAD_ANSWERS[fault], command=command))
    sam.lay()

    assert read(sam.reader).number == sam.card.number


@pytest.mark.parametrize("cut_at", [6, 300, 1294])
def test_a_card_cut_off_on_the_line_is_read_again(sam, cut_at):
    sam.emulator.misbehave(Misbehaviour(command=sam_commands.READ, cut_at=cut_at))
    sam.lay()

    assert read(sam.reader).photo == emulated(sam.card).photo


def test_wrong_checksums_without_end_are_reported(sam):
    sam.reader.status()
    sam.emulator.misbehave(Misbehaviour(command=sam_commands.READ, wrong_check=True, times=99))
    sam.lay()

    with pytest.raises(DeviceGarbled):
        read(sam.reader)


def test_three_receive_errors_in_a_row_reopen_the_port(sam, monkeypatch):
    sam.reader.status()
    answered = len(sam.emulator.requests)
    opened_after = []

    def count_and_open(line):
        opened_after.append(len(sam.emulator.requests) - answered)
        really_open(line)

    really_open = SerialLine.open
    monkeypatch.setattr(SerialLine, "open", count_and_open)
    sam.emulator.misbehave(Misbehaviour(command=sam_commands.FIND, wrong_check=True, times=3))
    sam.lay()

    assert read(sam.reader).number == sam.card.number
    assert opened_after == [3]


def test_a_silent_reader_is_absent(sam):
    sam.emulator.misbehave(Misbehaviour(silent=True, times=99))

    assert isinstance(sam.reader.status(), ReaderOut)
    with pytest.raises(DeviceAbsent):
        read(sam.reader)


def test_noise_without_end_is_garbled(tmp_path):
    emulator = SamEmulator(tmp_path / "reader", baud=10_000_000)
    emulator.plug()
    emulator.misbehave(Misbehaviour(junk=bytes(9000), times=99))
    reader = SamSerialReader(port=str(tmp_path / "reader"))
    try:
        with pytest.raises(DeviceGarbled):
            read(reader)
    finally:
        reader.close()
        emulator.unplug()


def test_card_pulled_while_the_module_reads_it(sam):
    sam.emulator.misbehave(Misbehaviour(command=sam_commands.READ, lift_card=True))
    sam.lay()

    with pytest.raises(CardRemoved):
        read(sam.reader)


def test_a_card_that_moved_is_read_at_the_second_try(sam):
    sam.emulator.misbehave(Misbehaviour(command=sam_commands.READ, sw3=0x41))
    sam.lay()

    assert read(sam.reader).number == sam.card.number


def test_a_refused_selection_is_not_the_last_word(sam):
    sam.lay()
    read(sam.reader)
    sam.lay()
    sam.emulator.answer(sam_commands.SELECT.frame)
    sam.emulator.misbehave(Misbehaviour(command=sam_commands.SELECT, sw3=0x81))

    assert read(sam.reader).number == sam.card.number


@pytest.mark.parametrize(
    ("sw3", "reason"), [(0x31, "refused"), (0x32, "not_genuine"), (0x40, "wrong_kind"), (0x41, "read_failed")]
)
def test_unreadable_card(sam, sw3, reason):
    sam.emulator.misbehave(Misbehaviour(command=sam_commands.READ, sw3=sw3, times=9))
    sam.lay()

    with pytest.raises(CardUnreadable) as caught:
        read(sam.reader)

    assert caught.value.reason == reason


def test_the_next_card_is_read_after_an_unreadable_one(sam):
    sam.emulator.misbehave(Misbehaviour(command=sam_commands.READ, sw3=0x32))
    sam.lay()
    with pytest.raises(CardUnreadable):
        read(sam.reader)

    sam.emulator.lay(emulated(CARDS["yanta_man"]))

    assert read(sam.reader).number == CARDS["yanta_man"].number


@pytest.mark.parametrize("sw3", [0x60, 0x66])
def test_a_broken_module_is_a_reader_that_is_out(sam, sw3):
    sam.emulator.misbehave(Misbehaviour(command=sam_commands.STATUS, sw3=sw3, times=9))

    assert isinstance(sam.reader.status(), ReaderOut)


@pytest.mark.parametrize("unplug_at", [0, 7, 640])
def test_port_lost_in_the_middle_of_the_card_and_back(sam, unplug_at):
    sam.reader.status()
    sam.emulator.misbehave(Misbehaviour(command=sam_commands.READ, unplug_at=unplug_at))
    sam.lay()
    with pytest.raises(DeviceAbsent):
        read(sam.reader)

    sam.unplug()
    sam.plug()
    sam.lay()

    assert read(sam.reader).number == sam.card.number


def test_a_port_held_by_another_program_is_busy(sam):
    sam.reader.status()
    second = SamSerialReader(port=str(sam.emulator.link))

    with pytest.raises(DeviceBusy):
        read(second)
    status = second.status()
    assert isinstance(status, ReaderOut)
    assert "held by another program" in status.detail


def test_a_port_that_does_not_exist_is_absent(tmp_path):
    reader = SamSerialReader(port=str(tmp_path / "nowhere"))

    with pytest.raises(DeviceAbsent):
        read(reader)
    assert isinstance(reader.status(), ReaderOut)


def test_a_port_with_nothing_behind_it_is_not_held(sam):
    sam.emulator.misbehave(Misbehaviour(silent=True, times=6))
    with pytest.raises(DeviceAbsent):
        read(sam.reader)

    second = SamSerialReader(port=str(sam.emulator.link))
    try:
        assert isinstance(second.status(), ReaderReady)
    finally:
        second.close()


@pytest.mark.parametrize("reading_s", [0.0, 0.4], ids=["in_its_reply", "while_the_module_reads"])
def test_a_visit_given_up_never_shows_its_card_to_the_next_visitor(tmp_path, reading_s):
    emulator = SamEmulator(tmp_path / "reader", reading_s=reading_s)
    emulator.plug()
    reader = SamSerialReader(port=str(emulator.link))
    cancel = Event()
    try:
        reader.status()
        emulator.lay(emulated(CARDS["beilin_woman"]))
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(read, reader, cancel=cancel)
            _until(lambda: sam_commands.READ.frame in emulator.requests)
            cancel.set()
            with pytest.raises(Cancelled):
                first.result()

        def lay_the_next(stage: ReadStage) -> None:
            told.append(stage)
            emulator.lay(emulated(CARDS["yanta_man"]))

        told: list[ReadStage] = []
        assert read(reader, on_stage=lay_the_next).number == CARDS["yanta_man"].number
        assert told[0] is ReadStage.LIFT_CARD  # the card left behind
    finally:
        reader.close()
        emulator.unplug()


def test_a_module_silent_in_the_middle_of_a_card_is_given_up(sam):
    sam.reader.status()
    sam.emulator.misbehave(Misbehaviour(command=sam_commands.READ, silent=True, times=9))
    sam.lay()
    begun = time.monotonic()

    with pytest.raises(DeviceTimeout):
        read(sam.reader, timeout_s=0.5)

    assert time.monotonic() - begun < 6


def test_each_stage_is_told_once(sam):
    told: list[ReadStage] = []
    with pytest.raises(DeviceTimeout):
        sam.reader.read(timeout_s=0.7, cancel=Event(), on_stage=told.append)

    assert told == [ReadStage.WAITING]


def test_ten_visitors_in_a_row(tmp_path: Path):
    emulator = SamEmulator(tmp_path / "reader", baud=10_000_000)
    emulator.plug()
    reader = SamSerialReader(port=str(emulator.link))
    try:
        for key in itertools.islice(itertools.cycle(SAM_KEYS), 10):
            emulator.lay(emulated(CARDS[key]))
            assert read(reader).number == CARDS[key].number
            emulator.lift()
    finally:
        reader.close()
        emulator.unplug()


def _until(happened: Callable[[], bool]) -> None:
    end_s = time.monotonic() + 5
    while not happened():
        assert time.monotonic() < end_s, "did not happen"
        time.sleep(0.001)
