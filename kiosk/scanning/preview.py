"""The live picture on its way to the screen: one slot, the newest picture wins, nobody waits."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

State: TypeAlias = Literal["none", "wait", "good"]
Corners: TypeAlias = tuple[tuple[float, float], ...]


@dataclass(frozen=True, eq=False)
class PreviewFrame:
    """One picture, ready for a texture. `outline` is four (x, y) in 0..1 of the picture, y downwards, or None."""

    rgba: bytes = field(repr=False)
    width: int
    height: int
    outline: Corners | None
    state: State  # none: no page; wait: a page, not yet good; good: hold still
    sequence: int


class PreviewSlot:
    """Holds at most one picture. Any thread may call any method."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._newest: PreviewFrame | None = None

    def put(self, frame: PreviewFrame) -> None:
        with self._guard:
            self._newest = frame

    def take(self, after: int) -> PreviewFrame | None:
        """The newest picture if its sequence is greater than `after`."""
        with self._guard:
            newest = self._newest
        return newest if newest is not None and newest.sequence > after else None

    def clear(self) -> None:
        with self._guard:
            self._newest = None
