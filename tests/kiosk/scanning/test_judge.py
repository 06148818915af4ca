"""A good page is passed; each fault is seen, named first, and pointed at."""

from __future__ import annotations

import numpy as np
import pytest

from drivers.emulators.sheets import KINDS
from kiosk.scanning.judge import judge
from kiosk.scanning.outline import Outline
from kiosk.scanning.verdicts import Verdict
from tests.kiosk.scanning.viewed import seen

LETTERS = ("residence_proof", "application_form")


def verdicts(name: str, **view: object) -> list[Verdict]:
    shown = seen(name, **view)
    assert shown.corners is not None
    return [finding.verdict for finding in judge(shown.image, Outline(np.array(shown.corners), 1.0))]


@pytest.mark.parametrize("name", sorted(KINDS))
def test_good_page_is_passed(name):
    assert verdicts(name, seed=5, rotation_deg=2.0) == []


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize("blur_px", [2.2, 3.5])
def test_page_out_of_focus(name, blur_px):
    assert verdicts(name, seed=5, blur_px=blur_px) == [Verdict.BLURRED]


@pytest.mark.parametrize("name", LETTERS)
def test_page_moved_while_it_was_taken(name):
    assert verdicts(name, seed=9, motion_px=14.0) == [Verdict.BLURRED]


@pytest.mark.parametrize("name", LETTERS)
def test_page_too_dark(name):
    assert verdicts(name, seed=5, exposure=0.35)[:1] == [Verdict.TOO_DARK]


@pytest.mark.parametrize("name", LETTERS)
def test_page_burnt_out(name):
    assert verdicts(name, seed=5, exposure=1.3)[:1] == [Verdict.TOO_BRIGHT]


@pytest.mark.parametrize("name", LETTERS)
def test_lamp_reflected_on_the_page(name):
    shown = seen(name, seed=5, glare=1.0)
    findings = judge(shown.image, Outline(np.array(shown.corners), 1.0))
    assert [finding.verdict for finding in findings] == [Verdict.GLARE]
    left, top, right, bottom = findings[0].region
    assert 0.2 < left < right < 0.8
    assert bottom - top < 0.4


@pytest.mark.parametrize(
    ("shift_mm", "wanted"),
    [
        ((-40.0, 0.0), Verdict.CUT_LEFT),
        ((40.0, 0.0), Verdict.CUT_RIGHT),
        ((0.0, -40.0), Verdict.CUT_TOP),
        ((0.0, 40.0), Verdict.CUT_BOTTOM),
        ((40.0, 40.0), Verdict.CUT_OFF),
    ],
)
def test_page_leaves_the_picture(shift_mm, wanted):
    assert verdicts("residence_proof", seed=5, shift_mm=shift_mm)[:1] == [wanted]


def test_page_too_small_to_read():
    shown = seen("residence_proof", seed=5, rotation_deg=2.0)
    findings = judge(shown.image, Outline(np.array(shown.corners), 1.0), seen_dpi=70)
    assert [finding.verdict for finding in findings] == [Verdict.TOO_FAR]


def test_blank_sheet_is_not_blurred():
    assert verdicts("blank_sheet", seed=5, blur_px=3.5) == []


def test_most_pressing_fault_comes_first():
    assert verdicts("residence_proof", seed=5, blur_px=3.5, shift_mm=(-40.0, 0.0)) == [
        Verdict.CUT_LEFT,
        Verdict.BLURRED,
    ]
