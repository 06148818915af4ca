"""How unlike the platen each pixel is.

A fixed camera sees the same mat day after day: an `EmptyPlaten` learnt while nothing lay there tells a white page on
a white mat apart, and cancels printed guides. Without one, the mat's colour is fitted to the border of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

Plane: TypeAlias = npt.NDArray[np.float32]

LEAST_SIGMA = 1.6  # grey levels; below it is the sensor's own noise
SURE = 7.0  # sigmas at which a pixel is certainly not the platen


@dataclass(frozen=True, eq=False)
class EmptyPlaten:
    """The empty platen in Lab at the size that `locate` works at."""

    lab: npt.NDArray[np.uint8] = field(repr=False)


def unlikeness(lab: npt.NDArray[np.uint8], empty: EmptyPlaten | None) -> Plane:
    """0 = just like the platen, 1 = certainly something else; one value for each pixel."""
    pixels = lab.astype(np.float32)
    known = empty is not None and empty.lab.shape == lab.shape
    if known and empty is not None:
        pixels -= empty.lab.astype(np.float32)
    difference = pixels - _smooth_fit(pixels, everywhere=known)
    difference[..., 1:] *= 1.6  # colour is steadier than light: shadows change it little
    ring = _ring(lab.shape[:2])
    sigma = np.maximum(LEAST_SIGMA, 1.48 * np.median(np.abs(difference[ring]), axis=0))
    distance = np.sqrt((np.square(difference / sigma)).sum(axis=2))
    return np.asarray(np.minimum(cv2.blur(distance, (3, 3)) / SURE, 1.0), np.float32)


def _smooth_fit(pixels: Plane, *, everywhere: bool) -> Plane:
    """A plane for each channel, fitted robustly: uneven light, without being drawn by what lies on the platen."""
    height, width = pixels.shape[:2]
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    down, across = down / height - 0.5, across / width - 0.5
    terms = np.stack([np.ones_like(down), across, down], axis=-1)
    if everywhere:
        x, y = terms[::6, ::6].reshape(-1, 3), pixels[::6, ::6].reshape(-1, 3)
    else:
        ring = _ring((height, width))
        x, y = terms[ring][::3], pixels[ring][::3]
    centre = np.median(y, axis=0)
    residual = y - centre
    for _ in range(4):
        spread = np.maximum(LEAST_SIGMA, 1.48 * np.median(np.abs(residual), axis=0))
        weight = np.exp(-0.5 * np.square(residual / (2 * spread)).sum(axis=1))[:, None]
        normal = (x * weight).T @ x + np.diag([1e-3, 2.0, 2.0]).astype(np.float32)
        fitted = np.linalg.solve(normal, (x * weight).T @ (y - centre))
        residual = y - centre - x @ fitted
    return np.asarray(terms @ fitted.astype(np.float32) + centre, np.float32)


def _ring(shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    height, width = shape[:2]
    thick = max(4, round(0.03 * max(height, width)))
    ring = np.ones((height, width), np.bool_)
    ring[thick:-thick, thick:-thick] = False
    return ring
