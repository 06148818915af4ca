"""Digests, chosen by an algorithm id that is written into the manifest (SM3 will be asked for: one more row)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol


class RunningDigest(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


class Digest(Protocol):
    """One digest algorithm."""

    @property
    def algorithm(self) -> str: ...

    def start(self) -> RunningDigest: ...


class _HashlibDigest:
    def __init__(self, algorithm: str, start: Callable[[], RunningDigest]) -> None:
        self.algorithm = algorithm
        self.start = start


SHA256: Digest = _HashlibDigest("sha-256", hashlib.sha256)

DIGESTS: Mapping[str, Digest] = {SHA256.algorithm: SHA256}


def hex_of(data: bytes | Iterable[bytes], *, digest: Digest = SHA256) -> str:
    """The digest of bytes, or of pieces that follow each other, in lower-case hexadecimal."""
    running = digest.start()
    for piece in (data,) if isinstance(data, bytes) else data:
        running.update(piece)
    return running.hexdigest()
