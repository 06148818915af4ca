"""After a visit nothing of the citizen is left: not in memory, not in a log, not readable on the disk."""

from __future__ import annotations

import gc
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.protocols import DocumentCamera
from kiosk import events as e
from kiosk.dossier import Signature
from kiosk.identity import check_character
from kiosk.scanning.captured import CapturedPage
from tests.kiosk.runner.stage import Stage, jpeg, stage
from tests.kiosk.story import RESIDENCE_PERMIT, card

# Patterns whose own text is not what they find: this file, its constants and the scan itself must not be found.
_PATTERNS = (
    "[金]丝七十三零",
    "[6]10102199003079",
    "[西]安市金丝路零三十七号",
    "[1]3830071045",
    "[C]ANARYSPRING",
    "[问]七十三零",
)


def canaries() -> tuple[str, ...]:
    return tuple(pattern.replace("[", "").replace("]", "") for pattern in _PATTERNS)


def in_bytes(pattern: str) -> bytes:
    first, rest = pattern[1].encode(), pattern[3:].encode()
    return b"[" + re.escape(first[:1]) + b"]" + re.escape(first[1:] + rest)


_IN_TEXT = re.compile("|".join(f"({pattern})" for pattern in _PATTERNS))
_IN_BYTES = re.compile(b"|".join(b"(" + in_bytes(pattern) + b")" for pattern in _PATTERNS))


def fill_in(kiosk: Stage) -> None:
    """The whole visit up to the signature, every word of it a canary. In its own frame, which then is gone."""
    name, first_16, address, phone, _, query = canaries()
    number = f"{first_16}61"
    number += check_character(number)
    kiosk.does(e.Woken()).screen("home")
    kiosk.bench.card = card(name=name, number=number, address=address)
    kiosk.screen("item").does(e.QueryChanged(query), e.ItemChosen(RESIDENCE_PERMIT))
    kiosk.bench.card = None
    kiosk.does(e.LocalityChosen("changan"), e.GuideRead(), e.ConsentGiven())
    for key, value in (
        ("phone", phone),
        ("return_address", address),
        ("delivery", "post"),
        ("living_address", address + "二单元"),
    ):
        kiosk.does(e.AnswerGiven(key, value))
    kiosk.does(e.AnswersConfirmed()).screen("papers")
    for place in range(2):
        kiosk.until(lambda place=place: kiosk.pages(place) > 0, "a page").does(e.MaterialFinished())  # type: ignore[misc]
    kiosk.screen("review")


def sees_a_canary(camera: DocumentCamera, **_how: object) -> CapturedPage:
    camera.frame(timeout_s=1.0)
    canary = canaries()[4].encode()
    return CapturedPage(jpeg() + canary, jpeg() + canary, 64, 90, 200, "A4")


def found_in_memory() -> set[int]:
    """Places in `_PATTERNS` of what any object of the process still holds, the frames of all threads included."""
    gc.collect()
    found: set[int] = set()
    seen: set[int] = set()
    heap: list[object] = gc.get_objects()
    heap += frames_of_other_threads()
    while heap:
        for held in gc.get_referents(heap.pop()):
            if id(held) in seen:
                continue
            seen.add(id(held))
            match: re.Match[str] | re.Match[bytes] | None
            if isinstance(held, str):
                match = _IN_TEXT.search(held)
            elif isinstance(held, bytes | bytearray):
                match = _IN_BYTES.search(held)
            else:
                match = None
                if not gc.is_tracked(held):
                    heap.append(held)
            if match is not None and match.lastindex is not None:
                found.add(match.lastindex - 1)
    return found


def frames_of_other_threads() -> list[object]:
    frames: list[object] = []
    for thread, top in sys._current_frames().items():
        frame = top if thread != threading.get_ident() else None
        while frame is not None:
            frames.append(frame)
            frame = frame.f_back
    return frames


def found_on_disk(folder: Path) -> list[str]:
    return [file.name for file in folder.rglob("*") if file.is_file() and _IN_BYTES.search(file.read_bytes())]


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Stage]:
    with stage(tmp_path, watch_page=sees_a_canary) as set_up:
        yield set_up


def settle(kiosk: Stage) -> None:
    """The next citizen wakes the kiosk: the reader looks for a card and sees that the old one is gone."""
    kiosk.screen("attract").does(e.Woken()).screen("home")
    kiosk.until(lambda: "WAITING" in repr(kiosk.runner.session.activity), "the reader waiting for a card")


def test_time_out_in_the_middle(kiosk: Stage, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    fill_in(kiosk)
    assert found_in_memory() >= {0, 1, 2, 3, 4}, "the scan must find what is there, or it proves nothing"
    kiosk.waits(120 + 45)
    settle(kiosk)
    assert found_in_memory() == set()
    assert found_on_disk(tmp_path) == []
    assert _IN_TEXT.search(caplog.text) is None


def test_leaving_from_the_middle(kiosk: Stage, tmp_path: Path) -> None:
    fill_in(kiosk)
    kiosk.does(e.LeaveTapped())
    settle(kiosk)
    assert found_in_memory() == set()
    assert found_on_disk(tmp_path) == []


def test_what_was_handed_in_is_forgotten_as_soon_as_it_is_sealed(
    kiosk: Stage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fill_in(kiosk)
    kiosk.does(e.Reviewed(), e.Signed(Signature((((0.1, 0.2), (0.8, 0.3)),)))).screen("notice")
    kiosk.until(lambda: kiosk.outbox.unproven_receipt() is None, "the note in the outbox")
    left = found_in_memory()
    kiosk.does(e.FinishTapped(), e.FinishTapped())
    settle(kiosk)
    assert found_in_memory() == set()
    assert found_on_disk(tmp_path) == []
    assert _IN_TEXT.search(caplog.text) is None
    assert left <= {0, 1, 2}, "only the simulated reader may still know the card that lay on it"
