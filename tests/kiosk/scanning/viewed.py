"""A platen that tests lay sheets on, and a camera over it that needs no time."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import cv2
import numpy as np

from drivers.emulators.lens import Seen, look
from drivers.emulators.sheets import sheet
from drivers.errors import DeviceAbsent
from drivers.protocols import Frame, Image

FULL = (1080, 1440)  # width and height of a still in these tests
PREVIEW_SIDE = 960


@functools.lru_cache(maxsize=24)
def seen(name: str | None, seed: int = 1, **view: object) -> Seen:
    """A sheet of ours as the camera sees it, and where its corners truly are."""
    view.setdefault("size", FULL)
    return look(None if name is None else sheet(name), seed=seed, **view)


@dataclass
class StillCamera:
    """Shows `picture` for ever, one frame each tenth of a second of its own clock. `script` changes it by the frame."""

    picture: Image
    script: dict[int, Image | None] = field(default_factory=dict)  # None = unplugged
    sequence: int = 0
    stills: int = 0

    def open(self) -> None:
        """Always open."""

    def close(self) -> None:
        """Nothing to close."""

    def clock(self) -> float:
        return self.sequence * 0.1

    def frame(self, *, timeout_s: float) -> Frame:
        seen_now = self.still(timeout_s=timeout_s)
        self.stills -= 1
        factor = PREVIEW_SIDE / max(seen_now.image.shape[:2])
        small = cv2.resize(seen_now.image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        return Frame(np.asarray(small, np.uint8), seen_now.sequence, seen_now.at_s)

    def still(self, *, timeout_s: float) -> Frame:
        assert timeout_s > 0
        self.sequence += 1
        self.stills += 1
        changed = self.script.get(self.sequence, self.picture)
        if changed is None:
            raise DeviceAbsent("camera", "unplugged")
        self.picture = changed
        return Frame(self.picture, self.sequence, self.clock())
