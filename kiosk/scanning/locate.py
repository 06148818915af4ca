"""Finding the page: where on the platen are its four corners, or is there none?

Work small for what is where, and large for exactly where: lines and regions at 640 pixels, quadrilaterals ranked, and
the sides of the best one fitted in the picture itself.
"""

from __future__ import annotations

import functools
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from drivers.protocols import Image
from kiosk.scanning.background import EmptyPlaten, Plane, unlikeness
from kiosk.scanning.lines import Lines, find_lines, through
from kiosk.scanning.outline import Outline, clockwise
from kiosk.scanning.quads import make_quads
from kiosk.scanning.ranking import Ranker
from kiosk.scanning.sides import fit_sides

Lab: TypeAlias = npt.NDArray[np.uint8]

WORK_SIDE = 640  # pixels of the long side
MEDIAN_PX = 5  # removes text, table lines and the thin lines of a mat, and keeps steps
STRONGEST_LINES = 36
REGION_LEVELS = (0.3, 0.6)


def locate(image: Image, *, empty: EmptyPlaten | None = None) -> Outline | None:
    """The outline of the page in `image`, or None when no page lies there."""
    small, factor = _shrink(image)
    lab = _lab(small)
    unlike = unlikeness(lab, empty)
    lines = _joined(find_lines(lab, most=STRONGEST_LINES), _region_lines(unlike))
    quads = make_quads(lines, lab, unlike)
    if len(quads.corners) == 0:
        return None
    scores = _ranker().score(quads.features)
    best = int(scores.argmax())
    if scores[best] < 0:
        return None
    confidence = float(1 / (1 + np.exp(-scores[best])))
    found = Outline(clockwise(quads.corners[best].astype(np.float64)), confidence)
    found = fit_sides(small, found, reach_px=5.0).scaled(1 / factor)
    return fit_sides(image, found, reach_px=max(2.0, 1.6 / factor)) if factor < 1 else found


@functools.cache
def _ranker() -> Ranker:
    return Ranker()


def learn_empty(image: Image) -> EmptyPlaten:
    """Keep this picture of the platen with nothing on it, as the reference for `locate`."""
    return EmptyPlaten(work_lab(image))


def work_lab(image: Image) -> Lab:
    """`image` as `locate` works on it: small, in Lab, without fine lines."""
    return _lab(_shrink(image)[0])


def _shrink(image: Image) -> tuple[Image, float]:
    """`image` at working size, and the factor it was resized by."""
    factor = WORK_SIDE / max(image.shape[:2])
    if factor >= 1:
        return image, 1.0
    small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8), factor


def _lab(small: Image) -> Lab:
    return np.asarray(cv2.medianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2LAB), MEDIAN_PX), np.uint8)


def _region_lines(unlike: Plane) -> Lines:
    """Sides of four-cornered hulls around what is not the platen."""
    starts, ends = [], []
    for level in REGION_LEVELS:
        mask = cv2.morphologyEx((unlike > level).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        outer, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for contour in sorted(outer, key=cv2.contourArea, reverse=True)[:2]:
            if cv2.contourArea(contour) < 0.01 * mask.size:
                continue
            for corners in (_four_corners(contour), cv2.boxPoints(cv2.minAreaRect(contour))):
                if corners is not None:
                    corners = corners * (2.0, 2.0) + 0.5  # `unlike` is at half size
                    starts.append(corners)
                    ends.append(np.roll(corners, -1, axis=0))
    if not starts:
        return Lines(np.empty(0, np.float32), np.empty(0, np.float32))
    return through(np.concatenate(starts).astype(np.float32), np.concatenate(ends).astype(np.float32))


def _four_corners(contour: cv2.typing.MatLike) -> npt.NDArray[np.float32] | None:
    hull = cv2.convexHull(contour)
    around = cv2.arcLength(hull, True)
    for share in (0.02, 0.03, 0.045, 0.06, 0.08):
        corners = cv2.approxPolyDP(hull, share * around, True)
        if len(corners) == 4:
            return np.asarray(corners[:, 0], np.float32)
    return None


def _joined(one: Lines, other: Lines) -> Lines:
    return Lines(np.concatenate([one.turn, other.turn]), np.concatenate([one.offset, other.offset]))
