"""Bad days of contact cards, behind the real pcscd."""

from __future__ import annotations

import itertools
import threading
import time
from threading import Event

import pytest

from drivers.emulators.cards import CARDS
from drivers.emulators.virtual_card import FIRST, GENERATIONS, SocialSecurityApplication, VirtualCard
from drivers.errors import Cancelled, CardRemoved, CardUnreadable, DeviceAbsent, DeviceBusy, DeviceTimeout
from drivers.idcard.pcsc import PcscReader
from drivers.idcard.pcsc_transport import PcscContext
from drivers.protocols import CardData, ReaderOut, ReaderReady, ReadStage

HOLDER = CARDS["social_security"]


def read(reader: PcscReader, *, timeout_s: float = 10.0, cancel: Event | None = None, on_stage=repr) -> CardData:
    return reader.read(timeout_s=timeout_s, cancel=cancel or Event(), on_stage=on_stage)


@pytest.mark.parametrize("generation", GENERATIONS, ids=lambda generation: generation.name)
def test_every_generation_is_read_through_pcscd(pcsc, generation):
    pcsc.insert(VirtualCard(SocialSecurityApplication(HOLDER, generation)))

    assert read(pcsc.reader) == HOLDER


def test_card_pulled_at_any_command(pcsc):
    whole = SocialSecurityApplication(HOLDER, FIRST)
    pcsc.insert(VirtualCard(whole))
    read(pcsc.reader)

    for nth in range(0, len(whole.commands), 3):
        pcsc.lift()
        pcsc.wait_until_lifting_is_noticed()
        pcsc.insert(VirtualCard(SocialSecurityApplication(HOLDER, FIRST), remove_before=nth))
        with pytest.raises(CardRemoved):
            read(pcsc.reader)


def test_pcscd_restarted_while_waiting(pcsc):
    def restart_and_lay(stage: ReadStage) -> None:
        if stage is ReadStage.WAITING:
            pcsc.pcscd.kill()
            pcsc.pcscd.start()
            pcsc.lay()

    assert read(pcsc.reader, on_stage=restart_and_lay) == HOLDER


def test_pcscd_killed_in_the_middle_of_a_card(pcsc):
    """The card is read again from its beginning once pcscd is back."""
    application = SocialSecurityApplication(HOLDER)
    pcsc.insert(VirtualCard(application, delay_s=0.1))

    def restart() -> None:
        while len(application.commands) < 4:
            time.sleep(0.01)
        pcsc.pcscd.kill()
        pcsc.pcscd.start()
        pcsc.lay()

    hand = threading.Thread(target=restart)
    hand.start()
    try:
        assert read(pcsc.reader) == HOLDER
    finally:
        hand.join()


def test_pcscd_that_stays_away_ends_the_wait(pcsc):
    begun = time.monotonic()

    with pytest.raises(DeviceAbsent):
        read(pcsc.reader, on_stage=lambda _stage: pcsc.pcscd.kill())

    assert 1.5 < time.monotonic() - begun < 6  # the rig's reader waits two seconds for it


def test_cancelled_during_an_outage(pcsc):
    cancel = Event()

    def cut_and_cancel(_stage: ReadStage) -> None:
        pcsc.pcscd.kill()
        threading.Timer(0.3, cancel.set).start()

    with pytest.raises(Cancelled):
        read(pcsc.reader, cancel=cancel, on_stage=cut_and_cancel)


def test_a_card_held_by_another_program_is_busy(pcsc):
    pcsc.lay()
    other = PcscContext("other", socket=str(pcsc.pcscd.socket_path))

    def hold(stage: ReadStage) -> None:
        if stage is ReadStage.READING:
            (slot,) = [slot for slot in other.slots() if slot.has_card]
            held.append(other.connect(slot))

    held = []
    try:
        with pytest.raises(DeviceBusy):
            read(pcsc.reader, on_stage=hold)
    finally:
        for card in held:
            card.__exit__()
        other.close()
    assert read(pcsc.reader) == HOLDER


def test_a_card_that_thinks_too_long_is_given_up(pcsc):
    pcsc.insert(VirtualCard(SocialSecurityApplication(HOLDER), delay_s=1.2))
    begun = time.monotonic()

    with pytest.raises(DeviceTimeout):
        read(pcsc.reader, timeout_s=1.0)

    assert time.monotonic() - begun < 9


def test_a_slow_card_leaves_other_threads_running(pcsc):
    """The screen must not stand still while a card thinks."""
    pcsc.insert(VirtualCard(SocialSecurityApplication(HOLDER), delay_s=0.25))
    ticks = []
    done = Event()

    def tick() -> None:
        while not done.wait(0.01):
            ticks.append(time.monotonic())

    clock = threading.Thread(target=tick)
    clock.start()
    try:
        read(pcsc.reader)
    finally:
        done.set()
        clock.join()

    gaps = [after - before for before, after in itertools.pairwise(ticks)]
    assert max(gaps) < 0.2


def test_a_card_in_the_second_slot_is_read(pcsc):
    card = VirtualCard(SocialSecurityApplication(HOLDER))
    card.insert(pcsc.pcscd.ports[1])
    pcsc.in_slot = card

    assert read(pcsc.reader) == HOLDER


def test_a_card_swapped_faster_than_pcscd_looks_is_read_or_reported(pcsc):
    pcsc.lay()
    read(pcsc.reader)
    pcsc.insert(VirtualCard(SocialSecurityApplication(CARDS["social_security_long_name"])))

    card = read(pcsc.reader, on_stage=lambda stage: pcsc.lift() if stage is ReadStage.LIFT_CARD else _lay(pcsc, stage))

    assert card.number in {HOLDER.number, CARDS["social_security_long_name"].number}


def test_a_mute_card_is_unreadable(pcsc):
    pcsc.insert(VirtualCard(SocialSecurityApplication(HOLDER), atr=b"\xff"))

    with pytest.raises((CardUnreadable, DeviceTimeout)) as caught:
        read(pcsc.reader, timeout_s=3)

    assert isinstance(caught.value, CardUnreadable)
    assert caught.value.reason == "mute"


def test_only_readers_of_the_wanted_name_count(pcscd):
    reader = PcscReader(socket=str(pcscd.socket_path), reader="Some Other Maker")

    assert isinstance(reader.status(), ReaderOut)
    with pytest.raises(DeviceAbsent):
        read(reader)
    reader.close()

    named = PcscReader(socket=str(pcscd.socket_path), reader="Tongban")
    assert isinstance(named.status(), ReaderReady)
    named.close()


def test_a_second_pcscd_in_one_process_is_refused_loudly(pcsc):
    pcsc.reader.status()

    with pytest.raises(ValueError, match="another pcscd"):
        PcscReader(socket="/nowhere/pcscd.comm").status()


def _lay(pcsc, stage: ReadStage) -> None:
    if stage is ReadStage.WAITING:
        pcsc.lay()
