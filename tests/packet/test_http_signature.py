from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver
from http_message_signatures.algorithms import ED25519
from hypothesis import given
from hypothesis import strategies as st

from packet.digest import hex_of
from packet.errors import BadSignature
from packet.http_signature import (
    COVERED,
    TAG,
    ClockSkew,
    ReceivedRequest,
    content_digest,
    sign_request,
    verify_request,
)
from packet.sign import Ed25519Signer

NOW = datetime(2026, 11, 24, 4, 0, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NONCE = "0123456789abcdef"


def key_for(key_id: str) -> Ed25519PublicKey | None:
    return KEY.public_key() if key_id == "XA-07" else None


def signed(
    *, key_id: str = "XA-07", created: datetime = NOW, nonce: str = NONCE, body: bytes = b"body"
) -> ReceivedRequest:
    request = httpx.Request("PUT", "http://city.example:8080/v1/parts/abc?x=1", content=body)
    signer = Ed25519Signer(KEY, key_id=key_id)
    sign_request(request, signer=signer, body_sha256=hex_of(body), created=created, nonce=nonce)
    return ReceivedRequest(request.method, str(request.url), dict(request.headers.items()))


def test_the_city_learns_who_asks_and_which_body_was_promised() -> None:
    verified = verify_request(signed(), key_for=key_for, now=NOW)
    assert (verified.key_id, verified.nonce, verified.created) == ("XA-07", NONCE, NOW)
    assert verified.body_sha256 == hex_of(b"body")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("method", "POST"),
        ("url", "http://city.example:8080/v1/parts/abd?x=1"),
        ("url", "http://city.example:8080/v1/parts/abc?x=2"),
        ("url", "http://city.example:8080/v1/parts/abc"),
        ("url", "http://other.example:8080/v1/parts/abc?x=1"),
    ],
)
def test_a_request_sent_to_another_place_is_refused(field: str, value: str) -> None:
    original = signed()
    changed = {"method": original.method, "url": original.url, "headers": original.headers, field: value}
    with pytest.raises(BadSignature):
        verify_request(ReceivedRequest(**changed), key_for=key_for, now=NOW)  # type: ignore[arg-type]


def test_another_body_needs_another_signature() -> None:
    request = signed()
    request.headers["content-digest"] = content_digest(hex_of(b"other"))
    with pytest.raises(BadSignature):
        verify_request(request, key_for=key_for, now=NOW)


@pytest.mark.parametrize("name", ["signature", "signature-input", "content-digest"])
def test_a_missing_header_is_refused(name: str) -> None:
    request = signed()
    del request.headers[name]
    with pytest.raises(BadSignature):
        verify_request(request, key_for=key_for, now=NOW)


def test_a_stranger_is_refused() -> None:
    with pytest.raises(BadSignature):
        verify_request(signed(key_id="XA-08"), key_for=key_for, now=NOW)


@pytest.mark.parametrize("minutes", [-5, 0, 5])
def test_a_clock_that_is_a_little_off_is_tolerated(minutes: int) -> None:
    verify_request(signed(created=NOW + timedelta(minutes=minutes)), key_for=key_for, now=NOW)


@pytest.mark.parametrize("minutes", [-6, 6, -60 * 24 * 365 * 50])
def test_a_clock_that_is_far_off_is_told_apart_from_a_wrong_signature(minutes: int) -> None:
    with pytest.raises(ClockSkew):
        verify_request(signed(created=NOW + timedelta(minutes=minutes)), key_for=key_for, now=NOW)


@pytest.mark.parametrize("nonce", ["", "short", "x" * 65])
def test_a_nonce_that_could_repeat_is_refused(nonce: str) -> None:
    with pytest.raises(BadSignature):
        verify_request(signed(nonce=nonce), key_for=key_for, now=NOW)


@pytest.mark.parametrize("left_out", COVERED)
def test_a_good_signature_that_covers_less_is_refused(left_out: str) -> None:
    request = httpx.Request("PUT", "http://city.example:8080/v1/parts/abc?x=1", content=b"body")
    request.headers["Content-Digest"] = content_digest(hex_of(b"body"))
    HTTPMessageSigner(
        signature_algorithm=ED25519,
        key_resolver=MappingKeyResolver(public_keys={}, private_keys={"XA-07": KEY}),
    ).sign(
        request,
        key_id="XA-07",
        created=NOW,
        nonce=NONCE,
        tag=TAG,
        covered_component_ids=[name for name in COVERED if name != left_out],
        use_existing_digest=True,
    )
    received = ReceivedRequest(request.method, str(request.url), dict(request.headers.items()))
    with pytest.raises(BadSignature):
        verify_request(received, key_for=key_for, now=NOW)


@given(
    st.sampled_from(["signature", "signature-input", "content-digest"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=200),
)
def test_garbage_in_a_header_is_refused(name: str, value: str) -> None:
    request = signed()
    request.headers[name] = value
    with pytest.raises(BadSignature):
        verify_request(request, key_for=key_for, now=NOW)


@given(st.data())
def test_a_spoiled_signature_is_refused(data: st.DataObject) -> None:
    request = signed()
    name = data.draw(st.sampled_from(["signature", "signature-input"]))
    value = request.headers[name]
    position = data.draw(st.integers(0, len(value) - 1))
    spoiled = value[:position] + data.draw(st.sampled_from('azAZ09=;:"()')) + value[position + 1 :]
    request.headers[name] = spoiled
    try:
        verify_request(request, key_for=key_for, now=NOW)
    except BadSignature:
        return
    assert _same_but_for_the_label(spoiled, value)


def _same_but_for_the_label(one: str, other: str) -> bool:
    """Only the last bits of base64 padding carry nothing."""
    return one == other or one.rstrip(":=")[:-1] == other.rstrip(":=")[:-1]
