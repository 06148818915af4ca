"""A document camera that looks at the bench."""

from __future__ import annotations

import time

import cv2
import numpy as np

from drivers.bench import Bench
from drivers.errors import DeviceAbsent, DeviceTimeout
from drivers.protocols import Frame, Image

DEVICE = "simulated document camera"
BARE_PLATEN: Image = np.full((1280, 960, 3), 44, np.uint8)


class SimulatedCamera:
    """`DocumentCamera` over `Bench.sheet` and `Bench.platen`, with a little noise so that no two pictures are equal."""

    def __init__(self, bench: Bench, *, frames_per_second: float = 15.0, preview_side: int = 1280) -> None:
        self._bench = bench
        self._period_s = 1 / frames_per_second
        self._preview_side = preview_side
        self._is_open = False
        self._sequence = 0
        self._due_s = 0.0

    def open(self) -> None:
        if not self._bench.camera_plugged:
            raise DeviceAbsent(DEVICE, "unplugged")
        self._is_open = True

    def frame(self, *, timeout_s: float) -> Frame:
        seen = self.still(timeout_s=timeout_s)
        height, width = seen.image.shape[:2]
        scale = min(1.0, self._preview_side / max(height, width))
        if scale == 1.0:
            return seen
        target = (round(width * scale), round(height * scale))
        return Frame(
            np.asarray(cv2.resize(seen.image, target, interpolation=cv2.INTER_AREA), np.uint8), seen.sequence, seen.at_s
        )

    def still(self, *, timeout_s: float) -> Frame:
        if not self._is_open:
            raise DeviceAbsent(DEVICE, "not open")
        wait_s = self._due_s - time.monotonic()
        if wait_s > timeout_s:
            time.sleep(timeout_s)
            raise DeviceTimeout(DEVICE, f"no picture within {timeout_s:g} s")
        time.sleep(max(0.0, wait_s))
        if not self._bench.camera_plugged:
            self._is_open = False
            raise DeviceAbsent(DEVICE, "unplugged")
        self._sequence += 1
        self._due_s = time.monotonic() + self._period_s
        return Frame(_noisy(self._seen(), self._sequence), self._sequence, time.monotonic())

    def close(self) -> None:
        self._is_open = False

    def _seen(self) -> Image:
        if self._bench.sheet is not None:
            return self._bench.sheet
        return self._bench.platen if self._bench.platen is not None else BARE_PLATEN


def _noisy(image: Image, sequence: int) -> Image:
    noise = np.random.default_rng(sequence).integers(0, 4, image.shape, np.uint8)
    return np.asarray(cv2.add(image, noise), np.uint8)
