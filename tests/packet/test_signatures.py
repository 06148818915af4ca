from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from packet.errors import BadKey, BadReceipt, BadSignature, PacketError
from packet.keys import make_age_key, make_signing_key, public_text, read_public, read_signing_key
from packet.receipt import SCHEMA, PlatformReceipt, check_receipt, platform_key_id, sign_receipt
from packet.sign import Ed25519Signer, Ed25519Verifier, Signed

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SIGNER = Ed25519Signer(KEY, key_id="k")
VERIFIER = Ed25519Verifier(KEY.public_key(), key_id="k")
RECEIPT = PlatformReceipt(SCHEMA, "p", "d", 1, "m", "2026-11-24T12:00:00+08:00")


@given(st.binary(max_size=200))
def test_a_signature_fits_its_bytes(data: bytes) -> None:
    VERIFIER.verify(data, SIGNER.sign(data))


@given(st.binary(min_size=1, max_size=50), st.data())
def test_one_changed_byte_is_noticed(content: bytes, data: st.DataObject) -> None:
    changed = bytearray(content)
    changed[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BadSignature):
        VERIFIER.verify(bytes(changed), SIGNER.sign(content))


@pytest.mark.parametrize(
    "changes",
    [{"algorithm": "sm2"}, {"key_id": "other"}, {"value": ""}, {"value": "****"}, {"value": "AAAA"}, {"value": "ä"}],
)
def test_another_name_or_value_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        VERIFIER.verify(b"x", replace(SIGNER.sign(b"x"), **changes))


def test_a_receipt_is_believed_only_for_its_own_packet() -> None:
    data = sign_receipt(RECEIPT, SIGNER)
    assert check_receipt(data, verifier=VERIFIER, packet_id="p", manifest_sha256="m") == RECEIPT
    for packet_id, manifest in (("q", "m"), ("p", "n")):
        with pytest.raises(BadReceipt):
            check_receipt(data, verifier=VERIFIER, packet_id=packet_id, manifest_sha256=manifest)


def test_a_receipt_by_another_platform_is_refused() -> None:
    stranger = Ed25519Signer(Ed25519PrivateKey.generate(), key_id="k")
    with pytest.raises(BadSignature):
        check_receipt(sign_receipt(RECEIPT, stranger), verifier=VERIFIER, packet_id="p", manifest_sha256="m")


def test_a_receipt_of_another_version_is_refused() -> None:
    data = sign_receipt(replace(RECEIPT, schema="tongban.receipt/2"), SIGNER)
    with pytest.raises(BadReceipt, match="schema"):
        check_receipt(data, verifier=VERIFIER, packet_id="p", manifest_sha256="m")


@given(st.data())
def test_a_cut_or_changed_receipt_is_never_believed(data: st.DataObject) -> None:
    whole = sign_receipt(RECEIPT, SIGNER)
    changed = bytearray(whole)
    changed[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    for spoiled in (whole[: data.draw(st.integers(0, len(whole) - 1))], bytes(changed), whole + whole):
        with pytest.raises(PacketError):
            check_receipt(spoiled, verifier=VERIFIER, packet_id="p", manifest_sha256="m")


@given(st.binary(max_size=200))
def test_garbage_is_no_receipt(data: bytes) -> None:
    with pytest.raises(PacketError):
        check_receipt(data, verifier=VERIFIER, packet_id="p", manifest_sha256="m")


def test_the_same_receipt_has_the_same_bytes() -> None:
    assert sign_receipt(RECEIPT, SIGNER) == sign_receipt(RECEIPT, SIGNER)


def test_the_platforms_key_is_named_after_itself() -> None:
    assert platform_key_id(KEY.public_key()) == "platform-56475aa75463474c"


def test_a_new_key_is_for_its_owner_only_and_never_replaces_one(tmp_path: Path) -> None:
    for make in (make_signing_key, make_age_key):
        file = tmp_path / make.__name__
        made = make(file)
        before = file.read_bytes()
        assert file.stat().st_mode & 0o777 == 0o600
        with pytest.raises(FileExistsError):
            make(file)
        assert (made.file, file.read_bytes()) == (file, before)


def test_a_key_file_is_read_back(tmp_path: Path) -> None:
    made = make_signing_key(tmp_path / "key")
    assert public_text(read_signing_key(made.file).public_key()) == made.public
    assert public_text(read_public(made.public)) == made.public


def test_unusable_key_files_are_named_and_not_quoted(tmp_path: Path) -> None:
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_bytes(b"SECRET-BYTES")
    for file in (nonsense, tmp_path / "absent.pem"):
        with pytest.raises(BadKey, match=file.name) as caught:
            read_signing_key(file)
        assert "SECRET" not in str(caught.value)


@given(st.text(max_size=60))
def test_a_text_that_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(BadKey):
        read_public(text)


def test_signed_values_travel_as_base64() -> None:
    signed = SIGNER.sign(b"x")
    assert (signed.algorithm, signed.key_id) == ("ed25519", "k")
    assert isinstance(signed, Signed)
    assert len(base64.b64decode(signed.value)) == 64
