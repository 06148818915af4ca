"""The rules of a case, pure, in one table: in which state who may do what, under which guards, with which effects.

Nothing here touches a database, a file or the clock. `decide` answers with the one row that applies, or raises
`Refused` with the reason; `offered` lists what a page may offer. A change of the law is a change of this table.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias


class State(enum.StrEnum):
    """State of a 办件. Humans wait in rows of this state; nothing is parked anywhere else."""

    COLLECTED = "collected"
    SUPPLEMENT_ASKED = "supplement_asked"
    REMOTE_PASSED = "remote_passed"
    ORIGINALS_POSTED = "originals_posted"
    ACCEPTED = "accepted"
    DECIDED = "decided"
    DELIVERED = "delivered"
    RETURNED = "returned"


CLOSED: frozenset[State] = frozenset({State.DELIVERED, State.RETURNED})


class Act(enum.StrEnum):
    """What can be done to a case; the word of an event in the record."""

    OPEN = "open"
    REROUTE = "reroute"
    CONSULT = "consult"
    STRIKE_CONSULTATION = "strike_consultation"
    PASS = "pass"
    ASK_SUPPLEMENT = "ask_supplement"
    RECEIVE_SUPPLEMENT = "receive_supplement"
    POST_ORIGINALS = "post_originals"
    CORRECT_WAYBILL = "correct_waybill"
    RECORD_ARRIVAL = "record_arrival"
    SIGN_ELECTRONIC = "sign_electronic"
    DECIDE = "decide"
    DELIVER = "deliver"
    RETURN = "return"


class Role(enum.StrEnum):
    """`WINDOW` sees and works the cases of one window; `SUPERVISOR` (专班) sees every window and decides nothing."""

    WINDOW = "window"
    SUPERVISOR = "supervisor"
    PLATFORM = "platform"  # the city service itself


class Effect(enum.Enum):
    """What a move causes besides the new state; `city.cases` carries each out in the same transaction."""

    LIMIT_NOTICE = "limit_notice"  # start the five working days of the one-time notice
    MOVE_WINDOW = "move_window"
    RECORD_CONSULTATION = "record_consultation"
    STRIKE_CONSULTATION = "strike_consultation"
    ISSUE_NOTICE = "issue_notice"
    TELL_DEFECTS = "tell_defects"
    BIND_WAYBILL = "bind_waybill"
    RAISE_EVIDENCE = "raise_evidence"
    START_CLOCK = "start_clock"
    STORE_RESULT = "store_result"
    RECORD_DELIVERY = "record_delivery"
    RECORD_RETURN = "record_return"


# --- details: what the person says who acts ---------------------------------------------------------------------


class Channel(enum.StrEnum):
    MAIL = "mail"
    PHONE = "phone"
    VIDEO = "video"


class Outcome(enum.StrEnum):
    """Of a consultation."""

    AGREED = "agreed"
    DEFECTIVE = "defective"
    NO_ANSWER = "no_answer"


class Carrier(enum.StrEnum):
    """邮政快递 in the plan; BY_HAND when the citizen brings the papers, and has no number."""

    EMS = "ems"
    POST = "post"
    BY_HAND = "by_hand"


class Decision(enum.StrEnum):
    GRANTED = "granted"
    REFUSED = "refused"


class DeliveryWay(enum.StrEnum):
    """The four of the plan (R63-R65); the same words as the form field `delivery`."""

    ONLINE = "online"
    POST = "post"
    RECEIVING_WINDOW = "receiving_window"
    HANDLING_WINDOW = "handling_window"


@dataclass(frozen=True)
class Parcel:
    carrier: Carrier
    number: str


@dataclass(frozen=True)
class Defect:
    """One fault of one material, and how to mend it. `material` "" means the filing as a whole."""

    material: str
    problem: str
    remedy: str


@dataclass(frozen=True)
class Opened:
    pass


@dataclass(frozen=True)
class Rerouted:
    """转办: the case belongs to another window (a locality key). It leaves this one at once."""

    window: str
    reason: str


@dataclass(frozen=True)
class Consulted:
    """会商. `person` is who was spoken to at the other side."""

    channel: Channel
    person: str
    outcome: Outcome
    note: str


@dataclass(frozen=True)
class ConsultationStruck:
    """The latest consultation was entered by mistake. It stays in the record, struck."""

    reason: str


@dataclass(frozen=True)
class Passed:
    pass


@dataclass(frozen=True)
class SupplementAsked:
    """一次性告知: every defect at once."""

    defects: tuple[Defect, ...]


@dataclass(frozen=True)
class SupplementReceived:
    note: str


@dataclass(frozen=True)
class OriginalsPosted:
    parcel: Parcel


@dataclass(frozen=True)
class WaybillCorrected:
    parcel: Parcel


@dataclass(frozen=True)
class OriginalsArrived:
    """`compared` are the keys of the materials whose paper original was compared with the pages."""

    compared: frozenset[str]


@dataclass(frozen=True)
class ElectronicSigned:
    """The window signs for a dossier that needs no originals: acceptance without paper."""


@dataclass(frozen=True, repr=False)
class Decided:
    decision: Decision
    title: str
    reference: str  # number of the decision or identifier of the certificate
    pdf: bytes


@dataclass(frozen=True)
class Delivered:
    way: DeliveryWay
    parcel: Parcel | None
    note: str


@dataclass(frozen=True)
class Returned:
    """退件: the papers go straight back to the citizen."""

    reason: str
    parcel: Parcel | None


Details: TypeAlias = (
    Opened | Rerouted | Consulted | ConsultationStruck | Passed | SupplementAsked | SupplementReceived | OriginalsPosted
    | WaybillCorrected | OriginalsArrived | ElectronicSigned | Decided | Delivered | Returned
)  # fmt: skip

ACT_OF: dict[type[Details], Act] = {
    Opened: Act.OPEN,
    Rerouted: Act.REROUTE,
    Consulted: Act.CONSULT,
    ConsultationStruck: Act.STRIKE_CONSULTATION,
    Passed: Act.PASS,
    SupplementAsked: Act.ASK_SUPPLEMENT,
    SupplementReceived: Act.RECEIVE_SUPPLEMENT,
    OriginalsPosted: Act.POST_ORIGINALS,
    WaybillCorrected: Act.CORRECT_WAYBILL,
    OriginalsArrived: Act.RECORD_ARRIVAL,
    ElectronicSigned: Act.SIGN_ELECTRONIC,
    Decided: Act.DECIDE,
    Delivered: Act.DELIVER,
    Returned: Act.RETURN,
}


# --- guards -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Facts:
    """What the rules look at. `state` None = the case does not exist yet."""

    state: State | None
    window: str = ""
    windows: frozenset[str] = frozenset()  # keys of all windows of the city
    material_keys: frozenset[str] = frozenset()
    original_keys: frozenset[str] = frozenset()  # materials whose paper original must come
    consultation: Outcome | None = None  # of the latest one that was not struck
    defects_told: bool = False
    received_on: date | None = None
    notice_due_on: date | None = None  # last day of the one-time notice


class Refusal(enum.StrEnum):
    """Why a row does not apply. Each has a sentence in `city.words`."""

    NOT_IN_THIS_STATE = "not_in_this_state"
    NOT_YOURS = "not_yours"
    NO_SUCH_WINDOW = "no_such_window"
    ALREADY_THERE = "already_there"
    NO_CONSULTATION = "no_consultation"
    CONSULTATION_NOT_AGREED = "consultation_not_agreed"
    NOTHING_TO_STRIKE = "nothing_to_strike"
    NO_DEFECTS = "no_defects"
    UNKNOWN_MATERIAL = "unknown_material"
    ALREADY_TOLD = "already_told"
    NO_ORIGINALS = "no_originals"
    ORIGINALS_NEEDED = "originals_needed"
    NOT_ALL_COMPARED = "not_all_compared"
    WAYBILL_MISSING = "waybill_missing"
    REASON_MISSING = "reason_missing"


class Refused(Exception):
    """The act is not allowed now; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


Guard: TypeAlias = Callable[[Facts, Details | None], Refusal | None]
"""Looks at the facts, and at the details once somebody has given them (None while a page only asks what to offer)."""


def _to_another_window(facts: Facts, details: Details | None) -> Refusal | None:
    if not isinstance(details, Rerouted):
        return None
    if details.window not in facts.windows:
        return Refusal.NO_SUCH_WINDOW
    return Refusal.ALREADY_THERE if details.window == facts.window else None


def _consultation_agreed(facts: Facts, _details: Details | None) -> Refusal | None:
    if facts.consultation is None:
        return Refusal.NO_CONSULTATION
    return None if facts.consultation is Outcome.AGREED else Refusal.CONSULTATION_NOT_AGREED


def _has_consultation(facts: Facts, _details: Details | None) -> Refusal | None:
    return Refusal.NOTHING_TO_STRIKE if facts.consultation is None else None


def _says_why(_facts: Facts, details: Details | None) -> Refusal | None:
    if isinstance(details, ConsultationStruck | Rerouted | Returned) and not details.reason.strip():
        return Refusal.REASON_MISSING
    return None


def _told_only_once(facts: Facts, _details: Details | None) -> Refusal | None:
    return Refusal.ALREADY_TOLD if facts.defects_told else None


def _names_defects(facts: Facts, details: Details | None) -> Refusal | None:
    if not isinstance(details, SupplementAsked):
        return None
    if not details.defects or any(not defect.problem.strip() for defect in details.defects):
        return Refusal.NO_DEFECTS
    if any(defect.material not in facts.material_keys | {""} for defect in details.defects):
        return Refusal.UNKNOWN_MATERIAL
    return None


def _needs_originals(facts: Facts, _details: Details | None) -> Refusal | None:
    return None if facts.original_keys else Refusal.NO_ORIGINALS


def _needs_no_originals(facts: Facts, _details: Details | None) -> Refusal | None:
    return Refusal.ORIGINALS_NEEDED if facts.original_keys else None


def _all_compared(facts: Facts, details: Details | None) -> Refusal | None:
    if isinstance(details, OriginalsArrived) and not facts.original_keys <= details.compared:
        return Refusal.NOT_ALL_COMPARED
    return None


def _parcel_has_number(_facts: Facts, details: Details | None) -> Refusal | None:
    if isinstance(details, OriginalsPosted | WaybillCorrected) and not _traceable(details.parcel):
        return Refusal.WAYBILL_MISSING
    return None


def _posted_result_has_number(_facts: Facts, details: Details | None) -> Refusal | None:
    if isinstance(details, Delivered) and details.way is DeliveryWay.POST and not _traceable(details.parcel):
        return Refusal.WAYBILL_MISSING
    return None


def _papers_go_back_with_number(facts: Facts, details: Details | None) -> Refusal | None:
    """Papers that lie at the window must be posted back; before they came there is nothing to post."""
    here = facts.state in (State.ORIGINALS_POSTED, State.ACCEPTED) and facts.original_keys
    if isinstance(details, Returned) and here and not _traceable(details.parcel):
        return Refusal.WAYBILL_MISSING
    return None


def _traceable(parcel: Parcel | None) -> bool:
    return parcel is not None and (parcel.carrier is Carrier.BY_HAND or bool(parcel.number.strip()))


# --- the table --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Move:
    """One row. `undo` names the act that takes it back; None: the law or the fact allows no undoing."""

    state: State | None
    act: Act
    to: State
    who: Role
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    undo: Act | None = None


_S, _A, _E, _W = State, Act, Effect, Role.WINDOW
_return = ((_says_why, _papers_go_back_with_number), (_E.RECORD_RETURN,))

TABLE: tuple[Move, ...] = (
    Move(None, _A.OPEN, _S.COLLECTED, Role.PLATFORM, (), (_E.LIMIT_NOTICE,)),
    Move(_S.COLLECTED, _A.CONSULT, _S.COLLECTED, _W, (), (_E.RECORD_CONSULTATION,), _A.STRIKE_CONSULTATION),
    Move(_S.COLLECTED, _A.STRIKE_CONSULTATION, _S.COLLECTED, _W,
         (_has_consultation, _says_why), (_E.STRIKE_CONSULTATION,), _A.CONSULT),
    Move(_S.COLLECTED, _A.PASS, _S.REMOTE_PASSED, _W, (_consultation_agreed,), (_E.ISSUE_NOTICE,)),
    Move(_S.COLLECTED, _A.ASK_SUPPLEMENT, _S.SUPPLEMENT_ASKED, _W,
         (_told_only_once, _names_defects), (_E.TELL_DEFECTS,)),
    Move(_S.COLLECTED, _A.REROUTE, _S.COLLECTED, _W, (_says_why, _to_another_window), (_E.MOVE_WINDOW,)),
    Move(_S.SUPPLEMENT_ASKED, _A.RECEIVE_SUPPLEMENT, _S.COLLECTED, _W),
    Move(_S.SUPPLEMENT_ASKED, _A.RETURN, _S.RETURNED, _W, *_return),
    Move(_S.REMOTE_PASSED, _A.POST_ORIGINALS, _S.ORIGINALS_POSTED, _W,
         (_needs_originals, _parcel_has_number), (_E.BIND_WAYBILL,), _A.CORRECT_WAYBILL),
    Move(_S.REMOTE_PASSED, _A.SIGN_ELECTRONIC, _S.ACCEPTED, _W, (_needs_no_originals,), (_E.START_CLOCK,)),
    Move(_S.ORIGINALS_POSTED, _A.RECORD_ARRIVAL, _S.ACCEPTED, _W,
         (_all_compared,), (_E.RAISE_EVIDENCE, _E.START_CLOCK)),
    Move(_S.ORIGINALS_POSTED, _A.CORRECT_WAYBILL, _S.ORIGINALS_POSTED, _W,
         (_parcel_has_number,), (_E.BIND_WAYBILL,), _A.CORRECT_WAYBILL),
    Move(_S.ORIGINALS_POSTED, _A.RETURN, _S.RETURNED, _W, *_return),
    Move(_S.ACCEPTED, _A.DECIDE, _S.DECIDED, _W, (), (_E.STORE_RESULT,)),
    Move(_S.ACCEPTED, _A.RETURN, _S.RETURNED, _W, *_return),
    Move(_S.DECIDED, _A.DELIVER, _S.DELIVERED, _W, (_posted_result_has_number,), (_E.RECORD_DELIVERY,)),
)  # fmt: skip

_ROWS = {(move.state, move.act): move for move in TABLE}


def decide(facts: Facts, details: Details, role: Role) -> Move:
    """The row that applies. Raises Refused; the first guard that objects names the reason."""
    move = _ROWS.get((facts.state, ACT_OF[type(details)]))
    if move is None:
        raise Refused(Refusal.NOT_IN_THIS_STATE)
    if role is not move.who:
        raise Refused(Refusal.NOT_YOURS)
    for guard in move.guards:
        refusal = guard(facts, details)
        if refusal is not None:
            raise Refused(refusal)
    return move


@dataclass(frozen=True)
class Offer:
    """An act a page may show; `refusal` None = it can be done now, else why not yet."""

    move: Move
    refusal: Refusal | None


def offered(facts: Facts, role: Role) -> tuple[Offer, ...]:
    """Every row of this state and role, in the order of the table, without those this case can never need."""
    offers = []
    for move in TABLE:
        if move.state is not facts.state or move.who is not role:
            continue
        refusal = next((no for guard in move.guards if (no := guard(facts, None)) is not None), None)
        if refusal not in (Refusal.NO_ORIGINALS, Refusal.ORIGINALS_NEEDED, Refusal.NOTHING_TO_STRIKE):
            offers.append(Offer(move, refusal))
    return tuple(offers)
