"""Has the page lain still for long enough? A value that each look at the platen turns into the next."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.scanning.outline import Outline, farthest_corner_shift


@dataclass(frozen=True)
class Patience:
    """What is asked of a page before it is taken."""

    looks: int = 4
    time_s: float = 0.8
    shift_share: float = 0.008  # of the picture's long side: corners may move by this much


ORDINARY_PATIENCE = Patience()


@dataclass(frozen=True)
class Steady:
    """`first` is the outline that all later ones are held against, so that a slow drift does not pass."""

    first: Outline | None = None
    since_s: float = 0.0
    looks: int = 0

    def after(self, outline: Outline | None, *, at_s: float, long_side_px: int, patience: Patience) -> Steady:
        """What is known once `outline` has been seen (None: no page, or not one to be taken)."""
        if outline is None:
            return Steady()
        limit = patience.shift_share * long_side_px
        if self.first is None or farthest_corner_shift(self.first, outline) > limit:
            return Steady(outline, at_s, 1)
        return Steady(self.first, self.since_s, self.looks + 1)

    def share(self, *, at_s: float, patience: Patience) -> float:
        """0..1; at 1 the page may be taken."""
        if self.first is None:
            return 0.0
        return min(1.0, self.looks / patience.looks, (at_s - self.since_s) / patience.time_s)
