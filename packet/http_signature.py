"""Requests signed by the device: HTTP Message Signatures (RFC 9421) over a Content-Digest (RFC 9530).

The signature covers method, host, path, query and the digest of the body, so the city knows who asks before it reads
a single byte of the body. Every signature has a nonce; who verifies must refuse a nonce it has seen.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
)
from http_message_signatures.algorithms import ED25519
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from packet.errors import BadSignature
from packet.sign import Signer

TAG = "tongban-device"
COVERED = ("@method", "@authority", "@path", "@query", "content-digest")
MAX_CLOCK_SKEW = timedelta(minutes=5)
"""How far `created` may be from the verifier's clock; nonces are remembered for twice as long."""


class Message(Protocol):
    """What the library needs of a request: `httpx.Request` has it, and so does `ReceivedRequest`."""

    @property
    def method(self) -> str: ...

    @property
    def url(self) -> Any: ...

    @property
    def headers(self) -> Any: ...


@dataclass(frozen=True)
class ReceivedRequest:
    """A request as the verifier sees it. `headers` maps names to values, repeated ones joined by commas."""

    method: str
    url: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Verified:
    """Who signed, and which body was promised (SHA-256, hexadecimal)."""

    key_id: str
    nonce: str
    created: datetime
    body_sha256: str


class ClockSkew(BadSignature):
    """Signed well, at a time too far from ours. The sender may learn the time from the `Date` of the answer."""


def content_digest(sha256_hex: str) -> str:
    """The value of the Content-Digest header."""
    return f"sha-256=:{base64.b64encode(bytes.fromhex(sha256_hex)).decode('ascii')}:"


def sign_request(request: Message, *, signer: Signer, body_sha256: str, created: datetime, nonce: str) -> None:
    """Put Content-Digest, Signature-Input and Signature on the request."""
    request.headers["Content-Digest"] = content_digest(body_sha256)
    http_signer = HTTPMessageSigner(signature_algorithm=ED25519)
    prepared = http_signer.prepare(
        request,
        key_id=signer.key_id,
        created=created,
        nonce=nonce,
        label="tongban",
        tag=TAG,
        covered_component_ids=COVERED,
        use_existing_digest=True,
    )
    value = base64.b64decode(signer.sign(prepared.signature_base).value)
    http_signer.apply(request, prepared, value)


def verify_request(request: Message, *, key_for: Callable[[str], Ed25519PublicKey | None], now: datetime) -> Verified:
    """Raises BadSignature, or ClockSkew when only the time is wrong.

    The caller compares the body with `body_sha256` and refuses a nonce that was used before.
    """
    verifier = HTTPMessageVerifier(signature_algorithm=ED25519, key_resolver=_Keys(key_for))
    # The time is judged below, against the clock we were given, and told apart from a wrong signature.
    verifier.validate_created_and_expires = lambda *_, **__: None  # type: ignore[method-assign]
    try:
        [result] = verifier.verify(request, max_age=None, expect_tag=TAG, require_components=COVERED)
    except (HTTPMessageSignaturesException, ValueError, TypeError, KeyError) as wrong:
        raise BadSignature(f"request signature: {type(wrong).__name__}") from None
    created, nonce, key_id = (result.parameters.get(name) for name in ("created", "nonce", "keyid"))
    if not isinstance(created, int) or not isinstance(nonce, str) or not isinstance(key_id, str):
        raise BadSignature("request signature: created, nonce and keyid are needed")
    if not 16 <= len(nonce) <= 64:
        raise BadSignature("request signature: nonce of 16 to 64 characters is needed")
    try:
        signed_at = datetime.fromtimestamp(created, UTC)
    except (ValueError, OverflowError, OSError):
        raise BadSignature("request signature: created is no time") from None
    if abs(signed_at - now) > MAX_CLOCK_SKEW:
        raise ClockSkew("request signature: clocks differ")
    return Verified(key_id, nonce, signed_at, _sha256_of(request.headers))


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, key_for: Callable[[str], Ed25519PublicKey | None]) -> None:
        self._key_for = key_for

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey | None:
        return self._key_for(key_id)


def _sha256_of(headers: Any) -> str:
    value = next((v for name, v in headers.items() if name.lower() == "content-digest"), "")
    if not value.startswith("sha-256=:") or not value.endswith(":"):
        raise BadSignature("content-digest: exactly one SHA-256 is needed")
    try:
        digest = base64.b64decode(value[9:-1], validate=True)
    except (binascii.Error, ValueError):
        raise BadSignature("content-digest: not base64") from None
    if len(digest) != 32:
        raise BadSignature("content-digest: not a SHA-256")
    return digest.hex()
