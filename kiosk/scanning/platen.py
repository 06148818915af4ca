"""What is remembered of the platen during one visit: how it looks empty, and which page was taken last."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.protocols import Image
from kiosk.scanning.background import EmptyPlaten
from kiosk.scanning.fingerprint import Fingerprint, fingerprint, is_same
from kiosk.scanning.outline import Outline, farthest_corner_shift

MOVED_SHARE = 0.02  # of the picture's long side


@dataclass
class Platen:
    """Belongs to the camera lane. Make a new one for each visit; `forget_page` when a page is to be taken again.

    `seen_width_mm` is the calibration: the width of paper, in mm, that fills the picture from left to right.
    """

    empty: EmptyPlaten | None = None
    seen_width_mm: float | None = None
    _last_print: Fingerprint | None = None
    _last_outline: Outline | None = None
    _last_was_good: bool = True

    def remember_page(self, image: Image, outline: Outline, *, was_good: bool) -> None:
        """A page has been taken from this preview picture."""
        self._last_print = fingerprint(image, outline)
        self._last_outline = outline
        self._last_was_good = was_good

    def forget_page(self) -> None:
        self._last_print, self._last_outline = None, None

    def left_empty(self) -> None:
        """Nothing lies there now: what comes next is another page, unless its print says otherwise."""
        self._last_outline = None
        if not self._last_was_good:
            self.forget_page()

    def holds_last_page(self, image: Image, outline: Outline) -> bool:
        """Whether the page taken last still lies there, so that it is not taken twice.

        A page that had faults may be taken again as soon as it has been moved.
        """
        has_moved = self._last_outline is None or (
            farthest_corner_shift(self._last_outline, outline) > MOVED_SHARE * max(image.shape[:2])
        )
        if not has_moved:
            return self._last_print is None or self._matches(image, outline)
        return self._last_was_good and self._last_print is not None and self._matches(image, outline)

    def px_per_mm(self, image: Image) -> float | None:
        return None if self.seen_width_mm is None else image.shape[1] / self.seen_width_mm

    def _matches(self, image: Image, outline: Outline) -> bool:
        now = fingerprint(image, outline)
        return now is not None and self._last_print is not None and is_same(self._last_print, now)
