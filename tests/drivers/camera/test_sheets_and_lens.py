"""The project's own papers, and what a camera sees of them."""

from __future__ import annotations

import numpy as np
import pytest

from drivers.emulators.holder import WEIGHTS, invented
from drivers.emulators.lens import PLATENS, look, see
from drivers.emulators.sheets import KINDS, sheet

SIZE = (720, 960)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_sheet_is_the_same_every_time(name):
    assert np.array_equal(sheet(name), sheet(name))


def test_sheet_shows_its_own_holder():
    assert not np.array_equal(
        sheet("residence_proof", person=invented(3)), sheet("residence_proof", person=invented(4))
    )


@pytest.mark.parametrize("name", ["residence_proof", "business_licence", "property_certificate", "diploma"])
def test_seal_is_red(name):
    blue, green, red = (sheet(name)[..., channel].astype(int) for channel in range(3))
    assert ((red - green > 80) & (red - blue > 60)).sum() > 3_000


@pytest.mark.parametrize("seed", range(40))
def test_invented_holder_has_a_valid_number(seed):
    number = invented(seed).number
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    total += 10 if number[17] == "X" else int(number[17])
    assert total % 11 == 1
    assert number not in repr(invented(seed))


def test_same_view_is_the_same_picture():
    view = {"seed": 5, "size": SIZE, "rotation_deg": 3.0, "glare": 0.6}
    assert np.array_equal(see(sheet("diploma"), **view), see(sheet("diploma"), **view))


def test_true_corners_separate_paper_from_mat():
    seen = look(sheet("blank_sheet"), seed=2, size=SIZE, rotation_deg=6, tilt_deg=4, noise=0)
    corners = np.array(seen.corners)
    middle = corners.mean(axis=0)
    for corner in corners:
        inward = (middle - corner) / np.linalg.norm(middle - corner)
        inside, outside = (np.round(corner + step * inward).astype(int) for step in (5, -6))
        assert seen.image[inside[1], inside[0]].mean() > 150
        assert seen.image[outside[1], outside[0]].mean() < 80


@pytest.mark.parametrize("platen", sorted(PLATENS))
def test_empty_platen_has_no_corners(platen):
    seen = look(None, seed=1, size=SIZE, platen=platen)
    assert seen.corners is None
    assert seen.image.shape == (SIZE[1], SIZE[0], 3)
