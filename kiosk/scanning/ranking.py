"""Which quadrilateral is the page: a score above 0 means "a page", and the highest one wins."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from kiosk.scanning.quads import FEATURES

Floats: TypeAlias = npt.NDArray[np.float32]

WEIGHTS: dict[str, float] = {
    "seen_mean": 3.0,
    "seen_least": 4.0,
    "step_mean": 0.2,
    "step_least": 0.6,
    "agree_mean": 1.0,
    "agree_least": 2.0,
    "beyond_mean": -2.0,
    "beyond_most": -1.0,
    "inner_mean": 1.0,
    "inner_least": 1.0,
    "outer_mean": -1.5,
    "outer_most": -1.0,
    "area": 0.0,
    "area_root": 2.0,
    "square": -1.0,
    "ratio": -1.0,
    "length_least": 0.0,
    "lighter_mean": 1.0,
    "lighter_least": 1.0,
    "paler_mean": 0.3,
    "inner_spread": -0.3,
    "outer_spread": -0.1,
}
BIAS = -6.0
_VECTOR = np.array([WEIGHTS[name] for name in FEATURES], np.float32)


def score(features: Floats) -> Floats:
    return np.asarray(features @ _VECTOR + BIAS, np.float32)
