"""The dictionary on disk: words by their letters and by the initials of their syllables. Only read, never written to.

One row is `letters, rank, initials, syllables, text, weight`: letters `xianshi`, syllables `xian shi`, initials `xs`;
rank 0 is the most frequent word of these letters; weight is how often it stands in a text of `total` words.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

FORMAT = 1
PLACE = Path(__file__).parents[2] / "build" / "input_method" / "pinyin.sqlite"
"""Where the set-up puts it."""

_SCHEMA = """
    CREATE TABLE words (
        letters TEXT NOT NULL, rank INTEGER NOT NULL, initials TEXT NOT NULL, syllables TEXT NOT NULL,
        text TEXT NOT NULL, weight INTEGER NOT NULL, PRIMARY KEY (letters, rank)
    ) WITHOUT ROWID;
    CREATE TABLE about (format INTEGER NOT NULL, total INTEGER NOT NULL);
"""
_COLUMNS = "letters, syllables, text, weight"


class DictionaryMissing(Exception):
    """There is no dictionary of this format; the message says where it was looked for."""


class Word(NamedTuple):
    letters: str
    syllables: str
    text: str
    weight: int


class Dictionary:
    """An open dictionary, for one thread. Raises DictionaryMissing."""

    def __init__(self, path: Path) -> None:
        try:
            # immutable: no locks, no journal, nothing is ever created beside the file
            self._store = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
            self._store.execute("PRAGMA cache_size = -2048")
            form, self.total = self._store.execute("SELECT format, total FROM about").fetchone()
        except sqlite3.Error as error:
            raise DictionaryMissing(f"no pinyin dictionary at {path} ({error}): run the set-up first") from error
        if form != FORMAT:
            raise DictionaryMissing(f"{path} has format {form}, not {FORMAT}: run the set-up again")

    def close(self) -> None:
        self._store.close()

    def spelled(self, runs: Sequence[str], *, best: int) -> list[Word]:
        """Words with exactly these letters, at most `best` for each run, the most frequent first."""
        marks = ",".join("?" * len(runs))
        query = f"SELECT {_COLUMNS} FROM words WHERE letters IN ({marks}) AND rank < ? ORDER BY letters, rank"
        return [Word(*row) for row in self._store.execute(query, (*runs, best))]

    def abbreviated(self, initials: str, beginning: str, *, best: int) -> list[Word]:
        """Words by initials whose letters start with `beginning`, the most frequent first."""
        query = (
            f"SELECT {_COLUMNS} FROM words INDEXED BY by_initials WHERE initials = ? AND letters >= ? AND letters < ? "
            "ORDER BY weight DESC, letters, rank LIMIT ?"
        )
        return [Word(*row) for row in self._store.execute(query, (initials, beginning, f"{beginning}~", best))]


def write(path: Path, words: Iterable[tuple[str, str, int]]) -> int:
    """Write a dictionary of `(text, syllables, weight)`; the same words give the same bytes. Returns the number of
    rows.

    The file must not exist yet.
    """
    rows: list[tuple[str, int, str, str, str, int]] = []
    letters_before, rank = "", 0
    spelled = sorted(
        {(text, syllables): (syllables.replace(" ", ""), -weight) for text, syllables, weight in words}.items(),
        key=lambda word: (*word[1], word[0]),
    )
    for (text, syllables), (letters, loss) in spelled:
        rank = rank + 1 if letters == letters_before else 0
        letters_before = letters
        rows.append((letters, rank, "".join(part[0] for part in syllables.split()), syllables, text, -loss))
    store = sqlite3.connect(path)
    try:
        store.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA}")
        with store:
            store.executemany("INSERT INTO words VALUES (?, ?, ?, ?, ?, ?)", rows)
            store.execute("INSERT INTO about VALUES (?, ?)", (FORMAT, max(1, sum(row[5] for row in rows))))
        store.execute("CREATE INDEX by_initials ON words (initials, weight DESC, letters, rank)")
        store.commit()
    finally:
        store.close()
    return len(rows)
