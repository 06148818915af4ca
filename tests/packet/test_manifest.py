from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packet.errors import BadManifest
from packet.identifiers import is_packet_id, make_packet_id
from packet.manifest import MAX_SEALED_BYTES, SCHEMA, Manifest, manifest_digest
from packet.parts import Part

MANIFEST = Manifest(
    schema=SCHEMA,
    packet_id="01a20bb5-e9e8-7a89-bc23-7cbcc0d2ba84",
    device_id="XA-07",
    filing_number="XA07-261124-001-A",
    sequence=2,
    previous="a" * 64,
    item_code="610114-0042",
    locality="yanliang",
    parts=(Part("b" * 64, 1 << 20), Part("c" * 64, 7)),
    recipients=("age1one", "age1two"),
    recipients_epoch=1,
    device_time="2026-11-24T12:00:00+08:00",
    boot_id="4f7f8e7e-0000-4000-8000-000000000000",
    monotonic_ms=123,
    seal_algorithm="age-x25519",
    sign_algorithm="ed25519",
    digest_algorithm="sha-256",
)


def test_a_manifest_survives_its_bytes() -> None:
    assert Manifest.from_bytes(MANIFEST.to_bytes()) == MANIFEST


def test_the_bytes_of_version_1_stay_as_released() -> None:
    """Signatures of packets already delivered are over these very bytes."""
    assert manifest_digest(MANIFEST.to_bytes()) == "1491c514940d3059f53e75e5d86d3316c0c8d44d1768b9395cb229344fdbbb5e"


def test_the_same_said_otherwise_is_refused() -> None:
    for other in (MANIFEST.to_bytes() + b" ", b" " + MANIFEST.to_bytes(), MANIFEST.to_bytes().replace(b":", b": ", 1)):
        with pytest.raises(BadManifest):
            Manifest.from_bytes(other)


@given(st.integers(0, len(MANIFEST.to_bytes()) - 1), st.integers(1, 255))
def test_a_changed_byte_gives_another_manifest_or_none(position: int, flip: int) -> None:
    spoiled = bytearray(MANIFEST.to_bytes())
    spoiled[position] ^= flip
    try:
        assert Manifest.from_bytes(bytes(spoiled)) != MANIFEST
    except BadManifest:
        return


@given(st.integers(0, len(MANIFEST.to_bytes()) - 1))
def test_a_cut_manifest_is_refused(length: int) -> None:
    with pytest.raises(BadManifest):
        Manifest.from_bytes(MANIFEST.to_bytes()[:length])


@pytest.mark.parametrize(
    "changes",
    [
        {"schema": "tongban.manifest/2"},
        {"packet_id": "01a20bb5-e9e8-4a89-bc23-7cbcc0d2ba84"},  # not version 7
        {"packet_id": "../../etc/passwd"},
        {"device_id": "XA/07"},
        {"device_id": ""},
        {"filing_number": "金丝雀"},
        {"sequence": 0},
        {"previous": "A" * 64},
        {"parts": ()},
        {"parts": (Part("b" * 63, 1),)},
        {"parts": (Part("b" * 64, 0),)},
        {"parts": (Part("b" * 64, 9 << 20),)},
        {"parts": tuple(Part("b" * 64, 8 << 20) for _ in range(MAX_SEALED_BYTES // (8 << 20) + 1))},
        {"recipients": ()},
        {"recipients_epoch": -1},
        {"device_time": "2026-11-24T12:00:00"},  # no zone
        {"device_time": "noon"},
        {"monotonic_ms": -1},
        {"digest_algorithm": "md5"},
        {"seal_algorithm": ""},
    ],
)
def test_a_manifest_that_cannot_be_true_cannot_be_made(changes: dict[str, object]) -> None:
    with pytest.raises(BadManifest):
        replace(MANIFEST, **changes)  # type: ignore[arg-type]


def test_packet_ids_are_version_7_and_grow_with_time() -> None:
    ids = [make_packet_id(unix_ms=1_795_000_000_000 + ms, random=bytes([255 - ms] * 10)) for ms in range(50)]
    assert all(is_packet_id(packet_id) for packet_id in ids)
    assert ids == sorted(ids)
