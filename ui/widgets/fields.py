"""The field that typed text stands in."""

from __future__ import annotations

from kivy.properties import NumericProperty, StringProperty

from ui.widgets.surfaces import Card


class TextField(Card):
    """Shows text with a caret, or its hint while empty. Typing happens on the keyboard below it.

    `composing` is text that is not settled yet (pinyin being typed), underlined behind the text.
    """

    text = StringProperty("")
    composing = StringProperty("")
    hint = StringProperty("")
    icon = StringProperty("")
    role = StringProperty("head")
    needed = NumericProperty(0)  # height of what stands in it
