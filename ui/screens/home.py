"""Home."""

from __future__ import annotations

from kivy.properties import NumericProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from ui.widgets.control import Control
from ui.widgets.step_screen import BaseScreen


class HomeScreen(BaseScreen):
    """The banner, six tiles, the tools."""


class ServiceHeader(BoxLayout):
    """Emblem, name of the service and centre, time."""

    view = ObjectProperty(None, allownone=True)


class Banner(Control):
    """The easiest way to begin. `needed` is the height of its words with their surroundings."""

    needed = NumericProperty(0)
