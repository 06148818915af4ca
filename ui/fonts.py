"""Font families of the kiosk.

`UI` is Noto Sans CJK SC (with a bold cut), `UIM` its Medium weight, `UIR` HanaMinB for the characters of names that
Noto lacks, `IC` and `ICF` the icons, outlined and filled. The set-up takes the Noto faces out of Debian's collection.
"""

from __future__ import annotations

import functools

from kivy.core.text import Label as CoreLabel
from kivy.core.text import LabelBase
from kivy.utils import escape_markup

from ui.glyphs import ASSETS, FONT_FOLDER, NOTO_BOLD, NOTO_MEDIUM, NOTO_REGULAR, RARE, lacking


class FontsMissing(Exception):
    """The fonts have not been set up; the message says where they were looked for."""


def register_fonts() -> None:
    """Make the families known to Kivy. Raises FontsMissing."""
    if not NOTO_REGULAR.exists():
        raise FontsMissing(f"no {NOTO_REGULAR.name} in {FONT_FOLDER}: run the set-up first")
    LabelBase.register("UI", str(NOTO_REGULAR), fn_bold=str(NOTO_BOLD))
    LabelBase.register("UIM", str(NOTO_MEDIUM))
    LabelBase.register("UIR", str(RARE if RARE.exists() else NOTO_REGULAR))
    LabelBase.register("IC", str(ASSETS / "icons-outline.ttf"))
    LabelBase.register("ICF", str(ASSETS / "icons-filled.ttf"))


def with_rare_characters(text: str) -> str | None:
    """Markup that draws rare characters in the second face, or None when the text needs none."""
    rare = frozenset(lacking(text))
    if not rare:
        return None
    return "".join(f"[font=UIR]{c}[/font]" if c in rare else escape_markup(c) for c in text)


@functools.lru_cache(maxsize=20_000)
def _extent(text: str, family: str, bold: bool, size: float) -> float:
    return float(_measuring_label(family, bold, size).get_extents(text)[0])


@functools.cache
def _measuring_label(family: str, bold: bool, size: float) -> CoreLabel:
    label = CoreLabel(font_name=family, bold=bold, font_size=size)
    label.resolve_font_name()
    return label


def text_width(text: str, *, family: str, bold: bool, size: float) -> float:
    """Width in px of one line. Chinese characters are one em wide, so only the rest is measured."""
    if len(text) == 1 and "\u4e00" <= text <= "\u9fff":
        return size
    return _extent(text, family, bold, size)
