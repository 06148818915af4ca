"""The font files and which characters they have. No Kivy in here."""

from __future__ import annotations

import functools
import re
import unicodedata
from pathlib import Path

from fontTools.ttLib import TTFont

REPOSITORY = Path(__file__).parent.parent
FONT_FOLDER = REPOSITORY / "build" / "fonts"
ASSETS = Path(__file__).parent / "assets"

NOTO_REGULAR = FONT_FOLDER / "NotoSansCJKsc-Regular.otf"
NOTO_MEDIUM = FONT_FOLDER / "NotoSansCJKsc-Medium.otf"
NOTO_BOLD = FONT_FOLDER / "NotoSansCJKsc-Bold.otf"
RARE = FONT_FOLDER / "HanaMinB.ttf"

# Everything that the Simplified Chinese face surely has; only other characters are worth reading its table.
_COMMON = re.compile(
    r"[\u0020-\u007e\u00b7\u2014\u2018\u2019\u201c\u201d\u2026\u3000-\u3011\uff01-\uff5e\n\u4e00-\u9fa5]*"
)

_INVISIBLE = ("Cc", "Cf", "Mn", "Zs", "Zl", "Zp")  # selectors of variants, joiners, spaces

GETA = "〓"
"""What printers set where a type is missing; the character's number in Unicode goes with it."""


@functools.cache
def _characters(path: Path) -> frozenset[int]:
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


def lacking(text: str) -> str:
    """The characters of `text` that the text face lacks."""
    if _COMMON.fullmatch(text):
        return ""
    have = _characters(NOTO_REGULAR)
    return "".join(c for c in text if c != "\n" and ord(c) not in have)


def code_point(character: str) -> str:
    return f"U+{ord(character):04X}"


def undrawable(text: str) -> str:
    """The characters of `text` that no face of ours has. What nobody sees anyhow is not among them."""
    have = _characters(RARE) if RARE.exists() else frozenset()
    return "".join(c for c in lacking(text) if ord(c) not in have and unicodedata.category(c) not in _INVISIBLE)


def drawable(text: str) -> bool:
    """Whether every character has a glyph in the text face or in the face for rare characters."""
    return not undrawable(text)
