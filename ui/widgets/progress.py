"""Stepper, bar with words, countdown ring."""

from __future__ import annotations

from kivy.properties import ColorProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from ui.present.parts import Mark, StepMark
from ui.theme import THEME


class StepDot(BoxLayout):
    """One named step with its connecting lines."""

    label = StringProperty("")
    number = StringProperty("")
    state = StringProperty("next")
    line_left = ColorProperty((0, 0, 0, 0))
    line_right = ColorProperty((0, 0, 0, 0))


class Stepper(BoxLayout):
    """The named steps of the whole matter, the current one marked by shape, weight and colour."""

    marks = ObjectProperty(())

    def on_marks(self, _instance: object, marks: tuple[StepMark, ...]) -> None:
        if len(self.children) != len(marks):
            self.clear_widgets()
            for _ in marks:
                self.add_widget(StepDot())
        for index, (dot, mark) in enumerate(zip(reversed(self.children), marks, strict=True)):
            dot.label, dot.number, dot.state = mark.label, str(index + 1), mark.mark.value
            reached = mark.mark is not Mark.NEXT
            follows = index + 1 < len(marks) and marks[index + 1].mark is not Mark.NEXT
            nothing = (0, 0, 0, 0)
            dot.line_left = nothing if index == 0 else THEME.primary if reached else THEME.line
            dot.line_right = nothing if index == len(marks) - 1 else THEME.primary if follows else THEME.line


class WordBar(Widget):
    """A thick bar with its words inside, readable over both grounds."""

    share = NumericProperty(0.0)
    words = StringProperty("")


class CountdownRing(Widget):
    """A ring that empties once a second around the number of seconds."""

    share = NumericProperty(1.0)
    words = StringProperty("")


class SteadyBar(Widget):
    """How long the page has lain still, filling up to the moment of capture."""

    share = NumericProperty(0.0)
