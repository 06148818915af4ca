"""Keyboards as data, and what a key does to a text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ui.present.parts import Choice, Local

DELETE, CLEAR, SPACE, TOGGLE = "delete", "clear", "space", "toggle"


@dataclass(frozen=True)
class KeySpec:
    choice: Choice
    width: float = 1.0
    style: str = "letter"


@dataclass(frozen=True)
class KeyRow:
    keys: tuple[KeySpec, ...]
    indent: float = 0.0


_LAYOUTS: Mapping[str, tuple[str, ...]] = {
    "letters": ("qwertyuiop", "asdfghjkl", "zxcvbnm<", "@ !"),
    "digits": ("123", "456", "789", "*0<"),
    "text": ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm<", "@-# !"),
}
"""`<` delete, `*` clear, `!` clear (wide), `@` the switch of scripts, blank the space bar; every other character types
itself."""

_NAMED: Mapping[str, str] = {"<": DELETE, "*": CLEAR, "!": CLEAR, " ": SPACE, "@": TOGGLE}
_ICONS: Mapping[str, str] = {DELETE: "backspace"}


def key_rows(layout: str, *, prefix: str, words: Mapping[str, str]) -> tuple[KeyRow, ...]:
    """The rows of a layout. `words` names delete, clear and space in the citizen's language, and the switch of scripts
    where there is one.
    """
    longest = max(len(line) for line in _LAYOUTS[layout])
    rows = []
    for line in _LAYOUTS[layout]:
        offered = line if TOGGLE in words else line.replace("@", "")
        keys = tuple(_key(character, offered, prefix, words) for character in offered)
        lacking = longest - sum(key.width for key in keys)
        rows.append(KeyRow(keys, indent=lacking / 2 if layout != "digits" and lacking > 0 else 0.0))
    return tuple(rows)


def _key(character: str, line: str, prefix: str, words: Mapping[str, str]) -> KeySpec:
    name = _NAMED.get(character)
    if name is None:
        return KeySpec(Choice(f"{prefix}.key.{character}", character, Local("key", character), say=character))
    choice = Choice(
        f"{prefix}.key.{name}",
        "" if name in _ICONS else words[name],
        Local("key", name),
        say=words.get(f"{name}.say", words[name]),
        icon=_ICONS.get(name, ""),
    )
    return KeySpec(choice, width=_width(character, line), style={SPACE: "letter", TOGGLE: "switch"}.get(name, "tool"))


def _width(character: str, line: str) -> float:
    if character == " ":
        return 4.0 if "#" in line else 6.0
    return 2.0 if character in "!@" or (character == "<" and len(line) == 8) else 1.0


def typed(text: str, key: str, *, max_length: int) -> str:
    """`text` after the key. A key that would exceed `max_length` changes nothing."""
    if key == DELETE:
        return text[:-1]
    if key == CLEAR:
        return ""
    character = " " if key == SPACE else key
    return text + character if len(text) + len(character) <= max_length else text
