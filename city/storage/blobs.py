"""Files by key, in a local folder: written whole and durable, or not at all; put once, never changed."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import BinaryIO

_TEMPORARY = ".incoming"
_SEGMENT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")


class DigestMismatch(Exception):
    """The bytes that came are not the bytes that were promised."""


class KeyTaken(Exception):
    """Other bytes already lie under this key."""


class Incoming:
    """One file on its way in. As a context it deletes what was not committed."""

    def __init__(self, store: LocalStore, temporary: Path) -> None:
        self._store = store
        self._temporary = temporary
        self._out: BinaryIO = temporary.open("xb")
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        """Raises OSError when the disk is full."""
        self._out.write(data)
        self._digest.update(data)
        self.size += len(data)

    def commit(self, key: str, *, expected_sha256: str = "") -> None:
        """Verify, fsync, rename, fsync the folders. Raises DigestMismatch, ValueError for a bad key, OSError."""
        if expected_sha256 and self._digest.hexdigest() != expected_sha256:
            raise DigestMismatch(f"{self.size} bytes have another digest")
        target = self._store.path(key)
        self._out.flush()
        os.fsync(self._out.fileno())
        self._out.close()
        new_folders = [folder for folder in target.parents if not folder.exists()]
        target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        self._temporary.rename(target)
        for folder in (target.parent, *(new.parent for new in new_folders)):
            _sync_folder(folder)

    def abort(self) -> None:
        self._out.close()
        self._temporary.unlink(missing_ok=True)

    def __enter__(self) -> Incoming:
        return self

    def __exit__(self, *_: object) -> None:
        self.abort()


class LocalStore:
    """`folder` belongs to the city's service alone. Keys are paths of plain segments: `parts/ab/abcd...`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / _TEMPORARY
        self._incoming.mkdir(mode=0o750, parents=True, exist_ok=True)

    def path(self, key: str) -> Path:
        """Raises ValueError for a key that could leave the folder or meet a temporary file."""
        segments = key.split("/")
        if len(key) > 400 or not all(_SEGMENT.fullmatch(segment) for segment in segments):
            raise ValueError("not a key")
        return self._folder.joinpath(*segments)

    def begin(self) -> Incoming:
        return Incoming(self, self._incoming / secrets.token_hex(12))

    def put(self, key: str, data: bytes) -> None:
        """Store once; the same bytes again are no error. Raises KeyTaken for other bytes, OSError."""
        if self.has(key):
            if self.get(key) != data:
                raise KeyTaken(key)
            return
        with self.begin() as incoming:
            incoming.write(data)
            incoming.commit(key)

    def has(self, key: str) -> bool:
        return self.path(key).is_file()

    def get(self, key: str) -> bytes:
        """Raises FileNotFoundError."""
        return self.path(key).read_bytes()

    def delete(self, key: str) -> None:
        """Deleting what is not there is no mistake."""
        self.path(key).unlink(missing_ok=True)

    def sweep_incoming(self) -> int:
        """At start, before the first request: delete what a killed process left half written. Tells how many."""
        leftovers = list(self._incoming.iterdir())
        for path in leftovers:
            path.unlink(missing_ok=True)
        return len(leftovers)


def part_key(sha256: str) -> str:
    return f"parts/{sha256[:2]}/{sha256}"


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
