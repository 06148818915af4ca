"""Patience: the same page, still, for long enough."""

from __future__ import annotations

import numpy as np

from kiosk.scanning.outline import Outline
from kiosk.scanning.steady import Patience, Steady

PATIENCE = Patience(looks=3, time_s=0.5, shift_share=0.01)
PAGE = Outline(np.array([[10.0, 10], [200, 12], [198, 290], [8, 288]]), 0.9)


def after(looks: list[tuple[float, Outline | None]]) -> tuple[Steady, float]:
    steady = Steady()
    for at_s, outline in looks:
        steady = steady.after(outline, at_s=at_s, long_side_px=1000, patience=PATIENCE)
    return steady, steady.share(at_s=looks[-1][0], patience=PATIENCE)


def moved(by: float) -> Outline:
    return Outline(PAGE.corners + by, 0.9)


def test_still_page_is_taken():
    assert after([(0.0, PAGE), (0.2, PAGE), (0.4, PAGE), (0.6, PAGE)])[1] == 1.0


def test_many_looks_in_a_moment_are_not_enough():
    assert after([(0.0, PAGE), (0.01, PAGE), (0.02, PAGE), (0.03, PAGE)])[1] < 0.1


def test_two_looks_long_apart_are_not_enough():
    assert after([(0.0, PAGE), (3.0, PAGE)])[1] < 1.0


def test_small_tremble_is_forgiven():
    assert after([(0.0, PAGE), (0.3, moved(3)), (0.6, moved(-3))])[1] == 1.0


def test_page_pushed_aside_starts_again():
    assert after([(0.0, PAGE), (0.3, PAGE), (0.6, moved(40))])[0].looks == 1


def test_slow_drift_does_not_pass():
    looks = [(0.1 * step, moved(6.0 * step)) for step in range(12)]
    assert after(looks)[1] < 1.0


def test_page_that_vanishes_starts_again():
    assert after([(0.0, PAGE), (0.4, None), (0.6, PAGE)])[0].looks == 1
    assert after([(0.0, PAGE), (0.4, None)])[1] == 0.0
