"""Packets as every released version has sealed them: a kiosk that was off for a year delivers them today."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from packet import wire
from packet.archive import read_archive
from packet.digest import hex_of
from packet.keys import read_public
from packet.manifest import Manifest
from packet.parts import read_part
from packet.sign import Ed25519Verifier, Signed
from packet.unseal import AgeUnsealer, read_age_identities

RELEASED = sorted((Path(__file__).parent / "released").iterdir())


def test_there_are_released_packets() -> None:
    assert [folder.name for folder in RELEASED] == ["1"]


@pytest.mark.parametrize("folder", RELEASED, ids=lambda folder: folder.name)
def test_a_released_packet_is_still_proven_and_opened(folder: Path) -> None:
    data = (folder / "manifest.json").read_bytes()
    manifest = Manifest.from_bytes(data)
    signed = wire.decode(Signed, (folder / "manifest.sig").read_bytes())
    device = read_public((folder / "device.pub").read_text().strip())
    Ed25519Verifier(device, key_id=manifest.device_id).verify(data, signed)
    parts = [read_part(folder / "sealed.age", manifest.parts, index) for index in range(len(manifest.parts))]
    assert [hex_of(part) for part in parts] == [part.sha256 for part in manifest.parts]
    out = io.BytesIO()
    AgeUnsealer(read_age_identities([folder / "recipient.age"])).unseal(io.BytesIO(b"".join(parts)), out)
    opened = read_archive(io.BytesIO(out.getvalue()))
    assert opened.application.packet_id == manifest.packet_id
    assert opened.application.applicant.name == "金丝雀"
    assert opened.application.first_responsible == ""  # version 1 did not say it
    assert [path for path, content in opened.files.items() if content.startswith(b"%PDF-")] == [
        "materials/01-household.pdf",
        "materials/02-photo.pdf",
    ]
