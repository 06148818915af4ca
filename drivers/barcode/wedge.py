"""A scanner that types like a keyboard ("keyboard wedge"): keys with their times -> codes. No window, no device here.

A scanner types far faster than a hand and ends with Enter. What comes slower is a person's typing and no code.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LONGEST = 4296
"""The most characters that a QR code can hold."""
SLOWEST_GAP_S = 0.08
SHORTEST = 4

ENTER = frozenset({"\r", "\n", "\r\n"})


@dataclass
class WedgeAssembler:
    """Feed it each character typed; it answers with the code when one is whole. Not for two threads at once."""

    _typed: list[str] = field(default_factory=list, repr=False)
    _last_s: float = float("-inf")
    _is_spoilt: bool = False

    def key(self, character: str, at_s: float) -> str | None:
        """`character`: what the key types, "" for a key that types nothing; `at_s`: monotonic seconds.

        The code, without its Enter, or None. Keys after a pause begin anew; a code too long is dropped whole.
        """
        gap, self._last_s = at_s - self._last_s, at_s
        if not 0 <= gap <= SLOWEST_GAP_S:
            self._begin()
        if character in ENTER:
            text, is_sound = "".join(self._typed), not self._is_spoilt
            self._begin()
            return text if is_sound and len(text) >= SHORTEST else None
        if not all(one.isprintable() for one in character):
            self._is_spoilt = True  # a control character belongs to no code of ours: half a code would be another code
        elif character and not self._is_spoilt:
            self._typed.append(character)
            self._is_spoilt = len(self._typed) > LONGEST
        if self._is_spoilt:
            self._typed.clear()
        return None

    def _begin(self) -> None:
        self._typed.clear()
        self._is_spoilt = False
