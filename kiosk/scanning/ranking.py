"""Which quadrilateral is the page: a score above 0 means "a page", and the highest one wins.

A very small network (one hidden layer) over the measures of `quads`. Its weights were fitted to rendered frames with
known corners; `docs/scanning.md` says how and how well.
"""

from __future__ import annotations

from importlib.resources import files
from io import BytesIO
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float32]


class Ranker:
    """Weights in `ranking.npz`: hidden, hidden_bias, output, linear, bias."""

    def __init__(self) -> None:
        stored = np.load(BytesIO((files("kiosk.scanning") / "ranking.npz").read_bytes()), allow_pickle=False)
        self._hidden: Floats = stored["hidden"]
        self._hidden_bias: Floats = stored["hidden_bias"]
        self._output: Floats = stored["output"]
        self._linear: Floats = stored["linear"]
        self._bias = float(stored["bias"])

    def score(self, features: Floats) -> Floats:
        hidden = np.tanh(features @ self._hidden + self._hidden_bias)
        return np.asarray(hidden @ self._output + features @ self._linear + self._bias, np.float32)
