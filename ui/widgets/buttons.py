"""Buttons by rank. Their looks are in looks.kv."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout

from ui.widgets.control import Control


class PrimaryButton(Control):
    """The one act of a screen."""

    live = BooleanProperty(False)
    ink = ColorProperty((1, 1, 1, 1))


class SecondaryButton(Control):
    """Another way to go on."""

    live = BooleanProperty(False)
    ink = ColorProperty((1, 1, 1, 1))
    role = StringProperty("head")


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
