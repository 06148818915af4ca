"""Texts by id: `config/texts/<language>/<area>.toml`, flat keys `area.name`, both languages complete."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from config.schema import LANGUAGES, Language

TEXTS_FOLDER = Path(__file__).parent / "texts"


class TextError(Exception):
    """The text files do not agree with each other; the message names every fault."""


class Texts:
    """All texts in all languages. `t` shows, `say` speaks (key `<key>.say` where it differs from what is shown)."""

    def __init__(self, tables: Mapping[Language, Mapping[str, str]]) -> None:
        self._tables = tables

    def t(self, key: str, language: Language, **values: object) -> str:
        """The text of `key`, its placeholders filled. Raises KeyError for an unknown key or a missing value."""
        return self._tables[language][key].format(**values)

    def say(self, key: str, language: Language, **values: object) -> str:
        spoken = f"{key}.say"
        return self.t(spoken if spoken in self._tables[language] else key, language, **values)

    def has(self, key: str) -> bool:
        return key in self._tables[LANGUAGES[0]]

    def keys(self) -> frozenset[str]:
        return frozenset(self._tables[LANGUAGES[0]])


def load_texts(folder: Path = TEXTS_FOLDER) -> Texts:
    """Read every text file. Raises TextError when a language lacks a key or a placeholder differs."""
    tables = {language: _read(folder / language) for language in LANGUAGES}
    faults: list[str] = []
    first, *others = LANGUAGES
    for other in others:
        for key in sorted(tables[first].keys() ^ tables[other].keys()):
            lacking = other if key in tables[first] else first
            faults.append(f"{key}: not in {lacking}")
        for key in sorted(tables[first].keys() & tables[other].keys()):
            if _placeholders(tables[first][key]) != _placeholders(tables[other][key]):
                faults.append(f"{key}: placeholders differ between {first} and {other}")
    if faults:
        raise TextError("\n".join(faults))
    return Texts(MappingProxyType(tables))


def _read(folder: Path) -> Mapping[str, str]:
    table: dict[str, str] = {}
    for file in sorted(folder.glob("*.toml")):
        try:
            _flatten(tomllib.loads(file.read_text(encoding="utf-8")), "", table)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValueError) as error:
            raise TextError(f"{file}: {error}") from None
    return MappingProxyType(table)


def _flatten(data: Mapping[str, object], prefix: str, into: dict[str, str]) -> None:
    for name, value in data.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict):
            _flatten(value, f"{key}.", into)
        elif not isinstance(value, str):
            raise ValueError(f"{key}: a text must be a string, found {type(value).__name__}")
        elif key in into:
            raise ValueError(f"{key}: written twice")
        else:
            into[key] = value


def _placeholders(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)
