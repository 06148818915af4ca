"""What every reader of identity cards promises, asked of the real drivers over their emulated wires and of the
simulated one."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event

import pytest

from drivers.errors import (
    Cancelled,
    CardRemoved,
    CardUnreadable,
    DeviceAbsent,
    DeviceError,
    DeviceGarbled,
    DeviceTimeout,
)
from drivers.protocols import CardData, IdCardReader, ReaderOut, ReaderReady, ReadStage


def read(
    reader: IdCardReader,
    *,
    timeout_s: float = 10.0,
    cancel: Event | None = None,
    when: dict[ReadStage, Callable[[], None]] | None = None,
) -> tuple[CardData, list[ReadStage]]:
    """Read once. `when`: what the world does at the first telling of a stage."""
    told: list[ReadStage] = []
    deeds = dict(when or {})

    def on_stage(stage: ReadStage) -> None:
        told.append(stage)
        deeds.pop(stage, lambda: None)()

    card = reader.read(timeout_s=timeout_s, cancel=cancel or Event(), on_stage=on_stage)
    return card, told


class TestEveryReader:
    def test_a_card_laid_while_waiting_is_read(self, rig):
        card, told = read(rig.reader, when={ReadStage.WAITING: rig.lay})

        assert (card.name, card.number, card.birth) == (rig.card.name, rig.card.number, rig.card.birth)
        assert told == [ReadStage.WAITING, ReadStage.READING]

    def test_a_card_that_lies_there_already_is_read(self, rig):
        rig.lay()

        card, told = read(rig.reader)

        assert card.number == rig.card.number
        assert told[-1] is ReadStage.READING

    def test_a_card_read_before_must_be_lifted_and_laid_again(self, rig):
        rig.lay()
        read(rig.reader)

        card, told = read(rig.reader, when={ReadStage.LIFT_CARD: rig.lift, ReadStage.WAITING: rig.lay})

        assert card.number == rig.card.number
        assert told == [ReadStage.LIFT_CARD, ReadStage.WAITING, ReadStage.READING]

    def test_the_next_visitor_is_not_told_to_lift_a_card_that_has_left(self, rig):
        rig.lay()
        read(rig.reader)
        rig.lift()
        rig.wait_until_lifting_is_noticed()

        _, told = read(rig.reader, when={ReadStage.WAITING: rig.lay})

        assert ReadStage.LIFT_CARD not in told

    def test_card_taken_away_while_reading(self, rig):
        rig.lay()

        with pytest.raises(CardRemoved):
            read(rig.reader, when={ReadStage.READING: rig.lift})

    def test_after_the_card_was_taken_away_the_next_read_succeeds(self, rig):
        rig.lay()
        with pytest.raises(CardRemoved):
            read(rig.reader, when={ReadStage.READING: rig.lift})

        card, _ = read(rig.reader, when={ReadStage.WAITING: rig.lay})

        assert card.number == rig.card.number

    def test_unreadable_card_says_why(self, rig):
        rig.lay_unreadable()

        with pytest.raises(CardUnreadable) as caught:
            read(rig.reader)

        assert caught.value.reason in {"refused", "wrong_kind"}

    def test_nonsense_is_reported_as_nonsense(self, rig):
        rig.garble()

        with pytest.raises(DeviceGarbled):
            read(rig.reader)

    def test_reader_unplugged_and_back(self, rig):
        assert isinstance(rig.reader.status(), ReaderReady)

        rig.unplug()
        assert isinstance(rig.reader.status(), ReaderOut)
        with pytest.raises(DeviceAbsent):
            read(rig.reader)

        rig.plug()
        assert isinstance(rig.reader.status(), ReaderReady)
        rig.lay()
        assert read(rig.reader)[0].number == rig.card.number

    def test_reader_unplugged_and_back_between_two_visits(self, rig):
        rig.reader.status()
        rig.unplug()
        rig.plug()

        card, _ = read(rig.reader, when={ReadStage.WAITING: rig.lay})

        assert card.number == rig.card.number

    def test_reader_unplugged_while_waiting(self, rig):
        with pytest.raises(DeviceAbsent):
            read(rig.reader, when={ReadStage.WAITING: rig.unplug})

    def test_nobody_comes_within_the_time(self, rig):
        rig.reader.status()
        begun = time.monotonic()

        with pytest.raises(DeviceTimeout):
            read(rig.reader, timeout_s=0.3)

        assert time.monotonic() - begun < 1.5

    def test_a_card_laid_in_the_last_moment_is_still_read(self, rig):
        rig.lay()

        card, _ = read(rig.reader, timeout_s=0.95, when={ReadStage.READING: lambda: time.sleep(1.0)})

        assert card.number == rig.card.number

    def test_cancelled_while_waiting(self, rig):
        cancel = Event()

        with pytest.raises(Cancelled):
            read(rig.reader, cancel=cancel, when={ReadStage.WAITING: cancel.set})

    def test_cancelled_while_reading(self, rig):
        cancel = Event()
        rig.lay()

        with pytest.raises(Cancelled):
            read(rig.reader, cancel=cancel, when={ReadStage.READING: cancel.set})

    def test_cancelled_before_it_began(self, rig):
        cancel = Event()
        cancel.set()
        rig.lay()

        with pytest.raises(Cancelled):
            read(rig.reader, cancel=cancel)

    def test_closing_twice_is_harmless_and_reading_opens_again(self, rig):
        rig.reader.status()
        rig.reader.close()
        rig.reader.close()
        rig.lay()

        assert read(rig.reader)[0].number == rig.card.number

    def test_no_error_and_no_repr_tells_who_the_holder_is(self, rig):
        rig.lay()
        card, _ = read(rig.reader)
        rig.lift()
        errors: list[DeviceError] = []
        for spoil in (rig.lay_unreadable, rig.garble):
            spoil()
            try:
                read(rig.reader, when={ReadStage.LIFT_CARD: rig.lift, ReadStage.WAITING: spoil})
            except DeviceError as error:
                errors.append(error)

        assert errors
        for text in (repr(card), *map(str, errors)):
            assert card.name not in text
            assert card.number not in text
