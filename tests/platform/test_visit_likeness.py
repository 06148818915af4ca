"""The measure by which a visit tells that the right page reached the window."""

from __future__ import annotations

import cv2
import numpy as np

from drivers.emulators.lens import look
from drivers.emulators.sheets import sheet
from scripts.visit.likeness import SAME, likeness


def photographed(name: str) -> bytes:
    """The sheet as the camera sees it, straightened by its true corners."""
    seen = look(sheet(name), seed=5, rotation_deg=3, shade=0.4)
    assert seen.corners is not None
    height, width = sheet(name).shape[:2]
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    straighten = cv2.getPerspectiveTransform(np.array(seen.corners, np.float32), target)
    page = cv2.warpPerspective(seen.image, straighten, (width, height))
    return bytes(cv2.imencode(".jpg", page)[1])


def test_a_straightened_sheet_looks_like_itself() -> None:
    assert likeness(photographed("application_form"), sheet("application_form")) > SAME
    assert likeness(photographed("marriage_certificate"), sheet("marriage_certificate")) > SAME


def test_another_paper_or_the_bare_platen_does_not() -> None:
    assert likeness(photographed("lease_contract"), sheet("application_form")) < SAME
    platen = np.full((2338, 1654, 3), 44, np.uint8)
    assert likeness(bytes(cv2.imencode(".jpg", platen)[1]), sheet("application_form")) < SAME
    assert likeness(b"not a picture", sheet("application_form")) == 0
