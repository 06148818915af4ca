"""The widgets of the kiosk. Looks are in the kv files beside this one, loaded once by `load_looks`."""

from __future__ import annotations

from pathlib import Path

from kivy.factory import Factory
from kivy.lang import Builder
from kivy.lang.parser import global_idmap
from kivy.uix.widget import Widget

from ui.theme import THEME
from ui.widgets import (
    buttons,
    candidates,
    control,
    fields,
    illustrations,
    keyboard,
    lists,
    notes,
    preview,
    progress,
    signature,
    step_screen,
    surfaces,
    words,
)

MODULES = (
    buttons,
    candidates,
    control,
    fields,
    illustrations,
    keyboard,
    lists,
    notes,
    preview,
    progress,
    signature,
    step_screen,
    surfaces,
    words,
)
FOLDER = Path(__file__).parent
_loaded: set[Path] = set()


def load_kv(path: Path) -> None:
    """Load one kv file, once in the life of the process: rules pile up otherwise."""
    if path not in _loaded:
        _loaded.add(path)
        Builder.load_file(str(path), rulesonly=True)


def load_looks() -> None:
    """Make the theme known to kv as `T`, widths of words as `W`, and load the looks of all widgets."""
    global_idmap["T"] = THEME
    global_idmap["W"] = words.word_width
    for module in MODULES:
        for name, member in vars(module).items():
            if isinstance(member, type) and issubclass(member, Widget) and member.__module__ == module.__name__:
                Factory.register(name, cls=member)
    for path in sorted(FOLDER.glob("*.kv")):
        load_kv(path)
