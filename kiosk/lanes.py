"""A lane: the one worker thread of a device. It does one piece of work at a time and tells of it through the inbox."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TypeAlias

from kiosk.events import Failed, FromLane, News
from kiosk.memory import give_back
from kiosk.problems import Problem

_log = logging.getLogger(__name__)

Tell: TypeAlias = Callable[[News], None]
Job: TypeAlias = Callable[[threading.Event, Tell], None]
"""`(cancel, tell)`: blocks until it is done or `cancel` is set. What it tells after `cancel` reaches nobody."""


@dataclass
class _Order:
    session: int
    ticket: int
    job: Job
    cancel: threading.Event = field(default_factory=threading.Event)


class Lane:
    """Newest order wins: a new one cancels the one that runs and takes the place of the one that waits.

    `post` is called on the lane's thread. A job that raises is a bug: it is logged as `lane_crashed` with the kind of
    the error and the lines it passed, never with its message, which may hold what a citizen typed; and told as
    `Problem.UNEXPECTED`. The lane goes on.
    """

    def __init__(self, name: str, post: Callable[[FromLane], None]) -> None:
        self.name = name
        self._post = post
        self._changed = threading.Condition()
        self._waiting: _Order | None = None
        self._running: _Order | None = None
        self._is_closed = False
        self._thread = threading.Thread(target=self._work, name=f"lane-{name}", daemon=True)
        self._thread.start()

    def start(self, job: Job, *, session: int, ticket: int) -> None:
        """Never blocks."""
        with self._changed:
            self._cancel_both()
            self._waiting = _Order(session, ticket, job)
            self._changed.notify_all()

    def stop(self) -> None:
        """Ask the running work to end and forget the waiting one; does not wait for it."""
        with self._changed:
            self._cancel_both()

    def wait_idle(self, timeout_s: float) -> bool:
        """True when nothing runs or waits, False when that did not come in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._waiting is None and self._running is None, timeout_s)

    def close(self, timeout_s: float = 5.0) -> None:
        """Stop, and wait for the thread. May be called twice."""
        with self._changed:
            self._cancel_both()
            self._is_closed = True
            self._changed.notify_all()
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            _log.error("lane_hangs lane=%s", self.name)

    def _cancel_both(self) -> None:
        if self._running is not None:
            self._running.cancel.set()
        self._waiting = None

    def _work(self) -> None:
        while self._take():
            self._do_running()
            give_back()  # the pictures of a page are gone: the next piece of work starts small
            with self._changed:
                self._running = None
                self._changed.notify_all()

    def _take(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting is not None or self._is_closed)
            self._running, self._waiting = self._waiting, None
            return self._running is not None

    def _do_running(self) -> None:
        """Its own frame, so that nothing of a finished order stays alive while the lane waits for the next."""
        order = self._running
        if order is None:
            return

        def tell(news: News) -> None:
            if not order.cancel.is_set():
                self._post(FromLane(order.session, order.ticket, news))

        try:
            order.job(order.cancel, tell)
        except Exception as error:  # the one place where a bug of a part must not take the kiosk down
            _log.error("lane_crashed lane=%s error=%s at=%s", self.name, type(error).__name__, _lines(error))
            tell(Failed(Problem.UNEXPECTED))


def _lines(error: BaseException) -> str:
    """Where it went wrong, innermost last. File names and line numbers hold nothing of a citizen."""
    return " ".join(
        f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
    )
