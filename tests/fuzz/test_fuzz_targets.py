"""A bounded run of every fuzz target: nothing but the documented errors comes out of a parser."""

from __future__ import annotations

import pytest

from scripts.fuzzing.mutation import Crash, fuzz
from scripts.fuzzing.targets import TARGETS, Target


@pytest.mark.fuzz
@pytest.mark.parametrize("name", TARGETS)
def test_nothing_crashes(name):
    assert fuzz(TARGETS[name], seconds=1.0, seed=20261124) > 50


def test_a_crash_is_found_and_shown():
    def falls(data: bytes) -> None:
        if b"\xff" in data:
            raise KeyError("undocumented")

    with pytest.raises(Crash) as caught:
        fuzz(Target(falls, (b"abcdef",)), seconds=5.0)

    assert b"\xff" in caught.value.data
