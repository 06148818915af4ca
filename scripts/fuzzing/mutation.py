"""A small coverage-guided mutator in plain Python: for where atheris is not installed, and for the test suite."""

from __future__ import annotations

import random
import sys
import time
from dataclasses import dataclass
from types import FrameType
from typing import Any

from scripts.fuzzing.targets import Target

LONGEST = 8192
_OURS = ("/drivers/", "/packet/", "/paper/")


@dataclass(eq=False)
class Crash(Exception):
    """`data` makes the target raise `error`."""

    data: bytes
    error: BaseException


def fuzz(target: Target, *, seconds: float, seed: int = 0) -> int:
    """How many inputs were tried. Those that reach new lines are kept and spoilt further. Raises Crash."""
    dice = random.Random(seed)
    corpus = [b"", *target.seeds]
    reached: set[tuple[str, int]] = set()
    for known in corpus:
        _try(target, known, reached)
    end_s = time.monotonic() + seconds
    tried = len(corpus)
    while time.monotonic() < end_s:
        data = spoilt(dice.choice(corpus), corpus, dice)
        before = len(reached)
        _try(target, data, reached)
        tried += 1
        if len(reached) > before:
            corpus.append(data)
    return tried


def spoilt(data: bytes, corpus: list[bytes], dice: random.Random) -> bytes:
    for _ in range(dice.choice((1, 1, 2, 4))):
        at, size = dice.randint(0, len(data)), dice.choice((1, 1, 2, 4, 16))
        match dice.randrange(6):
            case 0:
                data = data[:at]
            case 1:
                data = data[:at] + data[at + size :]
            case 2:
                data = data[:at] + dice.randbytes(size) + data[at + size :]
            case 3:
                data = data[:at] + dice.randbytes(size) + data[at:]
            case 4:
                data = data[:at] + bytes((dice.choice((0, 1, 0x7F, 0x80, 0xD8, 0xFF)),)) + data[at + 1 :]
            case _:
                other = dice.choice(corpus)
                data = data[:at] + other[dice.randint(0, len(other)) :]
    return data[:LONGEST]


def _try(target: Target, data: bytes, reached: set[tuple[str, int]]) -> None:
    def line(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            reached.add((frame.f_code.co_filename, frame.f_lineno))
        return line

    def call(frame: FrameType, _event: str, _: Any) -> Any:
        return line if any(ours in frame.f_code.co_filename for ours in _OURS) else None

    before = sys.gettrace()
    sys.settrace(call)
    try:
        target.try_one(data)
    except Exception as error:
        raise Crash(data, error) from error
    finally:
        sys.settrace(before)
