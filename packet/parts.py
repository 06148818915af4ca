"""A sealed file as parts that are named by their own digest, so that sending one twice changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from packet.digest import SHA256, Digest
from packet.streams import Writable

PART_BYTES = 1 << 20
"""A cut line costs at most one part; a poor line carries 1 MiB in seconds."""


@dataclass(frozen=True)
class Part:
    sha256: str
    size: int


class PartsWriter:
    """Writes through to `target` and notes the parts on the way, so the file is never read again."""

    def __init__(self, target: Writable, *, part_bytes: int = PART_BYTES, digest: Digest = SHA256) -> None:
        self._target = target
        self._part_bytes = part_bytes
        self._digest = digest
        self._running = digest.start()
        self._size = 0
        self._parts: list[Part] = []

    def write(self, data: bytes) -> int:
        written = self._target.write(data)
        if written != len(data):
            raise OSError(f"short write: {written} of {len(data)} bytes")
        rest = memoryview(data)
        while rest:
            piece = rest[: self._part_bytes - self._size]
            self._running.update(bytes(piece))
            self._size += len(piece)
            rest = rest[len(piece) :]
            if self._size == self._part_bytes:
                self._close_part()
        return written

    def parts(self) -> tuple[Part, ...]:
        """Call once, after the last write."""
        if self._size:
            self._close_part()
        return tuple(self._parts)

    def _close_part(self) -> None:
        self._parts.append(Part(self._running.hexdigest(), self._size))
        self._running = self._digest.start()
        self._size = 0


def read_part(file: Path, parts: tuple[Part, ...], index: int) -> bytes:
    """The bytes of one part. Raises OSError; the caller compares the digest."""
    with file.open("rb") as source:
        source.seek(sum(part.size for part in parts[:index]))
        return source.read(parts[index].size)
