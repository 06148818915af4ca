"""Facts, notices and milestones as lines, as high as they need."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from ui.widgets.control import Control
from ui.widgets.lists import FactRow, fact_height
from ui.widgets.surfaces import Card


def _fill(box: Any, values: tuple[Any, ...], make: Any, name: str) -> None:
    """One child for each value, made again only when their number changes."""
    if len(box.children) != len(values):
        box.clear_widgets()
        for _ in values:
            box.add_widget(make())
    for child, value in zip(reversed(box.children), values, strict=True):
        setattr(child, name, value)


class Note(BoxLayout):
    """One line: icon and words."""

    notice = ObjectProperty(None, allownone=True)
    role = StringProperty("label")
    strong = BooleanProperty(False)
    tone = StringProperty("calm")
    shade = StringProperty("calm")
    ink = ColorProperty((0, 0, 0, 1))


class NoteList(BoxLayout):
    """Notices as lines."""

    notes = ObjectProperty(())
    role = StringProperty("label")
    strong = BooleanProperty(False)
    tone = StringProperty("calm")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bind(notes=self._build, role=self._build, strong=self._build, tone=self._build)

    def _build(self, *_: object) -> None:
        _fill(self, self.notes, Note, "notice")
        for note in self.children:
            note.role, note.strong, note.tone = self.role, self.strong, self.tone


class StrongNote(Card):
    """One notice on its coloured ground, over the full width."""

    notice = ObjectProperty(None, allownone=True)
    tone = StringProperty("calm")


class NoteBanner(BoxLayout):
    """Notices that must be seen."""

    notices = ObjectProperty(())

    def on_notices(self, _instance: object, notices: tuple[Any, ...]) -> None:
        _fill(self, notices, StrongNote, "notice")


class PromiseRow(BoxLayout):
    """A bed with an icon, what it is about, what it is."""

    row = ObjectProperty(None, allownone=True)
    least = NumericProperty(128)


class PromiseCard(Card):
    """What to bring, how long, what one takes home. `row_height` in design px."""

    rows = ObjectProperty(())
    row_height = NumericProperty(128)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bind(rows=self._build, row_height=self._build)

    def _build(self, *_: object) -> None:
        _fill(self, self.rows, PromiseRow, "row")
        for child in self.children:
            child.least = self.row_height


class FactList(BoxLayout):
    """Facts under one another, without pages."""

    rows = ObjectProperty(())

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bind(rows=self._build, width=self._build)

    def _build(self, *_: object) -> None:
        _fill(self, self.rows, FactRow, "row")
        for place, child in enumerate(self.children):
            child.size_hint_y = None
            child.height = fact_height(child.row, self.width, things=False)
            child.last = place == 0


class Option(Control):
    """One answer of a question, over the full width."""


class OptionList(BoxLayout):
    """Answers of a question, under or beside one another."""

    choices = ObjectProperty(())
    horizontal = BooleanProperty(False)

    def on_choices(self, _instance: object, choices: tuple[Any, ...]) -> None:
        _fill(self, choices, Option, "choice")


class MilestoneRow(BoxLayout):
    """A dot on a line, what it is, when it was."""

    step = ObjectProperty(None, allownone=True)
    first = BooleanProperty(False)
    last = BooleanProperty(False)
    state = StringProperty("next")


class Milestones(BoxLayout):
    """The way of a case from top to bottom."""

    steps = ObjectProperty(())

    def on_steps(self, _instance: object, steps: tuple[Any, ...]) -> None:
        _fill(self, steps, MilestoneRow, "step")
        rows = list(reversed(self.children))
        for place, row in enumerate(rows):
            row.first, row.last = place == 0, place == len(rows) - 1
