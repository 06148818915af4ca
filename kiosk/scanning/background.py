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
CHANNEL_GAINS = (1.0, 1.6, 1.6)  # colour is steadier than light: shadows change it little
SURE = 7.0  # sigmas at which a pixel is certainly not the platen


@dataclass(frozen=True, eq=False)
class EmptyPlaten:
    """The empty platen in Lab at the size that `locate` works at."""

    lab: npt.NDArray[np.uint8] = field(repr=False)


def unlikeness(lab: npt.NDArray[np.uint8], empty: EmptyPlaten | None) -> Plane:
    """0 = just like the platen, 1 = certainly something else; worked out at half the size of `lab`."""
    half = (lab.shape[1] // 2, lab.shape[0] // 2)
    pixels = cv2.resize(lab, half, interpolation=cv2.INTER_AREA).astype(np.float32)
    known = empty is not None and empty.lab.shape == lab.shape
    if known and empty is not None:
        pixels -= cv2.resize(empty.lab, half, interpolation=cv2.INTER_AREA).astype(np.float32)
    ring = _ring((half[1], half[0]))
    plane = _smooth_fit(pixels, ring, everywhere=known)
    distance = np.zeros(pixels.shape[:2], np.float32)
    for channel, gain in enumerate(CHANNEL_GAINS):
        off = np.abs(pixels[..., channel] - plane[channel])
        sigma = max(LEAST_SIGMA, 1.48 * float(np.median(off[ring]))) / gain
        distance += np.square(off / np.float32(sigma))
    return np.asarray(np.minimum(cv2.blur(np.sqrt(distance), (3, 3)) / SURE, 1.0), np.float32)


def _smooth_fit(pixels: Plane, ring: npt.NDArray[np.bool_], *, everywhere: bool) -> list[Plane]:
    """A plane for each channel, fitted robustly: uneven light, without being drawn by what lies on the platen."""
    height, width = pixels.shape[:2]
    across = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None]
    down = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None]
    chosen = np.zeros((height, width), np.bool_)
    if everywhere:
        chosen[::4, ::4] = True
    else:
        chosen[::2, ::2] = ring[::2, ::2]
    rows, columns = np.nonzero(chosen)
    x = np.stack([np.ones(len(rows)), across[0, columns], down[rows, 0]], axis=1)
    y = pixels[chosen].astype(np.float64)
    centre = np.median(y, axis=0)
    residual = y - centre
    fitted = np.zeros((3, 3))
    for _ in range(4):
        spread = np.maximum(LEAST_SIGMA, 1.48 * np.median(np.abs(residual), axis=0))
        weight = np.exp(-0.5 * np.square(residual / (2 * spread)) @ np.ones(3))[:, None]
        normal = (x * weight).T @ x + np.diag([1e-3, 2.0, 2.0])
        fitted = np.linalg.solve(normal, (x * weight).T @ (y - centre))
        residual = y - centre - x @ fitted
    return [
        np.asarray(fitted[0, c] + centre[c] + fitted[1, c] * across + fitted[2, c] * down, np.float32) for c in range(3)
    ]


def _ring(shape: tuple[int, int]) -> npt.NDArray[np.bool_]:
    height, width = shape
    thick = max(4, round(0.03 * max(height, width)))
    ring = np.ones((height, width), np.bool_)
    ring[thick:-thick, thick:-thick] = False
    return ring
