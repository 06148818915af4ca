"""The closed table of what the machine can say about what lies under the camera.

Texts: `guidance.<code>` is one sentence that fits the title, `guidance.<code>.say` is spoken.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TypeAlias

Region: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom in 0..1 of the picture."""

WHOLE: Region = (0.0, 0.0, 1.0, 1.0)


class Verdict(enum.StrEnum):
    """Most pressing first: of several findings the citizen hears the first."""

    NO_PAGE = "no_page"
    NO_PAGE_LONG = "no_page_long"  # none for ten seconds
    SAME_PAGE = "same_page"  # the page already taken still lies there
    CUT_OFF = "cut_off"  # more than one side leaves the picture
    CUT_LEFT = "cut_left"
    CUT_RIGHT = "cut_right"
    CUT_TOP = "cut_top"
    CUT_BOTTOM = "cut_bottom"
    TOO_FAR = "too_far"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    GLARE = "glare"
    HOLD_STILL = "hold_still"
    BLURRED = "blurred"
    GOOD = "good"


FAULTS = frozenset(
    {
        Verdict.NO_PAGE,
        Verdict.CUT_OFF,
        Verdict.CUT_LEFT,
        Verdict.CUT_RIGHT,
        Verdict.CUT_TOP,
        Verdict.CUT_BOTTOM,
        Verdict.TOO_FAR,
        Verdict.TOO_DARK,
        Verdict.TOO_BRIGHT,
        Verdict.GLARE,
        Verdict.BLURRED,
    }
)
"""Verdicts that a captured page can carry; the others only guide."""


@dataclass(frozen=True)
class Finding:
    """One fault and where in the picture it is."""

    verdict: Verdict
    region: Region = WHOLE
