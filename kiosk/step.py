"""A step: when it is done, how it is taken back, what it listens to, and what the machine does meanwhile."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeAlias

from kiosk.catalogue import Catalogue
from kiosk.session import NO_WORK, Session, Work


class StepId(enum.StrEnum):
    """Also the names of the screens. `attract` and `home` lie before every journey."""

    ATTRACT = "attract"
    HOME = "home"
    CARD = "card"
    ITEM = "item"
    LOCALITY = "locality"
    GUIDE = "guide"
    CONSENT = "consent"
    FORM = "form"
    PAPERS = "papers"
    REVIEW = "review"
    SIGN = "sign"
    SUBMIT = "submit"
    RECEIPT = "receipt"
    NOTICE = "notice"
    DONE = "done"
    TRACE = "trace"
    CASES = "cases"
    CASE = "case"


@dataclass(frozen=True)
class Context:
    """What the core knows besides the session. `wall` is the time of day now, with its zone."""

    catalogue: Catalogue
    idle_warning_s: float
    idle_answer_s: float
    wall: datetime


Reaction: TypeAlias = Callable[[Session, Any, Context], Session]
"""`(session, event, context) -> session`; the event is of the type it is registered for."""


def _is_always_there(_session: Session) -> bool:
    return True


def _rests(_session: Session) -> Work:
    return NO_WORK


@dataclass(frozen=True)
class Step:
    """`drop` takes back what the step added (None: once done it stays done). `back` moves inside the step before
    the step itself is left, and answers None when there is nothing left inside."""

    id: StepId
    is_done: Callable[[Session], bool]
    on: Mapping[type, Reaction] = field(default_factory=lambda: MappingProxyType({}))
    applies: Callable[[Session], bool] = _is_always_there
    work: Callable[[Session], Work] = _rests
    drop: Callable[[Session], Session] | None = None
    back: Callable[[Session, Context], Session | None] | None = None


Journey: TypeAlias = tuple[Step, ...]
