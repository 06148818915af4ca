"""Figures of reading the face page and the picture of a travel document through the real pcscd.

The bare loop is the least that any program can do: the very same commands, sent one after the other without a thought.
Both sides throw the same dice, so that the document's answers are the same too.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from drivers.emulators import emrtd_documents
from drivers.emulators.emrtd_card import Chip, EmrtdApplication
from drivers.emulators.pcscd import PrivatePcscd
from drivers.emulators.virtual_card import VirtualCard
from drivers.idcard.apdu import Transmit
from drivers.idcard.emrtd import bac, commands, pace, security_infos
from drivers.idcard.emrtd.commands import ANY_SHORT, PlainChannel
from drivers.idcard.emrtd.files import File, FileReader
from drivers.idcard.emrtd.pace import Password
from drivers.idcard.emrtd.secure_messaging import SecureChannel
from drivers.idcard.pcsc_transport import PcscContext

Dice: TypeAlias = Callable[[int], bytes]

ROUNDS = 9
LONG_ANSWER = 2_000
_INSERTED_WITHIN_S = 10.0
_WAIT_S = 0.5
_AES_128 = (emrtd_documents.ECDH_AES_128, 13)


@dataclass(frozen=True)
class Way:
    name: str
    chip: Chip
    answer_bytes: int  # that one answer may have, without its status word
    by_pace: bool


@dataclass(frozen=True)
class Conversation:
    """`opening` before the first file is asked for, `reading` from there on."""

    opening: tuple[bytes, ...]
    reading: tuple[bytes, ...]
    answers: tuple[bytes, ...]  # to `reading`
    took_s: float  # the reading
    minimum: int  # commands that the two files need, full to the brim


def rows() -> list[tuple[str, str]]:
    ways = (
        Way("BAC, 3DES, Le 256", emrtd_documents.chip("passport_bac"), ANY_SHORT, by_pace=False),
        Way(
            "PACE, AES-128, Le 256", emrtd_documents.variant("passport_bac", pace=(_AES_128,)), ANY_SHORT, by_pace=True
        ),
        Way(
            f"PACE, AES-128, Le {LONG_ANSWER}",
            emrtd_documents.variant("passport_bac", pace=(_AES_128,), longest_answer=LONG_ANSWER),
            LONG_ANSWER,
            by_pace=True,
        ),
    )
    found = []
    with tempfile.TemporaryDirectory() as folder:
        daemon = PrivatePcscd(Path(folder))
        daemon.start()
        try:
            for way in ways:
                found += _rows_of(daemon, way)
        finally:
            daemon.stop()
    return found


def _rows_of(daemon: PrivatePcscd, way: Way) -> list[tuple[str, str]]:
    ours_s, bare_s, counts = [], [], ""
    for number in range(ROUNDS):
        with _laid(daemon, way, number) as transmit:
            ours = _read(transmit, way, _dice(2 * number + 1))
        with _laid(daemon, way, number) as transmit:
            bare_s.append(_replay(transmit, ours))
        ours_s.append(ours.took_s)
        counts = f"{len(ours.reading)} of at least {ours.minimum}"
    median = statistics.median(ours / bare for ours, bare in zip(ours_s, bare_s, strict=True))
    size = sum(len(way.chip.files[file]) for file in (File.DG1, File.DG2))
    return [
        (f"eMRTD, DG1+DG2 of {size:,} bytes, {way.name}: APDUs", counts),
        (
            f"eMRTD, the same: time / bare loop of the same APDUs, fastest of {ROUNDS} each (median of pairs)",
            f"{min(ours_s) / min(bare_s):.2f} ({median:.2f}), {min(ours_s) * 1000:.1f} ms",
        ),
    ]


@contextmanager
def _laid(daemon: PrivatePcscd, way: Way, number: int) -> Iterator[Transmit]:
    """A fresh document in the reader, connected. Its dice begin anew each time."""
    card = VirtualCard(EmrtdApplication(way.chip, random=_dice(2 * number)))
    card.insert(daemon.ports[0])
    try:
        context = PcscContext("bench", socket=str(daemon.socket_path))
        try:
            deadline_s = time.monotonic() + _INSERTED_WITHIN_S
            while not (laid := [slot for slot in context.slots() if slot.has_card]):
                if time.monotonic() > deadline_s:
                    raise TimeoutError("the document was not seen")
                context.wait(context.slots(), timeout_s=_WAIT_S)
            with context.connect(laid[0]) as connected:
                yield connected.transmit
            card.remove()
            while any(slot.has_card for slot in context.slots()):
                context.wait(context.slots(), timeout_s=_WAIT_S)
        finally:
            context.close()
    finally:
        card.remove()


def _read(transmit: Transmit, way: Way, dice: Dice) -> Conversation:
    sent: list[bytes] = []
    answers: list[bytes] = []

    def noted(command: bytes) -> bytes:
        answer = transmit(command)
        sent.append(command)
        answers.append(answer)
        return answer

    channel = _open(noted, way, dice)
    most = channel.payload(way.answer_bytes)
    opened = len(sent)
    reader = FileReader(channel, most=most)
    begun_s = time.perf_counter()
    files = [reader.read(File.DG1), reader.read(File.DG2)]
    took_s = time.perf_counter() - begun_s
    if files != [way.chip.files[File.DG1], way.chip.files[File.DG2]]:
        raise ValueError("the document was read wrong")
    minimum = sum(-(-len(file) // most) for file in files)
    return Conversation(tuple(sent[:opened]), tuple(sent[opened:]), tuple(answers[opened:]), took_s, minimum)


def _open(transmit: Transmit, way: Way, dice: Dice) -> SecureChannel:
    plain = PlainChannel(transmit)
    if not way.by_pace:
        commands.demand(plain.ask(commands.select_application()), "select application")
        return bac.open_channel(transmit, way.chip.mrz_information, random=dice)
    infos = security_infos.parse(emrtd_documents.card_access((_AES_128,)))
    password = Password.of_mrz(way.chip.mrz_information)
    channel = pace.open_channel(transmit, infos.pace[0], password, random=dice, is_ambiguous=False)
    commands.demand(channel.ask(commands.select_application()), "select application")
    return channel


def _replay(transmit: Transmit, told: Conversation) -> float:
    for command in told.opening:
        transmit(command)
    begun_s = time.perf_counter()
    answers = [transmit(command) for command in told.reading]
    took_s = time.perf_counter() - begun_s
    if tuple(answers) != told.answers:
        raise ValueError("the document answered otherwise the second time")
    return took_s


def _dice(seed: int) -> Dice:
    return random.Random(seed).randbytes
