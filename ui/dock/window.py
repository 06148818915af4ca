"""The dock's window: one button for each move, lit while the world says that it is so."""

from __future__ import annotations

import queue
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.session import Modes
from ui.dock.hand import Hand
from ui.dock.moves import Move, Section
from ui.fonts import register_fonts
from ui.theme import DESIGN_SHORT_SIDE, THEME, Panel
from ui.widgets import load_kv, load_looks

SHOW_S = 0.1
UNIT = 0.62  # screen pixels of a design pixel: smaller than on the kiosk, a developer sits at a desk


class DockButton(ButtonBehavior, BoxLayout):
    """One move."""

    words = StringProperty("")
    is_on = BooleanProperty(False)
    fill = ColorProperty((1, 1, 1, 1))
    outline = ColorProperty((0, 0, 0, 0))
    radius = NumericProperty(0)


class DockSection(BoxLayout):
    """Moves that belong together."""

    title = StringProperty("")
    icon = StringProperty("")
    columns = NumericProperty(1)


class DockColumn(BoxLayout):
    """Sections below each other."""


class DockRoot(BoxLayout):
    """`told` is the last complaint of the world, or how to use the dock."""

    told = StringProperty("点一下，就像有人动了手")
    is_trouble = BooleanProperty(False)

    def __init__(self, offered: tuple[tuple[Section, ...], ...], hand: Hand) -> None:
        super().__init__()
        self._hand = hand
        self._buttons: list[tuple[Move, DockButton]] = []
        for sections in offered:
            column = DockColumn()
            for section in sections:
                column.add_widget(self._section(section))
            column.add_widget(Widget())  # takes what is left below
            self.ids.columns.add_widget(column)

    def show_news(self) -> None:
        """Light what the newest state says; keep a complaint until something moves."""
        while True:
            try:
                news = self._hand.news.get_nowait()
            except queue.Empty:
                return
            if isinstance(news, str):
                self.told, self.is_trouble = news, True
            else:
                self._light(news)

    def _section(self, section: Section) -> DockSection:
        shown = DockSection(title=section.title, icon=section.icon, columns=section.columns)
        for move in section.moves:
            button = DockButton(words=move.words)
            button.bind(on_release=self._touched)
            self._buttons.append((move, button))
            shown.ids.buttons.add_widget(button)
        return shown

    def _touched(self, button: DockButton) -> None:
        move = next(move for move, its in self._buttons if its is button)
        self.told, self.is_trouble = move.words, False
        self._hand.move(move)

    def _light(self, state: Mapping[str, Any]) -> None:
        for move, button in self._buttons:
            button.is_on = state[move.state_key] == move.state_value


class DockWindow(App):
    """The window; `offered` are its columns."""

    title = "全市通办 · 模拟世界"

    def __init__(self, offered: tuple[tuple[Section, ...], ...], hand: Hand) -> None:
        super().__init__()
        self._offered = offered
        self._hand = hand

    def build(self) -> DockRoot:
        register_fonts()
        load_looks()
        short_side = round(DESIGN_SHORT_SIDE * UNIT)
        THEME.apply(Panel(short_side, short_side * 2, 250.0), Modes())
        load_kv(Path(__file__).with_name("dock.kv"))
        root = DockRoot(self._offered, self._hand)
        Clock.schedule_interval(self._show_news, SHOW_S)
        return root

    def _show_news(self, _dt: float) -> None:
        self.root.show_news()

    def open_settings(self, *_: object) -> bool:
        """F1 opens no panel of Kivy's."""
        return False
