"""Lists that never scroll: what does not fit is on the next page."""

from __future__ import annotations

import math
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout

from ui.present.parts import Choice, Row
from ui.theme import THEME
from ui.widgets.control import Control


class ListRow(Control):
    """A row that is one touch target."""

    row = ObjectProperty(None, allownone=True)


class FactRow(BoxLayout):
    """A row to be read, with a small button at its end where the row offers one. Width of the label in design px."""

    row = ObjectProperty(None, allownone=True)
    label_share = NumericProperty(0.34)
    last = BooleanProperty(False)


class PagerButton(Control):
    """Turns the page of a list."""

    live = BooleanProperty(False)
    ink = ColorProperty((1, 1, 1, 1))


class Tile(Control):
    """A large square choice: icon, title, hint."""


class Chip(Control):
    """A small choice among several, the chosen one filled."""


class PagedRows(BoxLayout):
    """`rows` as `ListRow` or `FactRow`, as many as fit, and a pager when there are more.

    `row_height` is the least height of a row in design px; rows grow up to `row_height_max` to fill the page.
    """

    name = StringProperty("list")
    rows = ObjectProperty(())
    kind = StringProperty("choices")  # or "facts"
    row_height = NumericProperty(120)
    row_height_max = NumericProperty(150)
    gap = NumericProperty(16)
    label_share = NumericProperty(0.34)
    page = NumericProperty(0)
    pager_words = ObjectProperty(("", "", ""))  # previous, next, "page {page} of {pages}"

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._shown: tuple[object, ...] = ()
        self._build_soon = Clock.create_trigger(self._build, -1)
        self.bind(rows=self._rows_changed, size=self._soon, page=self._soon, pager_words=self._soon)

    def _soon(self, *_: object) -> None:
        self._build_soon()

    def _rows_changed(self, _instance: object, _rows: object) -> None:
        self._build_soon()

    def turn(self, by: int) -> None:
        self.page = max(0, self.page + by)

    def _build(self, *_: object) -> None:
        height = THEME(self.row_height) * (1.15 if THEME.large else 1.0)
        gap = THEME(self.gap)
        fits = max(1, math.floor((self.height + gap) / (height + gap)))
        pager = len(self.rows) > fits
        pager_height = THEME(112)
        if pager:
            fits = max(1, math.floor((self.height - pager_height + gap - THEME(20)) / (height + gap)))
        pages = max(1, math.ceil(len(self.rows) / fits))
        page = min(int(self.page), pages - 1)
        shown = self.rows[page * fits : (page + 1) * fits]
        key = (shown, self.size, page, pages, self.pager_words)
        if key == self._shown:
            return
        self._shown = key
        self.clear_widgets()
        room = self.height - (pager_height + THEME(20) if pager else 0)
        tallest = THEME(self.row_height_max) * (1.15 if THEME.large else 1.0)
        each = min(tallest, max(height, (room + gap) / min(fits, max(1, len(self.rows))) - gap))
        lines = BoxLayout(orientation="vertical", spacing=gap, size_hint_y=None)
        lines.height = len(shown) * (each + gap) - gap if shown else 0
        for index, row in enumerate(shown):
            lines.add_widget(self._row(row, each, last=index == len(shown) - 1))
        self.add_widget(lines)
        self.add_widget(BoxLayout())
        if pager:
            self.add_widget(self._pager(page, pages, pager_height))

    def _row(self, row: Row, height: float, *, last: bool) -> Any:
        if self.kind == "facts":
            return FactRow(row=row, size_hint_y=None, height=height, label_share=self.label_share, last=last)
        return ListRow(row=row, choice=row.choice, kind="row", size_hint_y=None, height=height)

    def _pager(self, page: int, pages: int, height: float) -> Any:
        previous, following, position = self.pager_words
        bar = Pager(size_hint_y=None, height=height)
        bar.words = position.format(page=page + 1, pages=pages)
        bar.back = Choice(f"{self.name}.previous", previous, None, icon="arrow_upward", enabled=page > 0)
        bar.forth = Choice(f"{self.name}.next", following, None, icon="arrow_downward", enabled=page < pages - 1)
        bar.owner = self
        return bar


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
