"""Keys and keyboards. A key sends `Local("key", what)`; the screen decides what it does to its text."""

from __future__ import annotations

from collections.abc import Mapping

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from ui.present.keys import KeyRow, KeySpec, key_rows
from ui.theme import THEME
from ui.widgets.control import Control
from ui.widgets.words import BoxedWords


class Key(Control):
    """One key. `style` is letter, tool (delete, switch) or wide."""

    style = StringProperty("letter")


class SwitchKey(Control):
    """The key that changes the script: both names, the one that is typed now standing out."""

    style = StringProperty("switch")
    chinese = BooleanProperty(False)


class SwitchName(BoxedWords):
    """Name of a script on its key."""

    lit = BooleanProperty(False)


class Keyboard(BoxLayout):
    """The rows of one layout of `ui.present.keys`; `prefix` begins the ids of its keys.

    `words` are the texts of the named keys (space, delete, clear and, where there are two scripts, toggle). `chinese` =
    letters are pinyin now.
    """

    layout = StringProperty("")
    prefix = StringProperty("field")
    words: Mapping[str, str] = ObjectProperty({})
    chinese = BooleanProperty(False)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.bind(layout=self._build, words=self._build)

    def _build(self, *_: object) -> None:
        if not (self.layout and self.words):
            return
        self.clear_widgets()
        for row in key_rows(self.layout, prefix=self.prefix, words=self.words):
            self.add_widget(_row(row))
        self.on_chinese()

    def on_chinese(self, *_: object) -> None:
        for row in self.children:
            for key in row.children:
                if isinstance(key, SwitchKey):
                    key.chinese = self.chinese


def _row(row: KeyRow) -> BoxLayout:
    line = BoxLayout(spacing=THEME(12), padding=(row.indent * THEME(43), 0))
    for key in row.keys:
        line.add_widget(_key(key))
    return line


def _key(key: KeySpec) -> Control:
    cls = SwitchKey if key.style == "switch" else Key
    return cls(choice=key.choice, style=key.style, size_hint_x=key.width)
