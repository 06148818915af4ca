"""Rare characters of names and places on a page.

What fonts a window's machine has, nobody here knows. So a character outside the basic plane, or of private use, is
written with its code point above it: where the font fails, the clerk still sees that there is one, and which.
"""

from __future__ import annotations

import re

from markupsafe import Markup

_RARE = re.compile("[\ue000-\uf8ff\U00020000-\U0010ffff]")


def lettered(text: str) -> Markup:
    """`text` as safe HTML."""
    parts, at = Markup(""), 0
    for found in _RARE.finditer(text):
        parts += Markup("{}<ruby>{}<rp>（</rp><rt>U+{:04X}</rt><rp>）</rp></ruby>").format(
            text[at : found.start()], found[0], ord(found[0])
        )
        at = found.end()
    return parts + text[at:]
