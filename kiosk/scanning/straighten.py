"""From a page seen at an angle to a straight page of true proportions."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from drivers.protocols import Image
from kiosk.scanning.outline import Outline

MM_PER_INCH = 25.4
RATIO_TOLERANCE = 0.028  # of the logarithm: parts A4 (1.414) from a booklet page (1.362)
SIZE_TOLERANCE = 0.06  # of the length, where millimetres are known


@dataclass(frozen=True)
class PageFormat:
    name: str
    long_mm: float
    short_mm: float
    dpi: int  # what the page is kept at, if the camera sees that much

    @property
    def ratio(self) -> float:
        return self.long_mm / self.short_mm


FORMATS = (  # where only the proportions are known, the first that fits is taken
    PageFormat("A4", 297.0, 210.0, 200),
    PageFormat("card", 85.6, 54.0, 300),  # ISO/IEC 7810 ID-1
    PageFormat("booklet", 143.0, 105.0, 200),  # a page of the household register
    PageFormat("A5", 210.0, 148.0, 200),
)
OTHER = PageFormat("other", 297.0, 210.0, 200)


@dataclass(frozen=True, eq=False)
class StraightPage:
    image: Image = field(repr=False)
    dpi: int  # pixels per inch of paper in `image`
    seen_dpi: int  # what the camera really resolved
    format: str


def straighten(image: Image, outline: Outline, *, px_per_mm: float | None = None) -> StraightPage:
    """Cut the page out of `image`. `px_per_mm` is the platen's calibration; without it the proportions decide."""
    top, right, bottom, left = outline.sides
    width, height = max(top, bottom), max(left, right)
    page_format = _format(width, height, px_per_mm)
    width, height = _true_proportions(width, height, page_format)
    seen_dpi = _dpi(max(width, height), page_format, px_per_mm)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]]) - 0.5
    change = cv2.getPerspectiveTransform(outline.corners.astype(np.float32), target.astype(np.float32))
    size = (max(1, round(width)), max(1, round(height)))
    page = cv2.warpPerspective(image, change, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    if seen_dpi <= page_format.dpi:
        return StraightPage(np.asarray(page, np.uint8), seen_dpi, seen_dpi, page_format.name)
    smaller = page_format.dpi / seen_dpi
    reduced = cv2.resize(
        page, (max(1, round(width * smaller)), max(1, round(height * smaller))), interpolation=cv2.INTER_AREA
    )
    return StraightPage(np.asarray(reduced, np.uint8), page_format.dpi, seen_dpi, page_format.name)


def _format(width: float, height: float, px_per_mm: float | None) -> PageFormat:
    long, short = max(width, height), min(width, height)
    for known in FORMATS:
        if px_per_mm is None:
            fits = abs(np.log(long / short / known.ratio)) < RATIO_TOLERANCE
        else:
            fits = (
                abs(long / px_per_mm / known.long_mm - 1) < SIZE_TOLERANCE
                and abs(short / px_per_mm / known.short_mm - 1) < SIZE_TOLERANCE
            )
        if fits:
            return known
    return OTHER


def _true_proportions(width: float, height: float, page_format: PageFormat) -> tuple[float, float]:
    """Stretch the shorter measure so that a known format gets exactly its own proportions."""
    if page_format is OTHER:
        return width, height
    if height >= width:
        return max(width, height / page_format.ratio), max(height, width * page_format.ratio)
    return max(width, height * page_format.ratio), max(height, width / page_format.ratio)


def _dpi(long_px: float, page_format: PageFormat, px_per_mm: float | None) -> int:
    if page_format is OTHER and px_per_mm is not None:
        return max(1, round(px_per_mm * MM_PER_INCH))
    return max(1, round(long_px / page_format.long_mm * MM_PER_INCH))
