"""Buttons by rank. Their looks are in looks.kv."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout

from ui.widgets.control import Control


class PrimaryButton(Control):
    """The one act of a screen. Long words are set one size smaller."""

    live = BooleanProperty(False)
    ink = ColorProperty((1, 1, 1, 1))
    role = StringProperty("lead")
    room = NumericProperty(0)


class SecondaryButton(Control):
    """Another way to go on."""

    live = BooleanProperty(False)
    ink = ColorProperty((1, 1, 1, 1))
    role = StringProperty("head")
    room = NumericProperty(0)


class HeaderTool(Control):
    """A tool at the top right."""

    ink = ColorProperty((1, 1, 1, 1))


class BackButton(Control):
    """Always top left."""


class SmallButton(Control):
    """At the end of a row that is only read."""


class Bed(FloatLayout):
    """An icon on a tinted square."""

    icon = StringProperty("")
    side = NumericProperty(0)
    fill = ColorProperty((1, 1, 1, 1))
    ink = ColorProperty((1, 1, 1, 1))


class Tag(BoxLayout):
    """Two or three words on a coloured ground. `tone` is a value of `ui.present.parts.Tone`."""

    words = StringProperty("")
    tone = StringProperty("calm")
