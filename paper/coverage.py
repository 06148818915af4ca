"""Which characters our fonts have. A name may hold one that no font has: it must be seen to be there, never be lost."""

from __future__ import annotations

import functools
import re
import unicodedata
from pathlib import Path

from fontTools.ttLib import TTFont

_FACES = ("NotoSansCJKsc-Regular.otf", "HanaMinB.ttf")
"""Every text of the papers is set in these two, or in one that falls back on them."""

# Everything that the first face surely has; only other characters are worth reading its table.
_COMMON = re.compile(
    r"[\u0020-\u007e\u00b7\u2014\u2018\u2019\u201c\u201d\u2026\u3000-\u3011\uff01-\uff5e\n\u4e00-\u9fa5]*"
)
_INVISIBLE = ("Cc", "Cf", "Mn", "Zs", "Zl", "Zp")
"""Selectors of variants, joiners, spaces: nothing is lost where a font does not know them."""


def undrawable(text: str, fonts: Path) -> str:
    """The characters of `text` that no face in the folder `fonts` has, each once."""
    if _COMMON.fullmatch(text):
        return ""
    rest = sorted(c for c in set(text) if not _COMMON.fullmatch(c) and unicodedata.category(c) not in _INVISIBLE)
    for face in _FACES:
        if rest:
            have = _characters(fonts / face)
            rest = [c for c in rest if ord(c) not in have]
    return "".join(rest)


@functools.cache
def _characters(path: Path) -> frozenset[int]:
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())
