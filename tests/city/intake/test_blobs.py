from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from city.storage.blobs import DigestMismatch, KeyTaken, LocalStore, part_key
from packet.digest import hex_of


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "files")


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_what_is_put_is_got(store: LocalStore) -> None:
    store.put("dossiers/01/materials/01-household.pdf", b"%PDF")
    assert store.get("dossiers/01/materials/01-household.pdf") == b"%PDF"
    assert (store.has("dossiers/01/materials/01-household.pdf"), store.has("dossiers/02")) == (True, False)


def test_put_again_with_the_same_bytes_is_no_error_with_others_it_is(store: LocalStore) -> None:
    store.put("a/b", b"one")
    store.put("a/b", b"one")
    with pytest.raises(KeyTaken):
        store.put("a/b", b"two")
    assert store.get("a/b") == b"one"


@pytest.mark.parametrize(
    "key", ["", "/", "../x", "a/../x", "/etc/passwd", "a//b", "a/", ".incoming/x", "a/.hidden", "a\0b", "a b", "金"]
)
def test_a_key_that_could_leave_the_folder_is_refused(store: LocalStore, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        store.put(key, b"x")


@given(key=st.text(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_key_stays_below_the_folder_or_is_refused(store: LocalStore, tmp_path: Path, key: str) -> None:
    try:
        path = store.path(key)
    except ValueError:
        return
    assert Path(os.path.normpath(path)).is_relative_to(tmp_path / "files")


def test_nothing_appears_before_it_is_whole(store: LocalStore, tmp_path: Path) -> None:
    with store.begin() as incoming:
        incoming.write(b"half")
        assert not store.has("a/b")
    assert files(tmp_path) == []


def test_other_bytes_than_promised_never_appear(store: LocalStore, tmp_path: Path) -> None:
    with store.begin() as incoming:
        incoming.write(b"something")
        with pytest.raises(DigestMismatch):
            incoming.commit(part_key("0" * 64), expected_sha256="0" * 64)
    assert files(tmp_path) == []


def test_a_promise_that_is_kept_appears(store: LocalStore) -> None:
    sha256 = hex_of(b"part")
    with store.begin() as incoming:
        incoming.write(b"part")
        incoming.commit(part_key(sha256), expected_sha256=sha256)
    assert store.get(part_key(sha256)) == b"part"


def test_file_and_folders_are_on_the_disk_before_commit_returns(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order is the promise: bytes, then the name, then every folder that had to be made."""
    steps: list[str] = []
    real_fsync, real_rename = os.fsync, Path.rename

    def fsync(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        steps.append("sync folder" if is_folder else "sync file")
        real_fsync(descriptor)

    def rename(path: Path, target: Path) -> Path:
        steps.append("rename")
        return real_rename(path, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "rename", rename)
    store.put("new/folder/file", b"x")
    assert steps == ["sync file", "rename", *["sync folder"] * 3]


def test_what_a_killed_process_left_is_swept(store: LocalStore, tmp_path: Path) -> None:
    (tmp_path / "files" / ".incoming" / "left").write_bytes(b"half")
    store.put("a", b"kept")
    assert store.sweep_incoming() == 1
    assert files(tmp_path / "files") == ["a"]
