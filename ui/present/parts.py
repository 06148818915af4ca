"""The parts that views are made of."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from config.language import Texts
from config.schema import Centre, Language
from kiosk.catalogue import Catalogue
from kiosk.events import Tap
from ui.input_method.protocol import InputMethod


@dataclass(frozen=True)
class Local:
    """Something that only changes how this screen looks: an open panel, a turned page, a typed letter.

    Set in `Context.local` and forgotten when the step changes.
    """

    key: str
    value: str = ""


Act: TypeAlias = Tap | Local


@dataclass(frozen=True)
class Choice:
    """One control. `id` is stable (the probe and tests name it); `say` is what the voice says, "" = the label."""

    id: str
    label: str
    act: Act | None = field(repr=False)
    say: str = ""
    icon: str = ""
    hint: str = ""
    enabled: bool = True
    chosen: bool = False

    @property
    def spoken(self) -> str:
        return self.say or (f"{self.label}。{self.hint}" if self.hint else self.label)


class Tone(enum.Enum):
    """How a message is meant; shown by icon, words and colour."""

    CALM = "calm"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Notice:
    """A line of state: icon, words, colour."""

    text: str
    tone: Tone = Tone.CALM
    icon: str = "info"


class Mark(enum.Enum):
    DONE = "done"
    NOW = "now"
    NEXT = "next"


@dataclass(frozen=True)
class StepMark:
    label: str
    mark: Mark


@dataclass(frozen=True)
class Frame:
    """What stands around every step: who and what this is about, the way back, the title, the row of buttons.

    `waits` = the act is a physical one or the machine's (lay the card, wait for the printer): there may be no primary
    button. `hint` is left out in large text unless `hint_needed`.
    """

    title: str
    hint: str = ""
    hint_needed: bool = False
    subject: str = ""
    back: Choice | None = None
    tools: tuple[Choice, ...] = ()
    steps: tuple[StepMark, ...] = ()
    primary: Choice | None = None
    secondary: Choice | None = None
    waits: bool = False


@dataclass(frozen=True)
class Row:
    """One line of a list. `value` stands right of or below the label; `choice` None = only to be read."""

    id: str
    label: str
    value: str = field(default="", repr=False)
    icon: str = ""
    choice: Choice | None = None
    tone: Tone = Tone.CALM
    tag: str = ""


@dataclass(frozen=True)
class Context:
    """Everything a view needs besides the session. Without an input method keys type latin letters only."""

    texts: Texts
    language: Language
    catalogue: Catalogue
    centre: Centre
    now: datetime
    local: Mapping[str, str] = field(default_factory=dict, repr=False)
    input_method: InputMethod | None = None

    def t(self, key: str, **values: object) -> str:
        return self.texts.t(key, self.language, **values)

    def say(self, key: str, **values: object) -> str:
        return self.texts.say(key, self.language, **values)

    def choice(
        self,
        identifier: str,
        key: str,
        act: Act | None,
        *,
        icon: str = "",
        enabled: bool = True,
        chosen: bool = False,
        **values: object,
    ) -> Choice:
        """A control whose words are the text `key` (spoken form `key.say`, second line `key.hint` where it exists)."""
        hint = f"{key}.hint"
        return Choice(
            identifier,
            self.t(key, **values),
            act,
            say=self.say(key, **values),
            icon=icon,
            hint=self.t(hint, **values) if self.texts.has(hint) else "",
            enabled=enabled,
            chosen=chosen,
        )
