"""The city as the courier sees it: signed HTTP requests with time limits, and answers that are checked.

CityError
├── CityUnreachable   no connection, no answer in time, the city is in trouble itself: the same again later
└── CityRefused       the city understood and says no: the same again would get the same
"""

from __future__ import annotations

import base64
import logging
import secrets
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from packet import wire
from packet.digest import hex_of
from packet.errors import BadShape
from packet.http_signature import sign_request
from packet.sign import Signed, Signer

_MAX_ANSWER_BYTES = 32 << 20
_PIECE_BYTES = 64 * 1024
_TIMEOUT = httpx.Timeout(20.0, connect=5.0)
_LATER = frozenset({401, 408, 425, 429})  # and every 5xx
_LOG = logging.getLogger(__name__)


class CityError(Exception):
    """`code` is a short word for the log and the outbox row."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class CityUnreachable(CityError):
    pass


class CityRefused(CityError):
    def __init__(self, code: str, *, status: int) -> None:
        super().__init__(code)
        self.status = status


@dataclass(frozen=True)
class ReceiptSent:
    """Not yet verified."""

    data: bytes


@dataclass(frozen=True)
class PartsWanted:
    sha256s: tuple[str, ...]


class CityClient:
    """Thread-safe. `url` is the city's base address; `signer.key_id` is the kiosk's id."""

    def __init__(
        self,
        url: str,
        *,
        signer: Signer,
        clock: Callable[[], datetime],
        on_progress: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_progress` is called whenever bytes move, also on a line so poor that one part takes minutes."""
        self._signer = signer
        self._clock = clock
        self._on_progress = on_progress
        self._offset = timedelta()
        # OpenSSL's own store (SSL_CERT_FILE counts); no proxies from the environment.
        self._http = httpx.Client(
            base_url=url.rstrip("/"),
            timeout=_TIMEOUT,
            verify=ssl.create_default_context(),
            trust_env=False,
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=2, keepalive_expiry=20.0),
        )

    def close(self) -> None:
        self._http.close()

    @property
    def clock_offset_s(self) -> float:
        """How far the city's clock is ahead of ours, as far as it has told us."""
        return self._offset.total_seconds()

    def missing(self, sha256s: Sequence[str]) -> tuple[str, ...]:
        """Which of these parts the city lacks."""
        answer = self._json("POST", "/v1/parts/missing", {"parts": list(sha256s)})
        return _texts(answer, "missing")

    def put_part(self, sha256: str, data: bytes) -> None:
        self._refusing("PUT", f"/v1/parts/{sha256}", data, "application/octet-stream")

    def put_dossier(self, packet_id: str, manifest: bytes, signed: Signed) -> ReceiptSent | PartsWanted:
        body = wire.to_json({"manifest": base64.b64encode(manifest).decode("ascii"), "signature": vars(signed)})
        try:
            return ReceiptSent(self._ask("PUT", f"/v1/dossiers/{packet_id}", body, "application/json"))
        except _Answered as answered:
            if answered.status == 409:
                return PartsWanted(_texts(answered.body, "missing"))
            raise answered.refusal from None

    def progress(self, question: dict[str, str]) -> list[dict[str, Any]]:
        answer = self._json("POST", "/v1/progress", question)
        cases = answer.get("cases")
        if not isinstance(cases, list) or not all(isinstance(case, dict) for case in cases):
            raise CityUnreachable("garbled")
        return cases

    def notice(self, question: dict[str, str]) -> bytes:
        """The notice as PDF."""
        pdf = self._refusing("POST", "/v1/notices", wire.to_json(question), "application/json")
        if not pdf.startswith(b"%PDF-"):
            raise CityUnreachable("garbled")
        return pdf

    def heartbeat(self, health: dict[str, object]) -> None:
        self._json("POST", "/v1/heartbeat", health)

    def _json(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return _object(self._refusing(method, path, wire.to_json(body), "application/json"))

    def _refusing(self, method: str, path: str, body: bytes, media_type: str) -> bytes:
        try:
            return self._ask(method, path, body, media_type)
        except _Answered as answered:
            raise answered.refusal from None

    def _ask(self, method: str, path: str, body: bytes, media_type: str) -> bytes:
        """Raises CityUnreachable, or `_Answered` for a refusal that the caller may understand."""
        status, content, headers = self._send(method, path, body, media_type)
        if status == 401 and _code_of(content) == "clock" and self._learn_clock(headers):
            status, content, headers = self._send(method, path, body, media_type)
        if 200 <= status < 300:
            return content
        if status >= 500 or status in _LATER or status < 400:
            raise CityUnreachable(f"http_{status}_{_code_of(content)}".rstrip("_"))
        raise _Answered(status, content)

    def _send(self, method: str, path: str, body: bytes, media_type: str) -> tuple[int, bytes, httpx.Headers]:
        request = self._http.build_request(
            method,
            path,
            content=self._in_pieces(body),
            headers={"Content-Type": media_type, "Content-Length": str(len(body))},
        )
        sign_request(
            request,
            signer=self._signer,
            body_sha256=hex_of(body),
            created=self._clock().astimezone(UTC) + self._offset,
            nonce=secrets.token_urlsafe(18),
        )
        try:
            response = self._http.send(request, stream=True)
            try:
                content = _bounded(response)
            finally:
                response.close()
        except (httpx.HTTPError, ssl.SSLError) as wrong:
            raise CityUnreachable(type(wrong).__name__) from None
        self._on_progress()
        return response.status_code, content, response.headers

    def _in_pieces(self, body: bytes) -> Iterator[bytes]:
        for start in range(0, len(body), _PIECE_BYTES):
            yield body[start : start + _PIECE_BYTES]
            self._on_progress()

    def _learn_clock(self, headers: httpx.Headers) -> bool:
        """Only after a refusal for the clock: an answer nobody asked for must not move our time."""
        try:
            theirs = parsedate_to_datetime(headers["date"])
            self._offset = theirs - self._clock().astimezone(UTC)
        except (KeyError, ValueError, TypeError):
            return False
        _LOG.warning("clock_offset seconds=%d", self._offset.total_seconds())
        return True


class _Answered(Exception):
    def __init__(self, status: int, content: bytes) -> None:
        super().__init__(status)
        self.status = status
        self._content = content

    @property
    def body(self) -> dict[str, Any]:
        return _object(self._content)

    @property
    def refusal(self) -> CityRefused:
        return CityRefused(_code_of(self._content) or f"http_{self.status}", status=self.status)


def _bounded(response: httpx.Response) -> bytes:
    content = bytearray()
    for piece in response.iter_bytes():
        content += piece
        if len(content) > _MAX_ANSWER_BYTES:
            raise CityUnreachable("answer_too_large")
    return bytes(content)


def _object(content: bytes) -> dict[str, Any]:
    try:
        value = wire.parse_json(content, limit=_MAX_ANSWER_BYTES)
    except BadShape:
        raise CityUnreachable("garbled") from None
    if not isinstance(value, dict):
        raise CityUnreachable("garbled")
    return value


def _texts(answer: dict[str, Any], key: str) -> tuple[str, ...]:
    value = answer.get(key)
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise CityUnreachable("garbled")
    return tuple(value)


def _code_of(content: bytes) -> str:
    """The `code` of an error answer, kept short: it goes to the log."""
    try:
        code = _object(content).get("code", "")
    except CityUnreachable:
        return ""
    return code[:40] if isinstance(code, str) and code.isascii() and code.isprintable() else ""
