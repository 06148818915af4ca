"""How long a call may still wait: one time limit and one cancel flag, looked at in every wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event

from drivers.errors import Cancelled, DeviceTimeout


class Patience:
    """Made at the start of a call; `clock` is monotonic seconds."""

    def __init__(
        self, device: str, *, timeout_s: float, cancel: Event, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._device = device
        self._cancel = cancel
        self._clock = clock
        self._end_s = clock() + timeout_s

    @property
    def left_s(self) -> float:
        return max(0.0, self._end_s - self._clock())

    def allow(self, seconds: float) -> None:
        """Have at least so long from now: a card that came in the last moment is still read."""
        self._end_s = max(self._end_s, self._clock() + seconds)

    def check(self) -> None:
        """Raises Cancelled or DeviceTimeout when the caller has had enough."""
        if self._cancel.is_set():
            raise Cancelled(self._device, "cancelled by the caller")
        if self._clock() >= self._end_s:
            raise DeviceTimeout(self._device, "time limit reached")

    def pause(self, seconds: float) -> None:
        """Wait, at most until the limit; ends at once when cancelled. Raises like `check`."""
        self._cancel.wait(min(seconds, self.left_s))
        self.check()
