"""Everything that can happen to a session: taps of the citizen, news from the lanes, the clock.

Events are values. News from lanes carries the session number and the ticket of the work it belongs to; news for an
old session or an old ticket is dropped by `advance`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from config.schema import Language
from drivers.protocols import CardData, PrintOutcome, PrintProgress, ReadStage
from kiosk.dossier import Filing, Page, Signature
from kiosk.problems import Problem

# --- taps ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Woken:
    """The attract screen was touched."""


@dataclass(frozen=True)
class LanguageChosen:
    language: Language


@dataclass(frozen=True)
class LargeTextToggled:
    pass


@dataclass(frozen=True)
class ContrastToggled:
    pass


@dataclass(frozen=True)
class JourneyChosen:
    journey: str  # "apply" | "progress"
    item: str = ""  # home tile of one item: its code


@dataclass(frozen=True)
class BackTapped:
    pass


@dataclass(frozen=True)
class LeaveTapped:
    """End the visit now (asked once for confirmation by the screen when there is something to lose)."""


@dataclass(frozen=True)
class StayTapped:
    """I am still here (answer to the idle warning)."""


@dataclass(frozen=True)
class ProblemAnswered:
    """The button of a problem screen: `retry`, `back`, `leave`, `later`."""

    answer: str


@dataclass(frozen=True)
class QueryChanged:
    text: str


@dataclass(frozen=True)
class ItemChosen:
    code: str


@dataclass(frozen=True)
class LocalityChosen:
    key: str


@dataclass(frozen=True)
class GuideRead:
    pass


@dataclass(frozen=True)
class GuidePrintTapped:
    pass


@dataclass(frozen=True)
class ConsentGiven:
    pass


@dataclass(frozen=True)
class AnswerGiven:
    field: str
    value: str


@dataclass(frozen=True)
class AnswersConfirmed:
    pass


@dataclass(frozen=True)
class EditTapped:
    """From the review: go back to change one thing. `target` is `item`, `locality`, `field:<key>`, `material:<key>`."""

    target: str


@dataclass(frozen=True)
class CaptureTapped:
    pass


@dataclass(frozen=True)
class PageKept:
    """Keep the page just judged, faults and all."""


@dataclass(frozen=True)
class PageRetaken:
    """Throw the page just judged away (None), or take page `page_id` again in its place."""

    page_id: int | None = None


@dataclass(frozen=True)
class PageRemoved:
    page_id: int


@dataclass(frozen=True)
class PageMoved:
    page_id: int
    by: int  # -1 earlier, +1 later


@dataclass(frozen=True)
class MaterialFinished:
    pass


@dataclass(frozen=True)
class MaterialAbsent:
    """I do not have this one (optional materials only)."""


@dataclass(frozen=True)
class Reviewed:
    pass


@dataclass(frozen=True)
class Signed:
    signature: Signature


@dataclass(frozen=True)
class ReprintTapped:
    pass


@dataclass(frozen=True)
class ReceiptSkipped:
    """Go on without a printed receipt (the number is on the screen)."""


@dataclass(frozen=True)
class NoticePrintTapped:
    case_number: str


@dataclass(frozen=True)
class CaseChosen:
    case_number: str


@dataclass(frozen=True)
class UseCardTapped:
    """Progress by card instead of by the receipt's code, and back."""


@dataclass(frozen=True)
class FinishTapped:
    pass


Tap: TypeAlias = (
    Woken | LanguageChosen | LargeTextToggled | ContrastToggled | JourneyChosen | BackTapped | LeaveTapped
    | StayTapped | ProblemAnswered | QueryChanged | ItemChosen | LocalityChosen | GuideRead | GuidePrintTapped
    | ConsentGiven | AnswerGiven | AnswersConfirmed | EditTapped | CaptureTapped | PageKept | PageRetaken
    | PageRemoved | PageMoved | MaterialFinished | MaterialAbsent | Reviewed | Signed | ReprintTapped
    | ReceiptSkipped | NoticePrintTapped | CaseChosen | UseCardTapped | FinishTapped
)  # fmt: skip

# --- news from the lanes ------------------------------------------------------------


@dataclass(frozen=True)
class CardStage:
    stage: ReadStage


@dataclass(frozen=True)
class CardRead:
    card: CardData
    method: str  # "sam_card" | "pcsc_card"
    strength: str  # "genuine" | "read"


@dataclass(frozen=True)
class Guidance:
    """What the camera sees now, told only when it changes. `code` is a row of `kiosk.scanning.verdicts`."""

    code: str  # "no_page", "hold_still", "cut_off", "too_dark", ..., "good"
    steady: float  # 0..1, how far the steady count has come


@dataclass(frozen=True)
class PageJudged:
    """A page was captured, straightened and judged. No faults: it is kept without asking."""

    page: Page


@dataclass(frozen=True)
class CodeSeen:
    """A code of ours was read by the camera."""

    text: str


@dataclass(frozen=True)
class Sealed:
    filing: Filing


@dataclass(frozen=True)
class PrintMoved:
    progress: PrintProgress


@dataclass(frozen=True)
class PrintEnded:
    what: str  # "receipt" | "notice" | "guide"
    outcome: PrintOutcome


@dataclass(frozen=True)
class CaseProgress:
    """One case as the city tells it. Dates are ISO 8601, "" = not yet. No personal data but the item's name."""

    case_number: str
    filing_number: str
    item_name: str
    state: str  # city.cases.State
    window_name: str
    window_phone: str
    window_place: str
    collected_at: str
    accepted_at: str  # originals arrived = acceptance
    due_on: str
    working_days_left: int | None
    promised_days: int
    notice_number: str  # "" while there is none
    supplement: tuple[str, ...] = ()  # every defect of the one-time notice
    result: str = ""
    notice_due_on: str = ""  # last day of the one-time notice (行政许可法 art. 32); "" once the window spoke in time
    notice_lapsed: bool = False  # that day went by and the window had said nothing


@dataclass(frozen=True)
class ProgressTold:
    cases: tuple[CaseProgress, ...]


@dataclass(frozen=True)
class Failed:
    """A lane's work failed; the problem says how."""

    problem: Problem


News: TypeAlias = (
    CardStage | CardRead | Guidance | PageJudged | CodeSeen | Sealed | PrintMoved | PrintEnded | ProgressTold | Failed
)


@dataclass(frozen=True)
class FromLane:
    session: int
    ticket: int
    news: News


@dataclass(frozen=True)
class ReceiptFound:
    """At start-up: a filing of a moment ago of whose paper receipt nobody knows whether it came out."""

    filing: Filing
    item_code: str
    locality: str  # key
    page_counts: tuple[tuple[str, int], ...]  # material key -> pages


@dataclass(frozen=True)
class Tick:
    """Once a second, with monotonic time."""

    now_s: float


Event: TypeAlias = Tap | FromLane | ReceiptFound | Tick
