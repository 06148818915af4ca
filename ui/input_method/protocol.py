"""What a keyboard needs of an input method."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

MAX_LETTERS = 48
"""Longest composition; the name of a bank with its branch has about forty."""


@dataclass(frozen=True)
class Candidate:
    """A word that may be meant. Choosing it uses up the first `taken` letters of the composition."""

    text: str = field(repr=False)  # what a citizen types may be a name
    taken: int


@dataclass(frozen=True)
class Composition:
    """Letters that are not settled yet. `shown` is how they stand in the field: one syllable apart from the next."""

    letters: str = field(default="", repr=False)
    shown: str = field(default="", repr=False)
    candidates: tuple[Candidate, ...] = ()  # best first; never empty while there are letters

    def chosen(self, number: int) -> tuple[str, str]:
        """The text of a candidate and the letters that are left. Raises IndexError when there is no such candidate."""
        candidate = self.candidates[number]
        return candidate.text, self.letters[candidate.taken :].lstrip("'")


class InputMethod(Protocol):
    """`compose` is a pure function of the letters: typing, deleting and choosing are changes of the letters alone."""

    def compose(self, letters: str) -> Composition:
        """What the letters may mean. Takes anything; characters that no pinyin has are left out."""
        ...
