"""Is this the page that was taken before? A page boiled down to a few thousand numbers that say where its ink is."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from drivers.protocols import Image
from kiosk.scanning.outline import Outline

Fingerprint: TypeAlias = npt.NDArray[np.float32]

SIZE = (72, 100)
SAME = 0.72  # correlation; the same sheet laid again gives 0.85 and more, another letter of one kind at most 0.6
LEAST_INK = 1.2  # grey levels of spread: below it the page is blank and says nothing


def fingerprint(image: Image, outline: Outline) -> Fingerprint | None:
    """None for a page without ink."""
    width, height = SIZE
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    change = cv2.getPerspectiveTransform(outline.corners.astype(np.float32), target * 4)
    page = cv2.warpPerspective(image, change, (width * 4, height * 4), borderMode=cv2.BORDER_REPLICATE)
    small = cv2.resize(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), SIZE, interpolation=cv2.INTER_AREA).astype(np.float32)
    ink = small - cv2.GaussianBlur(small, (0, 0), 6.0)
    ink = np.asarray(
        cv2.GaussianBlur(ink[4:-4, 4:-4], (0, 0), 0.8), np.float32
    )  # without the rim; blurred against a pixel of misplacement
    spread = float(ink.std())
    if spread < LEAST_INK:
        return None
    return np.asarray((ink - ink.mean()) / spread, np.float32)


def is_same(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether both are the same page, either way up."""
    return max(float((one * other).mean()), float((one * other[::-1, ::-1]).mean())) > SAME
