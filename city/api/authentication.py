"""Who is asking: every request of a device is signed, and no byte of its body is read before that is proven."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.orm import Session, sessionmaker
from starlette.requests import Request

from city.storage.intake import active_device, use_nonce
from packet.errors import BadSignature
from packet.http_signature import MAX_CLOCK_SKEW, ClockSkew, ReceivedRequest, Verified, verify_request
from packet.keys import read_public


@dataclass(frozen=True)
class Caller:
    """A device that has proven itself, and the digest of the body it promised."""

    device_id: str
    body_sha256: str


class Unauthenticated(Exception):
    """`code`: `signature`, `clock` (ours is in the Date header), `replay`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Authenticator:
    def __init__(self, *, sessions: sessionmaker[Session], clock: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._clock = clock

    def authenticate(self, request: Request) -> Caller:
        """Looks at the headers only. Blocks for a database transaction. Raises Unauthenticated."""
        now = self._clock()
        with self._sessions.begin() as session:
            verified = _verify(request, session, now)
            fresh = use_nonce(
                session,
                device_id=verified.key_id,
                nonce=verified.nonce,
                at=now,
                keep=2 * MAX_CLOCK_SKEW,
            )
        if not fresh:
            raise Unauthenticated("replay")
        return Caller(verified.key_id, verified.body_sha256)


def _verify(request: Request, session: Session, now: datetime) -> Verified:
    def key_for(device_id: str) -> Ed25519PublicKey | None:
        device = active_device(session, device_id)
        return None if device is None else read_public(device.public_key)

    try:
        return verify_request(_received(request), key_for=key_for, now=now)
    except ClockSkew:
        raise Unauthenticated("clock") from None
    except BadSignature:
        raise Unauthenticated("signature") from None


def _received(request: Request) -> ReceivedRequest:
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return ReceivedRequest(request.method, str(request.url), headers)
