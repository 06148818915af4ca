"""What keys, candidates and the switch of scripts do to a text that may still hold letters of pinyin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ui.input_method.protocol import MAX_LETTERS, Composition, InputMethod
from ui.present.keys import CLEAR, DELETE, SPACE, TOGGLE, typed
from ui.present.parts import Choice, Context, Local

CHINESE, LATIN = "zh", "latin"
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True)
class Entry:
    """What stands in a field: settled text, then letters that are still to become words."""

    text: str = field(default="", repr=False)
    letters: str = field(default="", repr=False)
    script: str = LATIN

    @property
    def local(self) -> Mapping[str, str]:
        """How it lies in `Context.local`; `entry_of` reads it back."""
        return {"text": self.text, "letters": self.letters, "script": self.script}


@dataclass(frozen=True)
class Typing:
    """The keyboard's side of a text field: the entry, and the words its letters may mean, best first.

    `shown` is how the letters stand in the field. `has_switch` = there are two scripts to choose from, `takes_pinyin` =
    letters are pinyin now; `invitation` stands in the row of candidates while nothing is being composed.
    """

    entry: Entry
    shown: str = field(default="", repr=False)
    candidates: tuple[Choice, ...] = field(default=(), repr=False)
    has_switch: bool = False
    takes_pinyin: bool = False
    invitation: str = ""
    page_words: tuple[str, str] = ("", "")
    key_words: Mapping[str, str] = field(default_factory=dict)


def entry_of(context: Context, settled: str) -> Entry:
    """The entry as it lies with the screen; `settled` stands there before anything was typed."""
    text = context.local.get("text", settled)
    if context.input_method is None:
        return Entry(text)
    script = context.local.get("script", CHINESE if context.language == "zh-CN" else LATIN)
    return Entry(text, context.local.get("letters", "") if script == CHINESE else "", script)


def typing(entry: Entry, context: Context, *, prefix: str, max_length: int, digits: bool = False) -> Typing:
    """`prefix` begins the ids of the candidates. `digits` = a field of figures, which has nothing to compose."""
    words = {name: context.t(f"common.key.{name}") for name in (DELETE, CLEAR, SPACE)}
    method = context.input_method
    if method is None or digits:
        return Typing(entry, key_words=words)
    composed = composition(entry, method, max_length=max_length)
    return Typing(
        entry,
        shown=composed.shown,
        candidates=tuple(
            Choice(f"{prefix}.candidate.{number}", candidate.text, Local("candidate", str(number)))
            for number, candidate in enumerate(composed.candidates)
        ),
        has_switch=True,
        takes_pinyin=entry.script == CHINESE,
        invitation=context.t("common.pinyin.invitation") if entry.script == CHINESE else "",
        page_words=(context.t("common.pinyin.previous"), context.t("common.pinyin.next")),
        key_words={
            **words,
            TOGGLE: context.t("common.key.toggle"),
            f"{TOGGLE}.say": context.say("common.key.toggle"),
        },
    )


def composition(entry: Entry, method: InputMethod, *, max_length: int) -> Composition:
    """What the letters may mean; words that the field has no room for are not offered."""
    composed = method.compose(entry.letters)
    room = max_length - len(entry.text)
    fitting = tuple(candidate for candidate in composed.candidates if len(candidate.text) <= room)
    return replace(composed, candidates=fitting)


def changed(entry: Entry, act: Local, *, method: InputMethod | None, max_length: int) -> Entry | None:
    """The entry after a key or a candidate; None when the act is something else."""
    if act.key == "candidate":
        return _chosen(entry, int(act.value), method, max_length)
    if act.key != "key":
        return None
    return _pressed(entry, act.value, method, max_length)


def _pressed(entry: Entry, key: str, method: InputMethod | None, max_length: int) -> Entry:
    if key == TOGGLE:
        # who turns to latin letters means the letters as they are
        text = (entry.text + entry.letters)[:max_length]
        return Entry(text, script=LATIN if entry.script == CHINESE else CHINESE)
    if key == CLEAR:
        return replace(entry, text="", letters="")
    if entry.script == CHINESE and key in _LETTERS:
        is_full = len(entry.text) >= max_length or len(entry.letters) >= MAX_LETTERS
        return entry if is_full else replace(entry, letters=entry.letters + key)
    if entry.letters and key == DELETE:
        return replace(entry, letters=entry.letters[:-1])
    if entry.letters and key == SPACE:
        return _chosen(entry, 0, method, max_length)
    settled = _settled(entry, method, max_length)
    return settled if settled.letters else replace(settled, text=typed(settled.text, key, max_length=max_length))


def _chosen(entry: Entry, number: int, method: InputMethod | None, max_length: int) -> Entry:
    """A candidate that is not there (the finger was slower than the letters) changes nothing."""
    if method is None:
        return entry
    composed = composition(entry, method, max_length=max_length)
    if number >= len(composed.candidates):
        return entry
    text, rest = composed.chosen(number)
    return replace(entry, text=entry.text + text, letters=rest)


def _settled(entry: Entry, method: InputMethod | None, max_length: int) -> Entry:
    """The first candidate until no letters are left; letters stay where no word fits into the field any more."""
    while entry.letters:
        following = _chosen(entry, 0, method, max_length)
        if following == entry:
            break
        entry = following
    return entry
