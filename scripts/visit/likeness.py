"""Does the page at the window look like the sheet that lay under the camera?"""

from __future__ import annotations

import cv2
import numpy as np

from drivers.protocols import Image

SAME = 0.5
"""Likeness from which two pictures show the same paper: straightened sheets reach 0.8, other sheets stay under 0.3."""

_LONG_SIDE = 240


def likeness(jpeg: bytes, sheet: Image) -> float:
    """Correlation of two pictures of the same shape, -1..1; 0 when their shapes differ by more than a tenth."""
    page = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    if page is None:
        return 0.0
    height, width = sheet.shape[:2]
    if not 0.9 < (page.shape[1] / page.shape[0]) / (width / height) < 1.1:
        return 0.0
    size = (max(1, _LONG_SIDE * width // max(height, width)), max(1, _LONG_SIDE * height // max(height, width)))
    small = [_small(picture, size) for picture in (page, cv2.cvtColor(sheet, cv2.COLOR_BGR2GRAY))]
    one, other = (picture - picture.mean() for picture in small)
    strength = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / strength if strength else 0.0  # 0 also when there is nothing on one of them


def _small(picture: cv2.typing.MatLike, size: tuple[int, int]) -> np.typing.NDArray[np.float64]:
    """Details against their surroundings, so that light and shadow do not count; borders cut off."""
    shrunk = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)
    details = cv2.GaussianBlur(shrunk, (0, 0), 1.5) - cv2.GaussianBlur(shrunk, (0, 0), 8)
    edge = max(size) // 30
    return np.asarray(details[edge:-edge, edge:-edge], np.float64).ravel()
