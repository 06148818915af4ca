"""The session: one visit from the first touch to the wipe, as an immutable value, and how an event moves it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from config.schema import Language
from drivers.protocols import PrintProgress, ReadStage
from kiosk.dossier import Dossier, Filing, Page
from kiosk.events import CaseProgress, ReceiptFound
from kiosk.problems import Problem

# What the machine is doing for the current step. The screen shows it; nothing else depends on it.


@dataclass(frozen=True)
class Resting:
    pass


@dataclass(frozen=True)
class ReadingCard:
    stage: ReadStage


@dataclass(frozen=True)
class Watching:
    """The camera looks. `empty_since_s` is the monotonic time since when no page was found (None: a page is there)."""

    guidance: str
    steady: float
    empty_since_s: float | None = None
    has_looked: bool = True  # False until the camera has said anything about this page


@dataclass(frozen=True)
class Judging:
    """A page with faults lies here until the citizen keeps or retakes it."""

    page: Page


@dataclass(frozen=True)
class Sealing:
    pass


@dataclass(frozen=True)
class Printing:
    what: str  # "receipt" | "notice" | "guide"
    progress: PrintProgress | None = None


@dataclass(frozen=True)
class Asking:
    """Waiting for the city's answer."""


class WorkKind(enum.Enum):
    NONE = "none"
    CARD = "card"
    PAGE = "page"
    CODE = "code"
    SEAL = "seal"
    GUIDE = "guide"
    RECEIPT = "receipt"
    NOTICE = "notice"
    ASK = "ask"


@dataclass(frozen=True)
class Work:
    """What the machine should be doing for the current step. `key` tells two works of one kind apart."""

    kind: WorkKind = WorkKind.NONE
    key: str = ""


NO_WORK = Work()


Activity: TypeAlias = Resting | ReadingCard | Watching | Judging | Sealing | Printing | Asking


@dataclass(frozen=True)
class Modes:
    language: Language = "zh-CN"
    large_text: bool = False
    high_contrast: bool = False

    @property
    def needs_time(self) -> bool:
        """Whoever turned a reading mode on gets double time everywhere."""
        return self.large_text or self.high_contrast


@dataclass(frozen=True)
class Tracing:
    """What the journey `progress` has gathered."""

    by_card: bool = False
    filing_number: str = ""
    progress_code: str = ""
    cases: tuple[CaseProgress, ...] | None = None  # None = not asked yet, () = nothing found
    chosen: str = ""  # case number


def tracing_of(filing: Filing) -> Tracing:
    """The city is asked for this filing."""
    return Tracing(filing_number=filing.filing_number, progress_code=filing.progress_code)


@dataclass(frozen=True)
class Idle:
    """`deadline_s` is monotonic. `warned` = the question "are you still there" stands on the screen."""

    deadline_s: float
    warned: bool = False


@dataclass(frozen=True)
class Session:
    """`journey` "" means attract (`awake` False) or home (`awake` True)."""

    number: int
    now_s: float
    idle: Idle
    awake: bool = False
    journey: str = ""
    modes: Modes = Modes()
    dossier: Dossier = field(default_factory=Dossier)
    tracing: Tracing = Tracing()
    activity: Activity = Resting()
    problem: Problem | None = None
    ticket: int = 0  # of the work whose news counts now
    work: Work = NO_WORK  # what is being done under that ticket
    wish: Work = NO_WORK  # what the citizen asked for besides what the step does by itself: print a guide, a copy
    again_at_s: float = 0.0  # monotonic; a step that asks again and again does not ask before
    query: str = ""  # what was typed into the search of items
    field_key: str = ""  # form field being edited from the review, "" = the first without an answer
    field_fault: str = ""  # why the last answer was not taken, a text key; "" when nothing is wrong
    before_edit: Dossier | None = None  # what "back" returns to while one thing is changed from the review
    material_key: str = ""  # material being re-done from the review, "" = the first unfinished
    retaking: int | None = None  # page id whose place the next page takes
    take_again: bool = False  # the page taken last may be taken once more as it lies
    next_page_id: int = 1
    copies: int = 0  # receipts already printed or tried
    found: ReceiptFound | None = None  # left by a process that ended in the middle; `ReprintTapped` on home prints it
    # What became of the notice while the citizen waits: sending, waiting, unreachable, supplement, printed, later.
    notice: str = ""

    def with_(self, **changes: object) -> Session:
        return replace(self, **changes)  # type: ignore[arg-type]  # names are checked by replace itself
