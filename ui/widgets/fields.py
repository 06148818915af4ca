"""The field that typed text stands in."""

from __future__ import annotations

from typing import Any

from kivy.graphics import Color, Rectangle
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from ui.theme import THEME
from ui.widgets.surfaces import Card
from ui.widgets.words import Words


class TextField(Card):
    """Shows text with a caret, or its hint while empty. Typing happens on the keyboard below it.

    `composing` is text that is not settled yet (pinyin being typed), underlined on a tinted ground behind the text.
    `single` = one line: when it is full its beginning gives way to what is being typed.
    """

    text = StringProperty("")
    composing = StringProperty("")
    hint = StringProperty("")
    icon = StringProperty("")
    role = StringProperty("head")
    single = BooleanProperty(False)
    needed = NumericProperty(0)  # height of what stands in it


class TypedWords(Words):
    """The words of a field. The last ones, as many as `open_words` has, are marked as not settled."""

    open_words = StringProperty("")
    single = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bind(open_words=self._mark)

    def _place_caret(self, *args: object) -> None:
        super()._place_caret(*args)
        self._mark()

    def _broken(self) -> tuple[str, ...]:
        if not self.single:
            return super()._broken()
        words = self.words
        if self._measure(words) > self.width - 2:
            while words and self._measure(f"…{words}") > self.width - 2:
                words = words[1:]
            words = f"…{words}"
        return (words,)

    def _mark(self, *_: object) -> None:
        before, after = self.canvas.before, self.canvas.after
        before.remove_group("open")
        after.remove_group("open")
        left = len(self.open_words.replace(" ", ""))
        line_height = THEME.line_height(self.role)
        for number, line in enumerate(reversed(self._lines)):
            if left <= 0:
                break
            start = len(line)
            while start > 0 and left > 0:
                start -= 1
                left -= not line[start].isspace()
            x = self.x + self._measure(line[:start])
            y = self.y + number * line_height
            width = self._measure(line[start:])
            with before:
                Color(*THEME.tint, group="open")
                Rectangle(pos=(x, y + line_height * 0.08), size=(width, line_height * 0.84), group="open")
            with after:
                Color(*THEME.primary, group="open")
                Rectangle(pos=(x, y + line_height * 0.08), size=(width, THEME(4)), group="open")
