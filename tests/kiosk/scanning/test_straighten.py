"""The straight page has the paper's own proportions and says its true resolution."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from drivers.emulators.sheets import sheet
from kiosk.scanning.outline import Outline
from kiosk.scanning.straighten import straighten
from tests.kiosk.scanning.viewed import seen


def straight(name: str, *, px_per_mm: float | None = None, **view: object):
    shown = seen(name, **view)
    return straighten(shown.image, Outline(np.array(shown.corners), 1.0), px_per_mm=px_per_mm)


@pytest.mark.parametrize(
    ("name", "page_format", "long_mm", "short_mm"),
    [
        ("residence_proof", "A4", 297, 210),
        ("id_card", "card", 85.6, 54),
        ("household_register", "booklet", 143, 105),
    ],
)
def test_format_is_known_by_its_proportions(name, page_format, long_mm, short_mm):
    page = straight(name, seed=3, rotation_deg=4.0, tilt_deg=2.0)
    height, width = page.image.shape[:2]
    assert page.format == page_format
    assert max(height, width) / min(height, width) == pytest.approx(long_mm / short_mm, rel=0.005)
    assert max(height, width) / page.dpi * 25.4 == pytest.approx(long_mm, rel=0.01)


def test_calibrated_platen_tells_sizes_of_one_shape_apart():
    scale = 1080 / 260
    assert straight("household_register", seed=3, px_per_mm=scale).format == "booklet"
    assert straight("residence_proof", seed=3, px_per_mm=scale).format == "A4"
    assert straight("payment_slip", seed=3, px_per_mm=scale).format == "other"
    assert straight("payment_slip", seed=3, px_per_mm=scale).dpi == pytest.approx(scale * 25.4, abs=2)


def test_words_stand_where_they_stand_on_the_sheet():
    page = straight("application_form", seed=3, rotation_deg=7.0, tilt_deg=5.0, distortion=0.0)
    original = sheet("application_form")
    size = (420, 594)
    one, other = (
        cv2.GaussianBlur(cv2.cvtColor(cv2.resize(p, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY), (0, 0), 1)
        for p in (page.image, original)
    )
    assert np.corrcoef(one[8:-8, 8:-8].ravel(), other[8:-8, 8:-8].ravel())[0, 1] > 0.9


def test_more_than_200_dpi_is_reduced_and_less_is_never_invented():
    small = straight("residence_proof", seed=3)
    assert small.dpi == small.seen_dpi < 200
    image = np.full((3600, 2700, 3), 240, np.uint8)
    corners = np.array([[50, 50], [2525, 50], [2525, 3550], [50, 3550]], np.float64)
    large = straighten(image, Outline(corners, 1.0))
    assert large.seen_dpi > 290
    assert large.dpi == 200
    assert max(large.image.shape) == pytest.approx(297 / 25.4 * 200, abs=3)
