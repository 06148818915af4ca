"""The page is found where it lies, on every mat; nothing is found where nothing lies."""

from __future__ import annotations

import json
import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.emulators.lens import PLATENS
from drivers.emulators.sheets import KINDS
from kiosk.scanning.locate import learn_empty, locate
from kiosk.scanning.outline import Outline, polygon_area
from tests.kiosk.scanning.viewed import seen

PHOTOGRAPHS = Path(os.environ.get("TONGBAN_PHOTOGRAPHS", Path(__file__).parents[4] / "shared" / "scanbench" / "photos"))


def overlap(found: Outline | None, truth) -> float:
    """Jaccard index of two convex outlines in the picture."""
    if found is None:
        return 0.0
    one, other = np.float32(found.corners), np.float32(truth)
    common, _ = cv2.intersectConvexConvex(one, other)
    return common / (polygon_area(one) + polygon_area(other) - common)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_sheet_is_found_on_the_dark_mat(name):
    view = seen(name, seed=len(name), rotation_deg=len(name) % 9 - 4.0, tilt_deg=2.0)
    assert overlap(locate(view.image), view.corners) > 0.985


@pytest.mark.parametrize("platen", sorted(PLATENS))
@pytest.mark.parametrize("name", ["application_form", "residence_proof"])
def test_sheet_is_found_on_every_mat(platen, name):
    view = seen(name, seed=4, platen=platen, rotation_deg=5.0, shift_mm=(4.0, -3.0))
    assert overlap(locate(view.image), view.corners) > 0.97


def test_sheet_is_found_to_a_fraction_of_a_millimetre():
    view = seen("diploma", seed=8, rotation_deg=3.0, distortion=0.0)
    found = locate(view.image)
    assert found is not None
    off_px = np.linalg.norm(found.corners - np.array(view.corners), axis=1)
    px_per_mm = view.image.shape[1] / 260
    assert off_px.max() / px_per_mm < 0.4


@pytest.mark.parametrize("rotation_deg", [-40.0, 20.0, 91.0])
def test_sheet_laid_at_any_angle_is_found(rotation_deg):
    view = seen("marriage_certificate", seed=2, rotation_deg=rotation_deg)
    assert overlap(locate(view.image), view.corners) > 0.97


@pytest.mark.parametrize("platen", sorted(PLATENS))
def test_nothing_is_found_on_an_empty_platen(platen):
    empty = seen(None, seed=6, platen=platen).image
    assert locate(empty) is None
    another_day = seen(None, seed=7, platen=platen, exposure=1.05).image
    assert locate(another_day, empty=learn_empty(empty)) is None


@pytest.mark.parametrize("level", [0, 60, 128, 255])
def test_nothing_is_found_in_a_flat_picture(level):
    assert locate(np.full((960, 720, 3), level, np.uint8)) is None


def test_noise_is_no_page():
    noise = np.random.default_rng(3).integers(0, 256, (960, 720, 3), np.uint8)
    assert locate(noise) is None


def test_white_sheet_on_a_white_mat_is_found_with_the_empty_reference():
    empty = seen(None, seed=6, platen="white").image
    view = seen("blank_sheet", seed=3, platen="white", rotation_deg=3.0)
    assert overlap(locate(view.image, empty=learn_empty(empty)), view.corners) > 0.95


def test_reference_of_another_size_is_left_aside():
    view = seen("diploma", seed=8, rotation_deg=3.0)
    other = learn_empty(np.full((480, 640, 3), 200, np.uint8))
    assert overlap(locate(view.image, empty=other), view.corners) > 0.98


@pytest.mark.skipif(not PHOTOGRAPHS.is_dir(), reason="no folder of photographs here")
def test_pages_are_found_in_real_photographs():
    overlaps = []
    for truth in sorted(PHOTOGRAPHS.glob("*.json")):
        known = json.loads(truth.read_text(encoding="utf-8"))
        photograph = cv2.imread(str(PHOTOGRAPHS / known["image"]), cv2.IMREAD_COLOR)
        overlaps.append(overlap(locate(np.asarray(photograph, np.uint8)), known["corners"]))
    assert len(overlaps) >= 20
    assert np.mean(overlaps) > 0.85
