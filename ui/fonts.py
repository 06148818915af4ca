"""Font families of the kiosk.

`UI` is Noto Sans CJK SC (with a bold cut), `UIM` its Medium weight, `UIR` HanaMinB for the characters of names that
Noto lacks, `IC` and `ICF` the icons, outlined and filled. The set-up takes the Noto faces out of Debian's collection.
"""

from __future__ import annotations

import functools

from kivy.core.text import Label as CoreLabel
from kivy.core.text import LabelBase
from kivy.utils import escape_markup

from ui.glyphs import (
    ASSETS,
    FONT_FOLDER,
    GETA,
    NOTO_BOLD,
    NOTO_MEDIUM,
    NOTO_REGULAR,
    RARE,
    code_point,
    lacking,
    undrawable,
)

_CODE_SIZE = 0.5
"""Of the text's size: Kivy draws what is marked `sub` so."""


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
    """Markup that draws rare characters in the second face, or None when the text needs none.

    A character of no face is drawn as 〓 with its code point: a name is never shown shorter than it is.
    """
    rare = frozenset(lacking(text))
    if not rare:
        return None
    gaps = frozenset(undrawable(text))

    def marked(character: str) -> str:
        if character in gaps:
            return f"{GETA}[sub]{code_point(character)}[/sub]"
        return f"[font=UIR]{character}[/font]" if character in rare else escape_markup(character)

    return "".join(map(marked, text))


@functools.lru_cache(maxsize=20_000)
def _extent(text: str, family: str, bold: bool, size: float) -> float:
    width = 0.0
    for character in undrawable(text):
        text = text.replace(character, GETA)
        code = code_point(character)
        width += float(_measuring_label(family, bold, size * _CODE_SIZE).get_extents(code)[0])
    return width + float(_measuring_label(family, bold, size).get_extents(text)[0])


@functools.cache
def _measuring_label(family: str, bold: bool, size: float) -> CoreLabel:
    label = CoreLabel(font_name=family, bold=bold, font_size=size)
    label.resolve_font_name()
    return label


def text_width(text: str, *, family: str, bold: bool, size: float) -> float:
    """Width in px of one line. Chinese characters are one em wide, so only the rest is measured.

    Measured and remembered one by one: what a citizen types must not lie in a cache as a word.
    """
    return sum(size if "\u4e00" <= c <= "\u9fff" else _extent(c, family, bold, size) for c in text)
