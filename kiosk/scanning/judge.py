"""Would a window clerk be content with this page? Measured inside the outline, in the picture as the camera gave it."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from drivers.protocols import Image
from kiosk.scanning.background import Plane
from kiosk.scanning.outline import Outline
from kiosk.scanning.verdicts import Finding, Region, Verdict

Grey: TypeAlias = npt.NDArray[np.uint8]

LARGE_SHARE = 0.12  # of the picture: less than that is a hand or a sleeve
PART_SHARE = 0.7  # an outline smaller than this share of what lies there is only a part of it
BORDER_SHARE = 0.10  # of a border that a page covers when it leaves the picture there
EDGE_SHARE = 0.005  # of the frame's width: a corner nearer to the border than this is cut off
DARK_LEVEL = 105  # of the page's bright end
BURNT_LEVEL, BURNT_SHARE = 252, 0.35
GLARE_LEVEL, GLARE_SHARE = 251, 0.004
SHARP_SHARE = 0.03  # the strongest edges of the page
LEAST_EDGE = 8.0  # a blank page has no edges to be blurred
BLUR_RATIO = 1.55  # sharp sheets of ours reach 1.69 and more, blurred and moved ones 1.47 at most
LEAST_SEEN_DPI = 95
SOBEL_UNIT = 0.25  # grey levels a pixel in one step of Sobel's operator
DIAGONAL = 0.7071


def judge(image: Image, outline: Outline, *, seen_dpi: int | None = None) -> tuple[Finding, ...]:
    """Every fault, most pressing first. `seen_dpi`, when known, is the resolution on the paper."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    patch, mask, offset = _page_patch(np.asarray(grey, np.uint8), outline)
    found = [*_cut(outline, image.shape)]
    if seen_dpi is not None and seen_dpi < LEAST_SEEN_DPI:
        found.append(Finding(Verdict.TOO_FAR, _around(outline, image.shape)))
    inside = patch[mask > 0]
    if inside.size:
        found += _light(patch, mask, inside, offset, outline, image.shape)
        if blur_ratio(patch, mask) < BLUR_RATIO:
            found.append(Finding(Verdict.BLURRED, _around(outline, image.shape)))
    order = list(Verdict)
    return tuple(sorted(found, key=lambda finding: order.index(finding.verdict)))


def blur_ratio(grey: Grey, mask: Grey) -> float:
    """How much the strongest edges lose by a blur of 1.5 px: a sharp page loses much, a blurred one little.

    A ratio, because every absolute measure of sharpness depends on how much text a page has. Taken in four directions
    and the least of them counts: motion spares the edges along its own way. Infinite for a page without edges.
    """
    own = _strongest(grey, mask)
    if max(own) < LEAST_EDGE:
        return float("inf")
    blurred = _strongest(np.asarray(cv2.GaussianBlur(grey, (0, 0), 1.5), np.uint8), mask)
    return min(sharp / max(soft, 1e-6) for sharp, soft in zip(own, blurred, strict=True))


def _strongest(grey: Grey, mask: Grey) -> list[float]:
    """Mean of the strongest slopes across, down and along both diagonals, in grey levels a pixel."""
    inside = mask > 0
    across = cv2.Sobel(grey, cv2.CV_16S, 1, 0)[inside]
    down = cv2.Sobel(grey, cv2.CV_16S, 0, 1)[inside]
    count = max(1, int(across.size * SHARP_SHARE))

    def mean_of_strongest(slopes: npt.NDArray[np.int16]) -> float:
        return float(np.partition(np.abs(slopes), -count)[-count:].mean()) * SOBEL_UNIT

    # One direction at a time, in whole numbers: a still has millions of slopes.
    return [
        mean_of_strongest(np.asarray(across, np.int16)),
        mean_of_strongest(np.asarray(down, np.int16)),
        mean_of_strongest(np.asarray(across + down, np.int16)) * DIAGONAL,
        mean_of_strongest(np.asarray(across - down, np.int16)) * DIAGONAL,
    ]


def _page_patch(grey: Grey, outline: Outline) -> tuple[Grey, Grey, tuple[int, int]]:
    """The page's bounding box, a mask of the page a little inside its sides, and where the box lies."""
    height, width = grey.shape
    middle = outline.corners.mean(axis=0)
    inner = middle + (outline.corners - middle) * 0.96
    left, top = np.clip(np.floor(inner.min(axis=0)), 0, (width - 1, height - 1)).astype(int)
    right, bottom = np.clip(np.ceil(inner.max(axis=0)) + 1, (left + 1, top + 1), (width, height)).astype(int)
    mask = np.zeros((bottom - top, right - left), np.uint8)
    cv2.fillConvexPoly(mask, np.round(inner - (left, top)).astype(np.int32), 255)
    return grey[top:bottom, left:right], mask, (int(left), int(top))


def judge_cut(unlike: Plane, outline: Outline | None) -> tuple[Finding, ...]:
    """The fault of a page whose outline cannot be found because it leaves the picture: something large lies there,
    and runs over the border. `outline`, of a picture as large as `unlike`, is what was found instead: a part of it.
    """
    mask = cv2.morphologyEx((unlike > 0.6).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    if len(stats) < 2:
        return ()
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    if stats[largest, cv2.CC_STAT_AREA] < LARGE_SHARE * mask.size:
        return ()
    if outline is not None and outline.area > PART_SHARE * stats[largest, cv2.CC_STAT_AREA]:
        return ()
    page = labels == largest
    left, right, top, bottom = (
        float(border.mean()) > BORDER_SHARE for border in (page[:, 1], page[:, -2], page[1], page[-2])
    )
    return tuple(_cut_sides(left, right, top, bottom))


def _cut(outline: Outline, shape: tuple[int, ...]) -> list[Finding]:
    height, width = shape[:2]
    margin = EDGE_SHARE * width
    x, y = outline.corners[:, 0], outline.corners[:, 1]
    return _cut_sides(
        bool(x.min() < margin),
        bool(x.max() > width - 1 - margin),
        bool(y.min() < margin),
        bool(y.max() > height - 1 - margin),
    )


def _cut_sides(left: bool, right: bool, top: bool, bottom: bool) -> list[Finding]:
    cut = [
        Finding(verdict, region)
        for is_cut, verdict, region in (
            (left, Verdict.CUT_LEFT, (0.0, 0.0, 0.06, 1.0)),
            (right, Verdict.CUT_RIGHT, (0.94, 0.0, 1.0, 1.0)),
            (top, Verdict.CUT_TOP, (0.0, 0.0, 1.0, 0.06)),
            (bottom, Verdict.CUT_BOTTOM, (0.0, 0.94, 1.0, 1.0)),
        )
        if is_cut
    ]
    return cut if len(cut) < 2 else [Finding(Verdict.CUT_OFF)]


def _light(
    patch: Grey,
    mask: Grey,
    inside: Grey,
    offset: tuple[int, int],
    outline: Outline,
    shape: tuple[int, ...],
) -> list[Finding]:
    around = _around(outline, shape)
    if float(np.percentile(inside, 97)) < DARK_LEVEL:
        return [Finding(Verdict.TOO_DARK, around)]
    if float((inside >= BURNT_LEVEL).mean()) > BURNT_SHARE:
        return [Finding(Verdict.TOO_BRIGHT, around)]
    if float(np.median(inside)) >= GLARE_LEVEL - 8:
        return []  # paper itself is nearly that bright: a blob says nothing
    blobs = ((patch >= GLARE_LEVEL) & (mask > 0)).astype(np.uint8)
    solid = cv2.morphologyEx(blobs, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(solid)
    height, width = shape[:2]
    return [
        Finding(
            Verdict.GLARE,
            (
                (left + offset[0]) / width,
                (top + offset[1]) / height,
                (left + offset[0] + across) / width,
                (top + offset[1] + down) / height,
            ),
        )
        for left, top, across, down, area in stats[1:]
        if area > GLARE_SHARE * inside.size
    ][:1]


def _around(outline: Outline, shape: tuple[int, ...]) -> Region:
    height, width = shape[:2]
    left, top = np.clip(outline.corners.min(axis=0) / (width, height), 0, 1)
    right, bottom = np.clip(outline.corners.max(axis=0) / (width, height), 0, 1)
    return float(left), float(top), float(right), float(bottom)
