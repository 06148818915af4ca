from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packet.application import (
    SCHEMA,
    ApplicantRecord,
    Application,
    IdentityProof,
    MaterialRecord,
    PageRecord,
    from_json,
    to_json,
)
from packet.archive import ArchiveStream, material_path, read_archive
from packet.errors import BadApplication, BadArchive, PacketError

FILES = {
    "materials/01-household.pdf": b"%PDF-1 " + bytes(range(256)) * 700,
    "materials/02-photo.pdf": b"%PDF-2",
    "signature.png": b"\x89PNG" * 200,
}
APPLICATION = Application(
    schema=SCHEMA,
    packet_id="01a20bb5-e9e8-7a89-bc23-7cbcc0d2ba84",
    filing_number="XA07-261124-001-A",
    progress_code="10450789",
    mode="collected_on_behalf",
    item_code="610114-0042",
    item_version="1",
    catalogue_digest="0" * 64,
    locality="yanliang",
    receiving_locality="xincheng",
    kiosk_id="XA-07",
    collected_at="2026-11-24T12:00:00+08:00",
    applicant=ApplicantRecord("person", "金丝雀", "610114199003071238", "resident", "1", "1990-03-07", "长安街"),
    identity=IdentityProof("sam_card", "genuine", "0501", "2026-11-24T11:50:00+08:00"),
    answers=(("phone", "13800138000"), ("note", 'a\n"b" 𠮷')),
    materials=(
        MaterialRecord("household", "户口簿", "materials/01-household.pdf", True, (PageRecord(1, 2, 3, "d" * 64),)),
        MaterialRecord("photo", "照片", "materials/02-photo.pdf", False, ()),
    ),
    consent_version="1",
    consent_at="2026-11-24T11:52:00+08:00",
    language="zh-CN",
)


def tar_of(application: Application = APPLICATION, files: dict[str, bytes] = FILES) -> bytes:
    return ArchiveStream(application, [(path, content_of(data)) for path, data in files.items()]).read()


def content_of(data: bytes) -> Callable[[], bytes]:
    return lambda: data


def own_tar(change: Callable[[tarfile.TarInfo, int], tarfile.TarInfo | None]) -> bytes:
    """The same members, written by the tar library, each header as `change` leaves it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for number, (path, data) in enumerate({"application.json": to_json(APPLICATION), **FILES}.items()):
            info = tarfile.TarInfo(path)
            info.size = len(data)
            changed = change(info, number)
            if changed is not None:
                tar.addfile(changed, io.BytesIO(data))
    return out.getvalue()


def test_what_goes_in_comes_out() -> None:
    opened = read_archive(io.BytesIO(tar_of()))
    assert opened.application == APPLICATION
    assert opened.files == FILES
    assert list(opened.files) == list(FILES)


def test_an_application_sealed_before_kiosks_named_their_centre_is_read() -> None:
    said = json.loads(to_json(APPLICATION))
    for name in ("receiving_centre", "first_responsible", "first_responsible_phone"):
        del said[name]
    assert from_json(json.dumps(said).encode()) == APPLICATION


def test_any_tar_program_can_read_it() -> None:
    with tarfile.open(fileobj=io.BytesIO(tar_of())) as tar:
        assert tar.getnames() == ["application.json", *FILES]
        assert all(member.mode == 0o600 for member in tar)


def test_the_tar_librarys_own_tar_is_read_too() -> None:
    assert read_archive(io.BytesIO(own_tar(lambda info, _: info))).files == FILES


@given(st.integers(1, 70_000))
@settings(max_examples=25)
def test_it_reads_the_same_in_pieces_of_any_size(size: int) -> None:
    stream = ArchiveStream(APPLICATION, [(path, content_of(data)) for path, data in FILES.items()])
    assert b"".join(iter(lambda: stream.read(size), b"")) == tar_of()


def test_a_member_is_made_only_when_its_turn_comes() -> None:
    made: list[str] = []

    def maker(path: str) -> Callable[[], bytes]:
        def make() -> bytes:
            made.append(path)
            return bytes(100_000)

        return make

    stream = ArchiveStream(APPLICATION, [(path, maker(path)) for path in FILES])
    stream.read(600)
    assert made == []
    while not made:
        stream.read(65_536)
    assert made == ["materials/01-household.pdf"]


@given(st.data())
@settings(max_examples=60)
def test_a_cut_tar_never_opens(data: st.DataObject) -> None:
    whole = tar_of()
    end_of_content = len(whole) - 1024 - (512 - len(FILES["signature.png"]) % 512)
    cut = data.draw(st.integers(0, end_of_content - 1))
    with pytest.raises(PacketError):
        read_archive(io.BytesIO(whole[:cut]))


@given(st.binary(max_size=2000))
def test_garbage_never_opens(data: bytes) -> None:
    with pytest.raises(PacketError):
        read_archive(io.BytesIO(data))


@given(st.integers(0, 511), st.integers(1, 255))
@settings(max_examples=150)
def test_a_spoiled_header_never_opens_or_changes_nothing(position: int, flip: int) -> None:
    spoiled = bytearray(tar_of())
    spoiled[position] ^= flip
    try:
        opened = read_archive(io.BytesIO(bytes(spoiled)))
    except PacketError:
        return
    assert (opened.application, opened.files) == (APPLICATION, FILES)  # the blank after the checksum, for example


def _renamed(path: str) -> Callable[[tarfile.TarInfo, int], tarfile.TarInfo]:
    def change(info: tarfile.TarInfo, number: int) -> tarfile.TarInfo:
        if number == 1:
            info.name = path
        return info

    return change


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/cron.d/evil",
        "/etc/passwd",
        "materials/../01-household.pdf",
        "materials/01-household.pdf/",
        "./materials/01-household.pdf",
        "materials//01-household.pdf",
        "materials/01-Household.pdf",
    ],
)
def test_another_path_than_the_promised_one_is_refused(path: str) -> None:
    with pytest.raises(BadArchive):
        read_archive(io.BytesIO(own_tar(_renamed(path))))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_refused(kind: bytes) -> None:
    def change(info: tarfile.TarInfo, number: int) -> tarfile.TarInfo:
        if number == 1:
            info.type, info.linkname = kind, "/etc/shadow"
        return info

    with pytest.raises(PacketError):
        read_archive(io.BytesIO(own_tar(change)))


@pytest.mark.parametrize("missing", [0, 1, 2, 3])
def test_a_missing_member_is_refused(missing: int) -> None:
    with pytest.raises(PacketError):
        read_archive(io.BytesIO(own_tar(lambda info, number: None if number == missing else info)))


def test_one_member_more_is_refused() -> None:
    with pytest.raises(BadArchive, match="more members"):
        read_archive(io.BytesIO(tar_of(files={**FILES, "extra.txt": b"x"})))


def test_members_in_another_order_are_refused() -> None:
    with pytest.raises(BadArchive):
        read_archive(io.BytesIO(tar_of(files=dict(reversed(FILES.items())))))


@pytest.mark.parametrize(
    "file", ["../evil.pdf", "materials/02-household.pdf", "materials/01-户口.pdf", "materials/01-.pdf", "signature.png"]
)
def test_an_application_that_promises_a_path_of_its_own_is_refused(file: str) -> None:
    first, second = APPLICATION.materials
    application = replace(APPLICATION, materials=(replace(first, file=file), second))
    with pytest.raises(BadArchive):
        read_archive(io.BytesIO(tar_of(application, {file: b"x", second.file: b"y", "signature.png": b"z"})))


def test_a_header_that_promises_gigabytes_costs_no_memory() -> None:
    whole = bytearray(tar_of())
    info = tarfile.TarInfo("application.json")
    info.size = 6 << 30
    whole[:512] = info.tobuf(tarfile.GNU_FORMAT)
    with pytest.raises(BadArchive, match="too large"):
        read_archive(io.BytesIO(bytes(whole)))


def test_an_application_of_another_version_is_refused() -> None:
    with pytest.raises(BadApplication, match="schema"):
        from_json(to_json(replace(APPLICATION, schema="tongban.application/9")))


def test_paths_are_numbered_in_the_order_of_the_materials() -> None:
    assert [material_path(n, "id-card") for n in (1, 12)] == ["materials/01-id-card.pdf", "materials/12-id-card.pdf"]
