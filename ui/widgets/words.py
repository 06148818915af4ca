"""Text and icons by role."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ListProperty, NumericProperty, StringProperty
from kivy.uix.label import Label

from ui.fonts import text_width, with_rare_characters
from ui.icons import ICONS
from ui.linebreak import balanced, broken
from ui.theme import THEME

WEIGHTS = {"regular": ("UI", False), "medium": ("UIM", False), "bold": ("UI", True)}


def word_width(words: str, role: str, weight: str) -> float:
    """Width in px of `words` on one line; kv files call it `W`."""
    family, bold = WEIGHTS[weight]
    size = THEME.size(role)
    return sum(text_width(c, family=family, bold=bold, size=size) for c in words) + 2


def words_height(words: str, role: str, weight: str, width: float) -> float:
    """Height in px of `words` broken at this width."""
    if not words:
        return 0.0
    family, bold = WEIGHTS[weight]
    size = THEME.size(role)
    lines = broken(words, width=width - 2, measure=lambda text: text_width(text, family=family, bold=bold, size=size))
    return len(lines) * THEME.line_height(role)


class Words(Label):
    """Text of a role of the type scale, broken by Chinese rules; as high as its text needs at the given width."""

    words = StringProperty("")
    role = StringProperty("body")
    weight = StringProperty("regular")
    max_lines = NumericProperty(0)  # more is cut with an ellipsis; only for what stands elsewhere in full
    caret_pos = ListProperty([0, 0])
    fits_height = True

    def __init__(self, **kwargs: object) -> None:
        self._lines: tuple[str, ...] = ("",)
        super().__init__(**kwargs)
        self.bind(
            words=self._reflow,
            role=self._reflow,
            weight=self._reflow,
            size=self._reflow,
            max_lines=self._reflow,
            pos=self._place_caret,
        )
        self._reflow()

    def _reflow(self, *_: object) -> None:
        family, bold = WEIGHTS[self.weight]
        size = THEME.size(self.role)
        self.font_name, self.bold, self.font_size = family, bold, size
        lines: tuple[str, ...] = (self.words,)
        if self.width > size:
            lines = self._broken()
        if 0 < self.max_lines < len(lines):
            lines = (*lines[: self.max_lines - 1], f"{lines[self.max_lines - 1][:-1]}…")
        joined = "\n".join(lines)
        marked = with_rare_characters(joined)
        self.markup = marked is not None
        self.text = joined if marked is None else marked
        if self.fits_height:
            self.size_hint_y = None
            self.height = len(lines) * THEME.line_height(self.role) if self.words else 0
        self.text_size = (self.width, None if self.fits_height else self.height)
        self._lines = lines
        self._place_caret()

    def _broken(self) -> tuple[str, ...]:
        wrap = balanced if self.role in ("title", "lead") else broken
        return wrap(self.words, width=self.width - 2, measure=self._measure)

    def _place_caret(self, *_: object) -> None:
        """Behind the last character, for fields that show a caret."""
        size = THEME.size(self.role)
        last = sum(self._measure(c) for c in self._lines[-1]) if self.color[3] else 0.0
        self.caret_pos = [self.x + last + size * 0.06, self.y + (THEME.line_height(self.role) - size * 1.1) / 2]

    def _measure(self, text: str) -> float:
        family, bold = WEIGHTS[self.weight]
        return text_width(text, family=family, bold=bold, size=THEME.size(self.role))

    def natural_width(self) -> float:
        """Width of the words on one line."""
        return sum(self._measure(c) for c in self.words)


class BoxedWords(Words):
    """Text inside a box whose size is given."""

    fits_height = False


class Icon(Label):
    """One icon, square. `side` is in design pixels through the kv rule."""

    icon = StringProperty("")
    filled = BooleanProperty(False)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.bind(icon=self._show, filled=self._show)
        self._show()

    def _show(self, *_: object) -> None:
        self.font_name = "ICF" if self.filled else "IC"
        self.text = ICONS[self.icon] if self.icon else ""
