"""Values as TOML, as far as our settings need it."""

from __future__ import annotations

import json
from collections.abc import Mapping


def toml_text(table: Mapping[str, object]) -> str:
    """A document of `key = value` lines; tables inside become inline tables."""
    return "".join(f"{key} = {_value(value)}\n" for key, value in table.items())


def _value(value: object) -> str:
    match value:
        case Mapping():
            return "{ " + ", ".join(f"{_word(key)} = {_value(inner)}" for key, inner in value.items()) + " }"
        case list() | tuple():
            return "[" + ", ".join(_value(inner) for inner in value) + "]"
        case str():
            return _word(value)
        case bool() | int() | float():
            return json.dumps(value)  # TOML's numbers are JSON's
        case _:
            raise TypeError(f"{type(value).__name__} has no place in our settings")


def _word(text: str) -> str:
    """TOML's basic strings are JSON's, but for surrogate pairs and DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
