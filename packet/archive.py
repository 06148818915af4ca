"""The tar inside the seal: `application.json`, the materials in order, `signature.png`.

Written as a stream, one member in memory at a time, so that a dossier never lies on a disk in the clear. Read strictly:
exactly the promised members in the promised order; a tar from anywhere else is refused.
"""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from packet.application import MAX_APPLICATION_BYTES, Application, from_json, to_json
from packet.errors import BadArchive
from packet.streams import Readable

APPLICATION = "application.json"
SIGNATURE = "signature.png"
MAX_MEMBER_BYTES = 128 * 1024 * 1024
_BLOCK = 512
_KEY = re.compile(r"[A-Za-z0-9_-]{1,80}")


@dataclass(frozen=True, repr=False)
class Opened:
    """What came out of a seal. `files` holds every member but the application, by its path."""

    application: Application
    files: Mapping[str, bytes]


def material_path(number: int, key: str) -> str:
    """`materials/01-household-register.pdf`; numbers from 1."""
    return f"materials/{number:02d}-{key}.pdf"


class ArchiveStream:
    """The tar as something to read from. `make` is called for each member only when its turn comes."""

    def __init__(self, application: Application, members: Iterable[tuple[str, Callable[[], bytes]]]) -> None:
        self._pieces = _pieces(application, members)
        self._rest = b""

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            return self._take(self._rest + b"".join(self._pieces), None)
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest = piece
        return self._take(self._rest, size)

    def _take(self, data: bytes, size: int | None) -> bytes:
        if size is None:
            self._rest = b""
            return data
        self._rest = data[size:]
        return data[:size]


def _pieces(application: Application, members: Iterable[tuple[str, Callable[[], bytes]]]) -> Iterator[bytes]:
    yield from _member(APPLICATION, to_json(application))
    for path, make in members:
        yield from _member(path, make())
    yield bytes(2 * _BLOCK)


def _member(path: str, content: bytes) -> Iterator[bytes]:
    info = tarfile.TarInfo(path)
    info.size = len(content)
    info.mode = 0o600
    yield info.tobuf(tarfile.USTAR_FORMAT)
    for start in range(0, len(content), _PIECE):
        yield content[start : start + _PIECE]
    yield bytes(-len(content) % _BLOCK)


_PIECE = 64 * 1024  # what age seals at once; slicing a larger rest again and again would be quadratic


def read_archive(source: Readable) -> Opened:
    """Read and check the whole tar. Raises BadArchive or BadApplication.

    No member is ever written to a path: names are compared with the ones the application promises.
    """
    try:
        with tarfile.open(fileobj=_AsFile(source), mode="r|", format=tarfile.USTAR_FORMAT) as tar:
            members = iter(tar)
            application = from_json(_content(tar, next(members, None), APPLICATION, MAX_APPLICATION_BYTES))
            promised = [*(material.file for material in application.materials), SIGNATURE]
            _check_paths(promised)
            files = {path: _content(tar, next(members, None), path, MAX_MEMBER_BYTES) for path in promised}
            if next(members, None) is not None:
                raise BadArchive("more members than promised")
    except (tarfile.TarError, EOFError, OverflowError, ValueError) as wrong:
        raise BadArchive(f"not a tar of ours ({type(wrong).__name__})") from None
    return Opened(application, files)


def _check_paths(paths: list[str]) -> None:
    if len(set(paths)) != len(paths):
        raise BadArchive("one path twice")
    for number, path in enumerate(paths[:-1], start=1):
        key = path.removeprefix(f"materials/{number:02d}-").removesuffix(".pdf")
        if material_path(number, key) != path or _KEY.fullmatch(key) is None:
            raise BadArchive(f"material {number} has a path of its own making")


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo | None, path: str, limit: int) -> bytes:
    if member is None or member.name != path or not member.isreg():
        raise BadArchive("a promised member is not there")
    if member.size > limit:
        raise BadArchive("a member is too large")
    extracted = tar.extractfile(member)
    content = extracted.read() if extracted is not None else b""
    if len(content) != member.size:
        raise BadArchive("cut short")
    return content


class _AsFile(io.RawIOBase):
    """`tarfile` asks for a file object; in stream mode it only reads."""

    def __init__(self, source: Readable) -> None:
        super().__init__()
        self._source = source

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return self._source.read(size)
