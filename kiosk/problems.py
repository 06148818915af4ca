"""The closed table of problems: what can be said to a citizen when something does not work.

Each row has two sentences in `config/texts` (`problem.<code>.happened`, `problem.<code>.now`) and one for staff
(`problem.<code>.staff`); `docs/problems.md` is generated from the table.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from drivers.errors import Cancelled, CardRemoved, CardUnreadable, DeviceError, DeviceGarbled
from drivers.protocols import PrinterFault


class Problem(enum.Enum):
    """Value = the small code at the bottom of the screen and the key of the texts."""

    CARD_UNREADABLE = "K101"
    CARD_REMOVED = "K102"
    CARD_WRONG_KIND = "K103"
    CARD_EXPIRED = "K104"
    CARD_READER_OUT = "K105"
    CAMERA_OUT = "K201"
    NO_PAGE = "K202"
    PRINTER_PAPER_OUT = "K301"
    PRINTER_JAM = "K302"
    PRINTER_OUT = "K303"
    PRINT_UNPROVEN = "K304"
    DISK_FULL = "K401"
    SEAL_FAILED = "K402"
    CITY_UNREACHABLE = "K501"
    CODE_UNKNOWN = "K502"
    NOTICE_NOT_READY = "K503"
    UNEXPECTED = "K900"


class Severity(enum.StrEnum):
    """Who mends it."""

    CITIZEN = "citizen"  # the citizen alone, in a moment
    STAFF = "staff"  # somebody of the hall: paper, jam, cable
    MAINTENANCE = "maintenance"  # whoever looks after the machine


class Answer(enum.StrEnum):
    """A button of a problem screen; `events.ProblemAnswered` carries its value."""

    RETRY = "retry"
    LATER = "later"  # go on without, or another way
    BACK = "back"
    LEAVE = "leave"


@dataclass(frozen=True)
class Row:
    """`answers`: the first is the one that most citizens want."""

    severity: Severity
    answers: tuple[Answer, ...]


_CITIZEN, _STAFF, _MAINTENANCE = Severity.CITIZEN, Severity.STAFF, Severity.MAINTENANCE
_RETRY, _LATER, _BACK, _LEAVE = Answer.RETRY, Answer.LATER, Answer.BACK, Answer.LEAVE

TABLE: Mapping[Problem, Row] = MappingProxyType(
    {
        Problem.CARD_UNREADABLE: Row(_CITIZEN, (_RETRY, _LATER, _BACK, _LEAVE)),
        Problem.CARD_REMOVED: Row(_CITIZEN, (_RETRY, _LATER, _BACK, _LEAVE)),
        Problem.CARD_WRONG_KIND: Row(_CITIZEN, (_RETRY, _LATER, _BACK, _LEAVE)),
        Problem.CARD_EXPIRED: Row(_CITIZEN, (_RETRY, _LATER, _BACK, _LEAVE)),
        Problem.CARD_READER_OUT: Row(_MAINTENANCE, (_RETRY, _LATER, _BACK, _LEAVE)),
        Problem.CAMERA_OUT: Row(_MAINTENANCE, (_RETRY, _LATER, _BACK, _LEAVE)),
        Problem.NO_PAGE: Row(_CITIZEN, (_RETRY, _BACK, _LEAVE)),
        Problem.PRINTER_PAPER_OUT: Row(_STAFF, (_RETRY, _LATER)),
        Problem.PRINTER_JAM: Row(_STAFF, (_RETRY, _LATER)),
        Problem.PRINTER_OUT: Row(_MAINTENANCE, (_LATER, _RETRY)),
        Problem.PRINT_UNPROVEN: Row(_CITIZEN, (_RETRY, _LATER)),
        Problem.DISK_FULL: Row(_MAINTENANCE, (_RETRY, _BACK, _LEAVE)),
        Problem.SEAL_FAILED: Row(_MAINTENANCE, (_RETRY, _BACK, _LEAVE)),
        Problem.CITY_UNREACHABLE: Row(_CITIZEN, (_RETRY, _LATER, _BACK, _LEAVE)),
        Problem.CODE_UNKNOWN: Row(_CITIZEN, (_RETRY, _LATER, _BACK, _LEAVE)),
        Problem.NOTICE_NOT_READY: Row(_CITIZEN, (_LATER, _RETRY, _BACK, _LEAVE)),
        Problem.UNEXPECTED: Row(_MAINTENANCE, (_RETRY, _LATER, _LEAVE)),
    }
)


def of_card_error(error: DeviceError) -> Problem:
    if isinstance(error, CardRemoved):
        return Problem.CARD_REMOVED
    if isinstance(error, CardUnreadable):
        return Problem.CARD_WRONG_KIND if error.reason == "wrong_kind" else Problem.CARD_UNREADABLE
    if isinstance(error, DeviceGarbled):
        return Problem.CARD_UNREADABLE
    return Problem.CARD_READER_OUT


def of_camera_error(error: DeviceError) -> Problem:
    """A camera that is absent, busy, silent or garbled is the same to a citizen."""
    if isinstance(error, Cancelled):
        raise ValueError("a cancelled watch is not a problem") from error
    return Problem.CAMERA_OUT


_PRINTER_FAULTS: Mapping[PrinterFault, Problem] = MappingProxyType(
    {
        PrinterFault.PAPER_OUT: Problem.PRINTER_PAPER_OUT,
        PrinterFault.JAM: Problem.PRINTER_JAM,
        PrinterFault.COVER_OPEN: Problem.PRINTER_JAM,
        PrinterFault.TONER_OUT: Problem.PRINTER_OUT,
        PrinterFault.UNREACHABLE: Problem.PRINTER_OUT,
        PrinterFault.SPOOLER_DOWN: Problem.PRINTER_OUT,
        PrinterFault.PAUSED: Problem.PRINTER_OUT,
        PrinterFault.OTHER: Problem.PRINTER_OUT,
    }
)


def of_printer_fault(fault: PrinterFault) -> Problem:
    return _PRINTER_FAULTS[fault]
