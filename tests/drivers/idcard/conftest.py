"""The same hands for every kind of reader: a rig lays and lifts cards, pulls plugs, and makes readers talk nonsense."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from drivers.bench import Bench
from drivers.emulators.cards import CARDS, emulated
from drivers.emulators.pcscd import PrivatePcscd
from drivers.emulators.sam import Misbehaviour, SamEmulator
from drivers.emulators.virtual_card import SocialSecurityApplication, VirtualCard
from drivers.idcard import sam_commands
from drivers.idcard.pcsc import PcscReader
from drivers.idcard.pcsc_transport import PcscContext
from drivers.idcard.sam_serial import SamSerialReader
from drivers.idcard.simulated import GARBLED, SimulatedIdCardReader
from drivers.protocols import CardData, IdCardReader


class Rig(Protocol):
    reader: IdCardReader
    card: CardData

    def lay(self) -> None: ...
    def lift(self) -> None: ...
    def wait_until_lifting_is_noticed(self) -> None: ...
    def lay_unreadable(self) -> None: ...
    def garble(self) -> None: ...
    def unplug(self) -> None: ...
    def plug(self) -> None: ...
    def close(self) -> None: ...


class SamRig:
    card = CARDS["beilin_woman"]

    def __init__(self, folder: Path) -> None:
        self.emulator = SamEmulator(folder / "reader")
        self.emulator.plug()
        self.reader = SamSerialReader(port=str(folder / "reader"))

    def lay(self) -> None:
        self.emulator.lay(emulated(self.card))

    def lift(self) -> None:
        self.emulator.lift()

    def wait_until_lifting_is_noticed(self) -> None:
        pass  # at once

    def lay_unreadable(self) -> None:
        self.emulator.misbehave(Misbehaviour(command=sam_commands.READ, sw3=0x31, times=99))
        self.lay()

    def garble(self) -> None:
        self.emulator.misbehave(Misbehaviour(wrong_check=True, times=99))
        self.lay()

    def unplug(self) -> None:
        self.emulator.unplug()

    def plug(self) -> None:
        self.emulator.plug()

    def close(self) -> None:
        self.reader.close()
        self.emulator.unplug()


class NonsenseApplication(SocialSecurityApplication):
    """Its records say that they are longer than they are."""

    def answer(self, command: bytes) -> bytes:
        answer = super().answer(command)
        return answer[:-5] + answer[-2:] if command[1] == 0xB2 and answer[-2:] == b"\x90\x00" else answer


class ForeignApplication(SocialSecurityApplication):
    """A card of some other kind: it does not know the application."""

    def answer(self, command: bytes) -> bytes:
        self.commands.append(command)
        return b"\x6a\x82"


class PcscRig:
    card = CARDS["social_security"]

    def __init__(self, pcscd: PrivatePcscd) -> None:
        self.pcscd = pcscd
        self.reader = PcscReader(socket=str(pcscd.socket_path), outage_s=2.0)
        self.in_slot: VirtualCard | None = None

    def insert(self, card: VirtualCard) -> None:
        self.lift()
        card.insert(self.pcscd.ports[0])
        self.in_slot = card

    def lay(self) -> None:
        self.insert(VirtualCard(SocialSecurityApplication(self.card)))

    def lift(self) -> None:
        if self.in_slot is not None:
            self.in_slot.remove()
            self.in_slot = None

    def lay_unreadable(self) -> None:
        self.insert(VirtualCard(ForeignApplication(self.card)))

    def garble(self) -> None:
        self.insert(VirtualCard(NonsenseApplication(self.card)))

    def unplug(self) -> None:
        self.lift()
        self.pcscd.stop()

    def plug(self) -> None:
        self.pcscd.start()

    def close(self) -> None:
        self.lift()
        if self.pcscd.pid is None:
            self.pcscd.start()
        self.wait_until_lifting_is_noticed()
        self.reader.close()

    def wait_until_lifting_is_noticed(self) -> None:
        """pcscd looks at a slot every 0.4 s."""
        context = PcscContext("test", socket=str(self.pcscd.socket_path))
        end_s = time.monotonic() + 5
        slots = context.slots()
        while any(slot.has_card for slot in slots) and time.monotonic() < end_s:
            context.wait(slots, timeout_s=1)
            slots = context.slots()
        context.close()


class SimulatedRig:
    card = replace(CARDS["yanta_man"], reader_serial="SIMULATED")

    def __init__(self) -> None:
        self.bench = Bench()
        self.reader = SimulatedIdCardReader(bench=self.bench, reading_s=0.05)

    def lay(self) -> None:
        self.bench.card = self.card

    def lift(self) -> None:
        self.bench.card = None

    def wait_until_lifting_is_noticed(self) -> None:
        pass  # at once

    def lay_unreadable(self) -> None:
        self.bench.card_unreadable = "refused"
        self.lay()

    def garble(self) -> None:
        self.bench.card_unreadable = GARBLED
        self.lay()

    def unplug(self) -> None:
        self.bench.reader_plugged = False

    def plug(self) -> None:
        self.bench.reader_plugged = True

    def close(self) -> None:
        self.reader.close()


@pytest.fixture(scope="session")
def pcscd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivatePcscd]:
    """One for the whole run: a process can only ever talk to one pcscd."""
    daemon = PrivatePcscd(tmp_path_factory.mktemp("pcscd"))
    daemon.start()
    yield daemon
    daemon.stop()


@pytest.fixture
def sam(tmp_path: Path) -> Iterator[SamRig]:
    rig = SamRig(tmp_path)
    yield rig
    rig.close()


@pytest.fixture
def pcsc(pcscd: PrivatePcscd) -> Iterator[PcscRig]:
    rig = PcscRig(pcscd)
    yield rig
    rig.close()


@pytest.fixture
def simulated() -> Iterator[SimulatedRig]:
    rig = SimulatedRig()
    yield rig
    rig.close()


@pytest.fixture(params=["sam", "pcsc", "simulated"])
def rig(request: pytest.FixtureRequest) -> Rig:
    found: Rig = request.getfixturevalue(request.param)
    return found
