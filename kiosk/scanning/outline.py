"""The outline of a page in a picture: four corners, and plain geometry on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Outline:
    """`corners` 4 x 2, clockwise from the one nearest the top left, in pixels with integers at pixel centres."""

    corners: Floats = field(repr=False)
    confidence: float  # 0..1

    def scaled(self, factor: float) -> Outline:
        """The same outline in a picture resized by `factor`."""
        return Outline((self.corners + 0.5) * factor - 0.5, self.confidence)

    @property
    def area(self) -> float:
        return polygon_area(self.corners)

    @property
    def sides(self) -> Floats:
        """Lengths of top, right, bottom and left side in pixels."""
        return np.asarray(np.linalg.norm(np.roll(self.corners, -1, axis=0) - self.corners, axis=1), np.float64)


def clockwise(corners: Floats) -> Floats:
    """Order four corners clockwise (on the screen), starting with the one nearest the top left."""
    middle = corners.mean(axis=0)
    turned = corners[np.argsort(np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0]))]
    return np.roll(turned, -int(np.argmin(turned.sum(axis=1))), axis=0)


def polygon_area(corners: Floats) -> float:
    x, y = corners[:, 0], corners[:, 1]
    return abs(0.5 * float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))))


def farthest_corner_shift(one: Outline, other: Outline) -> float:
    """How far the corner that moved most has moved, in pixels."""
    return float(np.linalg.norm(one.corners - other.corners, axis=1).max())
