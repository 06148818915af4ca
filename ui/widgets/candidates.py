"""The words that the letters being typed may mean, above the keyboard."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from ui.present.parts import Choice
from ui.theme import THEME
from ui.widgets.control import Control
from ui.widgets.words import word_width

_ROLES = ("lead", "head", "label")
_GAP, _PADDING, _LEAST, _TURN = 12, 28, 104, 104


class CandidateKey(Control):
    """One word. The first is what the space bar takes."""

    first = BooleanProperty(False)
    role = StringProperty("lead")


class TurnKey(Control):
    """Shows earlier or further words."""

    live = BooleanProperty(False)


class CandidateRow(BoxLayout):
    """As many candidates as fit side by side, and two keys that turn to the others. `name` begins their ids.

    The widgets are kept and filled anew: at every letter there are other words. `words` = earlier, further. While there
    are no candidates the row holds `invitation`.
    """

    name = StringProperty("candidates")
    candidates = ObjectProperty(())
    words = ObjectProperty(("", ""))
    invitation = StringProperty("")
    page = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        self._keys: list[CandidateKey] = []
        super().__init__(**kwargs)
        self._fill_soon = Clock.create_trigger(self._fill, -1)
        self.bind(candidates=self._begin, size=self._soon, page=self._soon, words=self._soon)

    def _begin(self, *_: object) -> None:
        self.page = 0
        self._fill_soon()

    def _soon(self, *_: object) -> None:
        self._fill_soon()

    def turn(self, by: int) -> None:
        self.page = max(0, self.page + by)

    def _fill(self, *_: object) -> None:
        shelf = self.ids.shelf
        pages = packed([choice.label for choice in self.candidates], self.width)
        page = min(int(self.page), len(pages) - 1)
        shown = pages[page]
        while len(self._keys) < len(shown):
            self._keys.append(CandidateKey())
        if len(shelf.children) != len(shown):
            shelf.clear_widgets()
            for key in self._keys[: len(shown)]:
                shelf.add_widget(key)
        room = self.width - (turning_width() if len(pages) > 1 else 0)
        for key, number in zip(self._keys, shown, strict=False):
            label = self.candidates[number].label
            key.role = _role(label, room)
            key.width = _width(label, room)
            key.first = number == 0
            key.choice = self.candidates[number]
        for key in self._keys[len(shown) :]:
            key.choice = None  # nothing typed stays in a widget that is not shown
        self._show_turns(page, len(pages))

    def _show_turns(self, page: int, pages: int) -> None:
        for key, by, way, icon in (
            (self.ids.previous, -1, "previous", "chevron_left"),
            (self.ids.next, 1, "next", "chevron_right"),
        ):
            key.opacity = 1 if pages > 1 else 0
            key.width = THEME(_TURN) if pages > 1 else 0
            key.choice = Choice(
                f"{self.name}.{way}", self.words[by > 0], None, icon=icon, enabled=0 <= page + by < pages
            )


def turning_width() -> float:
    """Width of the two keys that turn, with their gaps."""
    return float(2 * (THEME(_TURN) + THEME(_GAP)))


def packed(labels: list[str], width: float) -> list[list[int]]:
    """Numbers of the candidates page by page; every page has at least one."""
    if _fit(labels, width):
        return [list(range(len(labels)))]
    room = width - turning_width()
    pages: list[list[int]] = [[]]
    used = 0.0
    for number, label in enumerate(labels):
        width = _width(label, room)
        if pages[-1] and used + width > room:
            pages.append([])
            used = 0.0
        pages[-1].append(number)
        used += width + THEME(_GAP)
    return pages


def _fit(labels: list[str], width: float) -> bool:
    """Whether all of them stand side by side; asks no further than the row is wide."""
    used = 0.0
    for label in labels:
        used += _width(label, width)
        if used > width:
            return False
        used += THEME(_GAP)
    return True


def _role(label: str, room: float) -> str:
    """The largest that fits on one line; the smallest may take two."""
    for role in _ROLES:
        if word_width(label, role, "medium") + THEME(2 * _PADDING) <= room:
            return role
    return _ROLES[-1]


def _width(label: str, room: float) -> float:
    return min(room, max(THEME(_LEAST), word_width(label, _role(label, room), "medium") + THEME(2 * _PADDING)))
