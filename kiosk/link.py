"""The kiosk's way to the courier: a unix socket, one JSON object a line each way.

LinkError
├── LinkDown           the courier does not run, does not answer in time, or answers nonsense
├── CityUnreachable    the courier runs, the city cannot be reached
├── UnknownCode        the city knows no such receipt, or the code does not fit
└── NotReady           known, and not there yet: packet still on its way, or notice not issued
"""

from __future__ import annotations

import base64
import binascii
import json
import socket
import time
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from config.schema import Language
from kiosk.events import CaseProgress
from kiosk.link_socket import MAX_ANSWER_BYTES, socket_address

_ANSWER_S = 30.0
_POKE_S = 1.0  # a citizen is waiting; the courier finds the packet anyway


class LinkError(Exception):
    """Messages hold no personal data."""


class LinkDown(LinkError):
    pass


class CityUnreachable(LinkError):
    pass


class UnknownCode(LinkError):
    pass


class NotReady(LinkError):
    pass


_ERRORS: dict[str, type[LinkError]] = {
    "city_unreachable": CityUnreachable,
    "unknown_code": UnknownCode,
    "not_ready": NotReady,
}


@dataclass(frozen=True)
class OutboxEntry:
    """One packet the city does not have yet, for staff."""

    packet_id: str
    filing_number: str
    state: str  # kiosk.storage.outbox.DeliveryState
    collected_at: str
    sealed_bytes: int
    tries: int
    last_failure: str


class Link:
    """One connection a question; safe to use from any thread, meant for the `link` lane."""

    def __init__(self, data_dir: Path, *, timeout_s: float = _ANSWER_S) -> None:
        self._data_dir = data_dir
        self._timeout_s = timeout_s

    def progress(
        self,
        *,
        filing_number: str = "",
        progress_code: str = "",
        citizen_number: str = "",
        language: Language = "zh-CN",
    ) -> tuple[CaseProgress, ...]:
        """By receipt (number and code) or by the number of a card just read; by card, no case is an empty tuple.

        Raises LinkDown, CityUnreachable, UnknownCode, NotReady (filed here, not delivered yet).
        """
        answer = self._ask(
            "progress",
            filing_number=filing_number,
            progress_code=progress_code,
            citizen_number=citizen_number,
            language=language,
        )
        return tuple(_case(case) for case in _list(answer, "cases"))

    def notice(
        self,
        case_number: str,
        *,
        filing_number: str = "",
        progress_code: str = "",
        citizen_number: str = "",
    ) -> bytes:
        """The collection notice as PDF. Raises LinkDown, CityUnreachable, UnknownCode, NotReady (not issued yet)."""
        answer = self._ask(
            "notice",
            case_number=case_number,
            filing_number=filing_number,
            progress_code=progress_code,
            citizen_number=citizen_number,
        )
        try:
            return base64.b64decode(answer["pdf"], validate=True)
        except (KeyError, TypeError, ValueError, binascii.Error):
            raise LinkDown("garbled") from None

    def outbox(self) -> tuple[OutboxEntry, ...]:
        """What lies here and is not delivered, oldest first. Raises LinkDown."""
        try:
            return tuple(OutboxEntry(**entry) for entry in _list(self._ask("outbox"), "packets"))
        except TypeError:
            raise LinkDown("garbled") from None

    def poke(self) -> bool:
        """A new packet lies in the spool. False when the courier is not there: it will find it by itself."""
        try:
            Link(self._data_dir, timeout_s=_POKE_S)._ask("poke")
        except LinkError:
            return False
        return True

    def _ask(self, question: str, **values: str) -> dict[str, Any]:
        line = json.dumps({"ask": question, **values}, ensure_ascii=False).encode() + b"\n"
        answer = _object(self._exchange(line))
        if answer.get("ok") is True:
            return answer
        code = str(answer.get("code", ""))[:40]
        raise _ERRORS.get(code, LinkDown)(code)

    def _exchange(self, line: bytes) -> bytes:
        deadline = time.monotonic() + self._timeout_s
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC) as connection:
                connection.settimeout(self._timeout_s)
                with socket_address(self._data_dir) as address:
                    connection.connect(address)
                connection.sendall(line)
                return _read_line(connection, deadline)
        except OSError as wrong:
            raise LinkDown(type(wrong).__name__) from None


def _read_line(connection: socket.socket, deadline: float) -> bytes:
    received = bytearray()
    while not received.endswith(b"\n"):
        connection.settimeout(max(0.001, deadline - time.monotonic()))
        piece = connection.recv(1 << 16)
        if not piece or len(received) > MAX_ANSWER_BYTES:
            raise LinkDown("cut")
        received += piece
    return bytes(received)


def _object(line: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(line)
    except (ValueError, RecursionError):
        raise LinkDown("garbled") from None
    if not isinstance(answer, dict):
        raise LinkDown("garbled")
    return answer


def _list(answer: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = answer.get(key)
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise LinkDown("garbled")
    return value


def _case(case: dict[str, Any]) -> CaseProgress:
    """A newer city may say more than we know; what we know must be there."""
    known = {f.name: case[f.name] for f in fields(CaseProgress) if f.name in case}
    known["supplement"] = tuple(known.get("supplement", ()))
    try:
        return CaseProgress(**known)
    except TypeError:
        raise LinkDown("garbled") from None
