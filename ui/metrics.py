"""Figures of the running screen: first picture, touch to paint, change of screen, memory. No personal data."""

from __future__ import annotations

import os
import resource
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

KEPT = 2000


class Metrics:
    """Filled by the screen, read by the probe. Times in milliseconds unless named otherwise."""

    def __init__(self, *, finish: Callable[[], object] = lambda: None) -> None:
        """`finish` waits until what was drawn is really on the screen; called once for each touch."""
        self._finish = finish
        self.first_picture_s: float | None = None
        self._touched_s: float | None = None
        self._touch_to_paint: deque[float] = deque(maxlen=KEPT)
        self._changes: deque[float] = deque(maxlen=KEPT)

    def touched(self) -> None:
        if self._touched_s is None:
            self._touched_s = time.perf_counter()

    def drew(self) -> None:
        if self.first_picture_s is None:
            self.first_picture_s = process_age_s()
        if self._touched_s is not None:
            self._finish()
            self._touch_to_paint.append((time.perf_counter() - self._touched_s) * 1000)
            self._touched_s = None

    def changed(self, took_s: float) -> None:
        self._changes.append(took_s * 1000)

    def told(self) -> dict[str, object]:
        return {
            "first_picture_s": self.first_picture_s,
            "touch_to_paint_ms": [round(sample, 2) for sample in self._touch_to_paint],
            "touch_to_paint_p50_ms": _share(self._touch_to_paint, 0.5),
            "touch_to_paint_p95_ms": _share(self._touch_to_paint, 0.95),
            "screen_change_ms": [round(sample, 2) for sample in self._changes],
            "screen_change_p95_ms": _share(self._changes, 0.95),
            "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "cpu_s": time.process_time(),
        }


def process_age_s() -> float:
    """Seconds since the kernel started this process."""
    fields = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    started_s = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return time.clock_gettime(time.CLOCK_BOOTTIME) - started_s


def _share(samples: deque[float], share: float) -> float | None:
    if not samples:
        return None
    ordered = sorted(samples)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 2)
