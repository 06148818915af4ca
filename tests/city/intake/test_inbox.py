"""The inbox: exactly one case for each packet, and quarantine for what cannot be opened."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from city.inbox import Answer, CannotOpen, PartsMissing, Received, Refused
from city.storage.blobs import part_key
from city.storage.intake import Gap, forget_unused_parts, gaps, missing_parts, note_part
from packet.application import Application
from packet.archive import ArchiveStream, read_archive
from packet.digest import hex_of
from packet.keys import make_age_key, read_signing_key
from packet.manifest import Manifest
from packet.parts import Part
from packet.seal import AgeSealer
from packet.sign import Ed25519Signer
from packet.unseal import AgeUnsealer, read_age_identities
from tests.filings import KIOSK_ID, Keys
from tests.intake_city import IntakeCity, now, open_bare_case
from tests.intake_device import Filed


def store_part(city: IntakeCity, data: bytes) -> Part:
    sha256 = hex_of(data)
    city.blobs.put(part_key(sha256), data)
    with city.sessions.begin() as session:
        note_part(session, device_id=KIOSK_ID, sha256=sha256, size=len(data), at=now())
    return Part(sha256, len(data))


def submit(city: IntakeCity, manifest: Manifest) -> Answer:
    data = manifest.to_bytes()
    signer = Ed25519Signer(read_signing_key(city.keys.device_file), key_id=KIOSK_ID)
    return city.inbox.submit(
        device_id=KIOSK_ID, packet_id=manifest.packet_id, manifest=data, signature=signer.sign(data)
    )


def submit_filed(city: IntakeCity, filed: Filed) -> Answer:
    for data in filed.parts.values():
        store_part(city, data)
    return submit(city, filed.manifest)


def submit_sealed(city: IntakeCity, filed: Filed, sealed: bytes, **changes: str) -> Answer:
    """The same manifest around another sealed content."""
    manifest = replace(filed.manifest, parts=(store_part(city, sealed),), **changes)  # type: ignore[arg-type]
    return submit(city, manifest)


def sealed(content: bytes, keys: Keys) -> bytes:
    out = io.BytesIO()
    AgeSealer(keys.recipients).seal(io.BytesIO(content), out)
    return out.getvalue()


def resealed(filed: Filed, keys: Keys, **changes: str) -> bytes:
    """What was filed, opened and sealed again with another application record."""
    out = io.BytesIO()
    AgeUnsealer(read_age_identities(keys.identity_files)).unseal(io.BytesIO(b"".join(filed.parts.values())), out)
    opened = read_archive(io.BytesIO(out.getvalue()))
    application = replace(opened.application, **changes)  # type: ignore[arg-type]
    members = [(path, lambda data=data: data) for path, data in opened.files.items()]
    return sealed(ArchiveStream(application, members).read(), keys)  # type: ignore[arg-type]


def states(city: IntakeCity) -> list[tuple[str, ...]]:
    return city.rows("select state, reason from submission order by sequence")


def test_a_packet_opens_one_case(city: IntakeCity, filed: Filed) -> None:
    assert isinstance(submit_filed(city, filed), Received)
    assert isinstance(submit_filed(city, filed), Received)
    assert len(city.rows("select * from bare_case")) == 1


def test_the_case_and_the_submission_are_one_transaction(city: IntakeCity, filed: Filed) -> None:
    """Opening the case fails after it has written: nothing remains, and the next try is the first."""

    def fail_late(
        session: Session, *, application: Application, files: Mapping[str, bytes], received_at: datetime
    ) -> None:
        open_bare_case(session, application=application, files=files, received_at=received_at)
        raise RuntimeError("a bug")

    city.open_case = fail_late
    with pytest.raises(RuntimeError):
        submit_filed(city, filed)
    assert (states(city), city.rows("select * from bare_case")) == ([], [])
    city.open_case = open_bare_case
    assert isinstance(submit(city, filed.manifest), Received)
    assert len(city.rows("select * from bare_case")) == 1


def test_a_case_that_cannot_be_opened_is_kept_in_quarantine_with_its_reason(city: IntakeCity, filed: Filed) -> None:
    def refuse(session: Session, **packet: object) -> None:
        open_bare_case(session, application=packet["application"], files={}, received_at=now())  # type: ignore[arg-type]
        raise CannotOpen("unknown_item")

    city.open_case = refuse
    assert submit_filed(city, filed) == Refused("quarantined", "unknown_item")
    assert states(city) == [("quarantined", "unknown_item")]
    assert city.rows("select * from bare_case") == []


def test_a_packet_in_quarantine_opens_once_the_reason_is_gone(city: IntakeCity, filed: Filed) -> None:
    """The day it arrived stays the day it arrived."""
    first_at = now() - timedelta(days=1)
    city.clock = lambda: first_at

    def refuse(_session: Session, **_packet: object) -> None:
        raise CannotOpen("unknown_item")

    city.open_case = refuse
    submit_filed(city, filed)
    city.open_case = open_bare_case
    city.clock = now
    assert isinstance(submit(city, filed.manifest), Received)
    assert states(city) == [("opened", "")]
    [(at,)] = city.rows("select at from bare_case")
    assert datetime.fromisoformat(at) == first_at


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda data, _: data[: len(data) // 2], "cannot_unseal"),
        (lambda data, _: data + b"\0", "cannot_unseal"),
        (lambda data, _: b"no seal at all" + data[:0], "cannot_unseal"),
        (lambda _, keys: sealed(b"", keys), "bad_archive"),
        (lambda _, keys: sealed(b"no tar" * 500, keys), "bad_archive"),
        (lambda _, keys: sealed(bytes(4096), keys), "bad_archive"),
    ],
)
def test_a_packet_that_cannot_be_read_is_kept_in_quarantine(
    city: IntakeCity, filed: Filed, keys: Keys, spoil: Callable[[bytes, Keys], bytes], reason: str
) -> None:
    data = b"".join(filed.parts.values())
    assert submit_sealed(city, filed, spoil(data, keys)) == Refused("quarantined", reason)
    assert states(city) == [("quarantined", reason)]
    assert city.rows("select * from bare_case") == []


@pytest.mark.parametrize(
    "changes",
    [
        {"packet_id": "01a20bb5-e9e8-7a89-bc23-7cbcc0d2ba84"},
        {"filing_number": "XA07-261124-009-X"},
        {"kiosk_id": "XA-08"},
        {"item_code": "another"},
        {"locality": "xincheng"},
    ],
)
def test_an_application_that_says_something_else_than_its_manifest_is_kept_in_quarantine(
    city: IntakeCity, filed: Filed, keys: Keys, changes: dict[str, str]
) -> None:
    answer = submit_sealed(city, filed, resealed(filed, keys, **changes))
    assert answer == Refused("quarantined", "bad_archive")


def test_an_application_of_another_version_is_kept_in_quarantine(city: IntakeCity, filed: Filed, keys: Keys) -> None:
    answer = submit_sealed(city, filed, resealed(filed, keys, schema="tongban.application/9"))
    assert answer == Refused("quarantined", "bad_application")


def test_a_packet_sealed_with_an_unknown_algorithm_is_kept_in_quarantine(city: IntakeCity, filed: Filed) -> None:
    for data in filed.parts.values():
        store_part(city, data)
    answer = submit(city, replace(filed.manifest, seal_algorithm="sm4-gcm"))
    assert answer == Refused("quarantined", "cannot_unseal")


def test_a_key_that_was_not_installed_is_installed_and_the_packet_opens(
    tmp_path: Path, keys: Keys, filed: Filed
) -> None:
    stranger = make_age_key(tmp_path / "stranger.age").file
    before = IntakeCity(tmp_path / "city", keys, identity_files=(stranger,))
    assert submit_filed(before, filed) == Refused("quarantined", "cannot_unseal")
    before.close()
    after = IntakeCity(tmp_path / "city", keys, identity_files=(stranger, *keys.identity_files))
    assert isinstance(submit(after, filed.manifest), Received)
    after.close()


@pytest.mark.parametrize(
    "damage", [lambda path: path.write_bytes(bytes(path.stat().st_size)), lambda path: path.unlink()]
)
def test_a_part_that_rotted_on_the_citys_disk_is_asked_for_again(
    city: IntakeCity, filed: Filed, damage: Callable[[Path], object]
) -> None:
    for data in filed.parts.values():
        store_part(city, data)
    sha256 = filed.manifest.parts[0].sha256
    damage(city.blobs.path(part_key(sha256)))
    assert submit(city, filed.manifest) == PartsMissing((sha256,))
    assert city.rows("select * from submission") == []
    assert isinstance(submit_filed(city, filed), Received)


# --- the chain --------------------------------------------------------------------------------------------------


def test_a_gap_is_noted_and_closes_when_the_late_packet_comes(
    city: IntakeCity, file_packets: Callable[[int], list[Filed]]
) -> None:
    first, second, third, fourth = file_packets(4)
    for filed in (first, fourth):
        submit_filed(city, filed)
    with city.sessions() as session:
        assert gaps(session, KIOSK_ID) == (Gap(2, 3),)
    for filed in (second, third):
        submit_filed(city, filed)
    with city.sessions() as session:
        assert gaps(session, KIOSK_ID) == ()
    chain = dict(city.rows("select sequence, chain from submission"))  # type: ignore[arg-type]
    assert chain == {1: "whole", 2: "whole", 3: "whole", 4: "gap"}


def test_a_packet_that_names_another_predecessor_is_taken_and_marked(
    city: IntakeCity, file_packets: Callable[[int], list[Filed]]
) -> None:
    """A citizen's dossier is worth more than a tidy chain."""
    first, second = file_packets(2)
    submit_filed(city, first)
    for data in second.parts.values():
        store_part(city, data)
    assert isinstance(submit(city, replace(second.manifest, previous="e" * 64)), Received)
    assert city.rows("select chain from submission where sequence = 2") == [("broken",)]


def test_a_number_used_twice_is_marked(city: IntakeCity, file_packets: Callable[[int], list[Filed]]) -> None:
    first, second = file_packets(2)
    submit_filed(city, first)
    for data in second.parts.values():
        store_part(city, data)
    assert isinstance(submit(city, replace(second.manifest, sequence=1, previous="")), Received)
    assert sorted(city.rows("select chain from submission")) == [("broken",), ("whole",)]


# --- parts ------------------------------------------------------------------------------------------------------


def test_missing_parts_are_told_once_each_in_order(city: IntakeCity) -> None:
    part = store_part(city, b"there")
    wanted = ["a" * 64, part.sha256, "b" * 64, "a" * 64]
    with city.sessions() as session:
        assert missing_parts(session, KIOSK_ID, wanted) == ("a" * 64, "b" * 64)


def test_old_parts_no_packet_uses_are_forgotten(city: IntakeCity, filed: Filed) -> None:
    submit_filed(city, filed)
    stale = store_part(city, b"never used")
    with city.sessions.begin() as session:
        assert forget_unused_parts(session, before=now() - timedelta(days=1)) == ()
        assert forget_unused_parts(session, before=now() + timedelta(days=1)) == (stale.sha256,)
    assert isinstance(submit(city, filed.manifest), Received)
    with city.sessions() as session:
        assert missing_parts(session, KIOSK_ID, filed.parts) == ()


def test_parts_of_another_device_do_not_count(city: IntakeCity, filed: Filed) -> None:
    for sha256, data in filed.parts.items():
        city.blobs.put(part_key(sha256), data)
        with city.sessions.begin() as session:
            note_part(session, device_id="XA-08", sha256=sha256, size=len(data), at=now())
    assert submit(city, filed.manifest) == PartsMissing(tuple(filed.parts))
