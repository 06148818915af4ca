"""Files of cases (materials, signatures, notices, results) in the blob store, by the SHA-256 of their content.

By content, because a transaction that was rolled back may leave its bytes behind: the next try meets them as its own.
"""

from __future__ import annotations

import hashlib
from typing import Protocol


class FileChanged(OSError):
    """The stored bytes are no longer those that were stored. Shown to nobody; the copy must come from the backup."""


class Blobs(Protocol):
    """`city.storage.blobs.LocalStore`, or a store like it."""

    def put(self, key: str, data: bytes) -> None:
        """Store once; the same bytes again are no error."""

    def get(self, key: str) -> bytes: ...


def keep(blobs: Blobs, data: bytes) -> str:
    """Store and return the digest. Raises OSError when the disk is full."""
    sha256 = hashlib.sha256(data).hexdigest()
    blobs.put(_key(sha256), data)
    return sha256


def fetch(blobs: Blobs, sha256: str) -> bytes:
    """The bytes, proven again. Raises FileNotFoundError, FileChanged."""
    data = blobs.get(_key(sha256))
    if hashlib.sha256(data).hexdigest() != sha256:
        raise FileChanged(sha256)
    return data


def _key(sha256: str) -> str:
    return f"cases/{sha256[:2]}/{sha256}"
