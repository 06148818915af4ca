"""A page that has been taken: encoded, small, and without the picture it came from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import cv2
import numpy as np

from drivers.protocols import Image
from kiosk.dossier import Page
from kiosk.scanning.straighten import StraightPage
from kiosk.scanning.verdicts import Finding

JPEG_QUALITY = 85
THUMBNAIL_WIDTH_PX = 240
THUMBNAIL_QUALITY = 80


@dataclass(frozen=True)
class CapturedPage:
    """`faults` are what the judge found, most pressing first; empty = keep without asking."""

    jpeg: bytes = field(repr=False)
    thumbnail: bytes = field(repr=False)
    width_px: int
    height_px: int
    dpi: int
    format: str  # "A4", "card", "booklet", "A5" or "other"
    faults: tuple[Finding, ...] = ()

    def to_page(self, page_id: int) -> Page:
        return Page(
            page_id=page_id,
            jpeg=self.jpeg,
            thumbnail=self.thumbnail,
            width_px=self.width_px,
            height_px=self.height_px,
            dpi=self.dpi,
            sha256=hashlib.sha256(self.jpeg).hexdigest(),
            faults=tuple(finding.verdict.value for finding in self.faults),
        )


def encode(page: StraightPage, faults: tuple[Finding, ...]) -> CapturedPage:
    height, width = page.image.shape[:2]
    shrink = min(1.0, THUMBNAIL_WIDTH_PX / width)
    small = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    thumbnail = np.asarray(cv2.resize(page.image, small, interpolation=cv2.INTER_AREA), np.uint8)
    return CapturedPage(
        jpeg=_jpeg(page.image, JPEG_QUALITY, page.dpi),
        thumbnail=_jpeg(thumbnail, THUMBNAIL_QUALITY, 72),
        width_px=width,
        height_px=height,
        dpi=page.dpi,
        format=page.format,
        faults=faults,
    )


def _jpeg(image: Image, quality: int, dpi: int) -> bytes:
    """JPEG whose JFIF head says the resolution, so that a PDF made of it has the paper's true size."""
    _, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1])
    jpeg = bytearray(encoded.tobytes())
    if jpeg[6:11] == b"JFIF\0":
        jpeg[13] = 1  # dots per inch
        jpeg[14:18] = dpi.to_bytes(2, "big") * 2
    return bytes(jpeg)
