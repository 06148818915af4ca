"""Lists that never scroll: what does not fit is on the next page."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from ui.present.parts import Choice, Row
from ui.theme import THEME
from ui.widgets.control import Control
from ui.widgets.words import word_width, words_height


class ListRow(Control):
    """A row that is one touch target."""

    row = ObjectProperty(None, allownone=True)


class FactRow(BoxLayout):
    """A row to be read, with a tag or a small button at its end where the row has one.

    Facts: what it is about small, above what it is. `things`: the thing itself first, what is said of it small below.
    """

    row = ObjectProperty(None, allownone=True)
    things = BooleanProperty(False)
    last = BooleanProperty(False)


def fact_height(row: Row, width: float, *, things: bool) -> float:
    """Height that a `FactRow` of this width needs."""
    room = width - (THEME(72) if row.icon else 0)
    if row.tag:
        room -= word_width(row.tag, "label", "medium") + THEME(60)
    if row.choice is not None:
        room -= max(THEME(150), word_width(row.choice.label, "body", "medium") + THEME(56)) + THEME(20)
    parts = (
        (row.label, "head" if things else "label", "medium" if things else "regular"),
        (row.value, "label" if things else "body", "regular" if things else "medium"),
    )
    lines = sum(words_height(words, role, weight, room) for words, role, weight in parts if words)
    least = THEME(112) if row.choice is not None else THEME(96)
    return max(least, lines + THEME(32))


class PagerButton(Control):
    """Turns the page of a list."""

    live = BooleanProperty(False)
    ink = ColorProperty((1, 1, 1, 1))


class Tile(Control):
    """A large square choice: icon, title, hint."""


class Chip(Control):
    """A small choice among several, the chosen one filled."""


class PagedRows(BoxLayout):
    """`rows` as many as fit, and a pager when there are more. `name` begins the ids of the pager's controls.

    `style`: choices (each row a touch target), facts or things (rows to be read). `row_height` is the least height of a
    choice in design px; rows grow by a quarter to fill the page.
    """

    name = StringProperty("list")
    rows = ObjectProperty(())
    style = StringProperty("choices")
    row_height = NumericProperty(128)
    page = NumericProperty(0)
    at_end = BooleanProperty(False)  # the last page has been shown
    pager_words = ObjectProperty(("", "", ""))  # previous, next, "page {page} of {pages}"

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._shown: tuple[object, ...] = ()
        self._build_soon = Clock.create_trigger(self._build, -1)
        self.bind(rows=self._soon, size=self._soon, page=self._soon, pager_words=self._soon, style=self._soon)

    def _soon(self, *_: object) -> None:
        self._build_soon()

    def turn(self, by: int) -> None:
        self.page = max(0, self.page + by)

    def _build(self, *_: object) -> None:
        gap = THEME(16) if self.style == "choices" else 0
        pager_height = THEME(112)
        pages = _packed([self._height(row) for row in self.rows], self.height, gap)
        if len(pages) > 1:
            pages = _packed([self._height(row) for row in self.rows], self.height - pager_height - THEME(20), gap)
        page = min(int(self.page), len(pages) - 1)
        shown = tuple(self.rows[i] for i in pages[page])
        key = (shown, tuple(self.size), page, len(pages), self.pager_words)
        if key == self._shown:
            return
        self._shown = key
        self.at_end = self.at_end or page == len(pages) - 1
        self.clear_widgets()
        room = self.height - (pager_height + THEME(20) if len(pages) > 1 else 0)
        needed = sum(self._height(row) for row in shown) + gap * (len(shown) - 1)
        stretch = min(1.25, max(1.0, (room - gap * (len(shown) - 1)) / max(1.0, needed - gap * (len(shown) - 1))))
        lines = BoxLayout(orientation="vertical", spacing=gap, size_hint_y=None)
        for row in shown:
            lines.add_widget(self._row(row, self._height(row) * stretch, last=row is shown[-1]))
        lines.height = sum(child.height + gap for child in lines.children) - (gap if shown else 0)
        self.add_widget(lines)
        self.add_widget(Widget())
        if len(pages) > 1:
            self.add_widget(self._pager(page, len(pages), pager_height))

    def _height(self, row: Row) -> float:
        if self.style != "choices":
            return fact_height(row, self.width, things=self.style == "things")
        room = self.width - THEME(24 + 28 + 3 * 24) - (THEME(88) if row.icon else 0) - (0 if THEME.large else THEME(52))
        if row.tag:
            room -= word_width(row.tag, "label", "medium") + THEME(64)
        lines = words_height(row.label, "head", "medium", room) + words_height(row.value, "label", "regular", room)
        return max(THEME(self.row_height), lines + THEME(24))

    def _row(self, row: Row, height: float, *, last: bool) -> Any:
        if self.style == "choices":
            return ListRow(row=row, choice=row.choice, kind="row", size_hint_y=None, height=height)
        return FactRow(row=row, size_hint_y=None, height=height, things=self.style == "things", last=last)

    def _pager(self, page: int, pages: int, height: float) -> Any:
        previous, following, position = self.pager_words
        bar = Pager(size_hint_y=None, height=height)
        bar.words = position.format(page=page + 1, pages=pages)
        bar.back = Choice(f"{self.name}.previous", previous, None, icon="arrow_upward", enabled=page > 0)
        bar.forth = Choice(f"{self.name}.next", following, None, icon="arrow_downward", enabled=page < pages - 1)
        bar.owner = self
        return bar


def _packed(heights: list[float], room: float, gap: float) -> list[list[int]]:
    """Indices of rows, page by page; every page has at least one row."""
    pages: list[list[int]] = [[]]
    used = 0.0
    for index, height in enumerate(heights):
        if pages[-1] and used + height > room:
            pages.append([])
            used = 0.0
        pages[-1].append(index)
        used += height + gap
    return pages


class Pager(BoxLayout):
    """Previous page, where we are, next page."""

    words = StringProperty("")
    back = ObjectProperty(None, allownone=True)
    forth = ObjectProperty(None, allownone=True)
    owner = ObjectProperty(None, allownone=True)


class TileGrid(GridLayout):
    """Choices as tiles. `style` is tile, chip or tool: the class that draws them."""

    choices = ObjectProperty(())
    style = StringProperty("tile")

    def on_choices(self, _instance: object, choices: tuple[Choice, ...]) -> None:
        made = list(reversed(self.children))
        if len(made) != len(choices):
            self.clear_widgets()
            cls = {"tile": Tile, "chip": Chip, "tool": ToolTile, "place": PlaceTile}[self.style]
            made = [cls(kind=self.style) for _ in choices]
            for widget in made:
                self.add_widget(widget)
        for widget, choice in zip(made, choices, strict=True):
            widget.choice = choice


class ToolTile(Control):
    """A tool of the reading settings: icon above its label."""

    ink = ColorProperty((1, 1, 1, 1))


class PlaceTile(Control):
    """A name among many, in a grid."""


class Chips(BoxLayout):
    """Notices side by side: icon, words, colour."""

    notices = ObjectProperty(())
    vertical = BooleanProperty(False)

    def on_notices(self, _instance: object, notices: tuple[object, ...]) -> None:
        if len(self.children) != len(notices):
            self.clear_widgets()
            for _ in notices:
                self.add_widget(StateChip())
        for chip, notice in zip(reversed(self.children), notices, strict=True):
            chip.notice = notice


class StateChip(BoxLayout):
    """One notice."""

    tone = StringProperty("calm")
    notice = ObjectProperty(None, allownone=True)
