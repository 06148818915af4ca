"""How long to wait after a failure: exponential, with full jitter, so that a fleet does not return as one wave."""

from __future__ import annotations

from collections.abc import Callable


class Backoff:
    """`random` gives 0..1. The wait is uniform between nothing and `base_s * 2**failures`, at most `cap_s`."""

    def __init__(self, *, base_s: float, cap_s: float, random: Callable[[], float]) -> None:
        self._base_s = base_s
        self._cap_s = cap_s
        self._random = random
        self._failures = 0

    def failed(self) -> float:
        """One more failure; returns the seconds to wait."""
        ceiling = min(self._cap_s, self._base_s * float(1 << min(self._failures, 32)))
        self._failures += 1
        return self._random() * ceiling

    def succeeded(self) -> None:
        self._failures = 0
