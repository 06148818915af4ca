"""How Chinese words are spoken: pinyin without tones, one syllable a character; other characters speak for themselves.

pypinyin with its phrases takes 55 MB and a third of a second. The set-up works out what the catalogue asks for
(`python -m scripts.catalogue_readings`), so the kiosk loads pypinyin only for a text that it has not seen by then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parents[1] / "build" / "catalogue" / "readings.json"
"""Where the set-up puts them."""


def reading(text: str) -> tuple[str, ...]:
    """The syllables of a text without spaces."""
    known = _known().get(text)
    return tuple(known) if known is not None else worked_out(text)


def worked_out(text: str) -> tuple[str, ...]:
    from pypinyin import Style, lazy_pinyin

    return tuple(lazy_pinyin(text, style=Style.NORMAL, errors=list))  # type: ignore[arg-type]  # lists are spread


def write(path: Path, texts: Iterable[str]) -> int:
    """Write the readings of these texts; returns how many they are."""
    rows = {text: worked_out(text) for text in sorted(set(texts))}
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(rows, ensure_ascii=False))
    fresh.replace(path)
    return len(rows)


@cache
def _known() -> dict[str, list[str]]:
    try:
        rows: dict[str, list[str]] = json.loads(TABLE.read_text())
    except (OSError, ValueError):  # not set up: slower and larger, and right
        return {}
    return rows
