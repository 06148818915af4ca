"""The last fraction of a pixel: each side of an outline fitted to the steps found along its normals."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.scanning.outline import Floats, Outline

Profiles: TypeAlias = npt.NDArray[np.float32]

NORMALS = 72  # a side
MARGIN = 0.06  # of a side, kept away from its corners
LEAST_KEPT = 12  # normals that must agree, else the side stays where it was


def fit_sides(image: npt.NDArray[np.uint8], outline: Outline, *, reach_px: float) -> Outline:
    """Move each side by up to `reach_px` to where the colour really steps. Sides that show nothing stay."""
    corners = outline.corners
    lines = []
    for number in range(4):
        start, end = corners[number], corners[(number + 1) % 4]
        lines.append(_fit_side(image, start, end, reach_px))
    fitted = np.array([_crossing(lines[number - 1], lines[number]) for number in range(4)])
    if not np.isfinite(fitted).all() or np.abs(fitted - corners).max() > 4 * reach_px:
        return outline
    return Outline(fitted, outline.confidence)


def _fit_side(image: npt.NDArray[np.uint8], start: Floats, end: Floats, reach_px: float) -> tuple[Floats, Floats]:
    """A point and a direction of the fitted line."""
    along = end - start
    length = float(np.linalg.norm(along))
    direction = along / length
    normal = np.array([-direction[1], direction[0]])  # into the page, for clockwise corners
    share = np.linspace(MARGIN, 1 - MARGIN, NORMALS)
    feet = start + share[:, None] * along
    reach = int(np.ceil(reach_px)) + 3
    offsets = np.arange(-reach, reach + 0.25, 0.5)
    points = feet[:, None] + offsets[None, :, None] * normal
    profiles = cv2.remap(
        image,
        points[..., 0].astype(np.float32),
        points[..., 1].astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    ).astype(np.float32)
    is_in = _inside(feet, image.shape)
    position, strength = _steps(profiles, offsets, reach_px)
    keep = is_in & (strength > 2.0)
    if int(keep.sum()) < LEAST_KEPT:
        return start, direction
    slope, shift = _robust_line(share[keep] - 0.5, position[keep], strength[keep])
    low, high = start + (shift - slope / 2) * normal, end + (shift + slope / 2) * normal
    fitted = high - low
    return low, fitted / np.linalg.norm(fitted)


def _inside(feet: Floats, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    height, width = shape[:2]
    x, y = feet[:, 0], feet[:, 1]
    return np.asarray((x > 1) & (x < width - 2) & (y > 1) & (y < height - 2), np.bool_)


def _steps(profiles: Profiles, offsets: Floats, reach_px: float) -> tuple[Floats, Floats]:
    """Where each profile steps most (pixels along the normal, sub-pixel) and by how much."""
    smooth = cv2.GaussianBlur(profiles, (5, 5), 0, sigmaY=1.2)  # a little along the side, too: it is straight
    third = len(offsets) // 3
    towards = np.median(smooth[:, -third:].mean(axis=1) - smooth[:, :third].mean(axis=1), axis=0)
    size = float(np.linalg.norm(towards))
    # with next to no difference between inside and outside any channel is as good: grey
    weights = towards / size if size > 3.0 else np.full(3, 0.577, np.float32)
    level = smooth @ weights
    rise = np.zeros_like(level)
    rise[:, 2:-2] = level[:, 4:] + level[:, 3:-1] - level[:, 1:-3] - level[:, :-4]
    rise = np.maximum(rise, 0) if size > 3.0 else np.abs(rise)
    rise[:, np.abs(offsets) > reach_px] = 0
    column = rise[:, 1:-1].argmax(axis=1) + 1
    rows = np.arange(len(rise))
    before, at, after = rise[rows, column - 1], rise[rows, column], rise[rows, column + 1]
    bend = before - 2 * at + after
    nudge = np.where(np.abs(bend) > 1e-6, 0.5 * (before - after) / np.where(bend == 0, 1, bend), 0)
    position = offsets[column] + np.clip(nudge, -0.5, 0.5) * (offsets[1] - offsets[0])
    return position.astype(np.float64), at.astype(np.float64)


def _robust_line(share: Floats, position: Floats, strength: Floats) -> tuple[float, float]:
    """position = slope * share + shift; the line most normals agree on, then least squares over those."""
    count = len(share)
    dice = np.random.default_rng(count)
    one, other = dice.integers(0, count, (2, 96))
    far = np.abs(share[one] - share[other]) > 0.2
    one, other = one[far], other[far]
    weight = np.minimum(strength, np.median(strength))
    if len(one) == 0:
        return 0.0, float(np.average(position, weights=weight))
    slopes = (position[one] - position[other]) / (share[one] - share[other])
    shifts = position[one] - slopes * share[one]
    off = np.abs(position[None] - slopes[:, None] * share[None] - shifts[:, None])
    agreed = (np.exp(-0.5 * np.square(off / 0.8)) * weight).sum(axis=1)
    best = int(agreed.argmax())
    slope, shift = float(slopes[best]), float(shifts[best])
    for width in (1.5, 1.0, 0.8):
        residual = position - slope * share - shift
        pull = weight * np.exp(-0.5 * np.square(residual / width))
        mean = float(np.average(share, weights=pull))
        level = float(np.average(position, weights=pull))
        spread = float((pull * np.square(share - mean)).sum())
        slope = float((pull * (share - mean) * (position - level)).sum()) / max(spread, 1e-9)
        shift = level - slope * mean
    return slope, shift


def _crossing(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> Floats:
    (p, d), (q, e) = one, other
    across = d[0] * e[1] - d[1] * e[0]
    if abs(across) < 1e-6:
        return np.array([np.nan, np.nan])
    step = ((q[0] - p[0]) * e[1] - (q[1] - p[1]) * e[0]) / across
    return np.asarray(p + step * d, np.float64)
