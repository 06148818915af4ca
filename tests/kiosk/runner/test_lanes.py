"""A lane: one worker, newest order wins, a bug ends nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import SimpleQueue

import pytest

from kiosk.events import Failed, FromLane, Guidance
from kiosk.lanes import Lane, Tell
from kiosk.problems import Problem

PATIENCE_S = 5.0


@pytest.fixture
def told() -> SimpleQueue[FromLane]:
    return SimpleQueue()


@pytest.fixture
def lane(told: SimpleQueue[FromLane]) -> Iterator[Lane]:
    made = Lane("test", told.put)
    yield made
    made.close()


def says(code: str) -> Guidance:
    return Guidance(code, 0.0)


def test_news_carries_session_and_ticket(lane: Lane, told: SimpleQueue[FromLane]) -> None:
    lane.start(lambda _cancel, tell: tell(says("here")), session=3, ticket=8)
    assert told.get(timeout=PATIENCE_S) == FromLane(3, 8, says("here"))


def test_a_new_order_cancels_the_old_one_which_then_reaches_nobody(lane: Lane, told: SimpleQueue[FromLane]) -> None:
    running = threading.Event()

    def waits_for_ever(cancel: threading.Event, tell: Tell) -> None:
        running.set()
        assert cancel.wait(PATIENCE_S)
        tell(says("too late"))

    lane.start(waits_for_ever, session=1, ticket=1)
    assert running.wait(PATIENCE_S)
    lane.start(lambda _cancel, tell: tell(says("skipped")), session=1, ticket=2)
    lane.start(lambda _cancel, tell: tell(says("newest")), session=1, ticket=3)
    first = told.get(timeout=PATIENCE_S)
    assert first.ticket in (2, 3)
    while first.ticket != 3:
        first = told.get(timeout=PATIENCE_S)
    assert lane.wait_idle(PATIENCE_S)
    assert told.empty()


def test_a_bug_is_told_and_the_lane_goes_on(
    lane: Lane, told: SimpleQueue[FromLane], caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(_cancel: threading.Event, _tell: Tell) -> None:
        raise KeyError("李甜甜")

    lane.start(breaks, session=1, ticket=1)
    assert told.get(timeout=PATIENCE_S) == FromLane(1, 1, Failed(Problem.UNEXPECTED))
    assert "lane_crashed lane=test error=KeyError at=" in caplog.text
    assert "李甜甜" not in caplog.text
    lane.start(lambda _cancel, tell: tell(says("still here")), session=1, ticket=2)
    assert told.get(timeout=PATIENCE_S).news == says("still here")


def test_a_closed_lane_has_no_thread_and_closes_twice(lane: Lane) -> None:
    lane.close()
    lane.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "lane-test"]


def test_closing_ends_what_runs(lane: Lane) -> None:
    running = threading.Event()

    def waits(cancel: threading.Event, _tell: Tell) -> None:
        running.set()
        cancel.wait(PATIENCE_S)

    lane.start(waits, session=1, ticket=1)
    assert running.wait(PATIENCE_S)
    lane.close()
    assert lane.wait_idle(0.0)
