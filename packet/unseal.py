"""Open a sealed packet. Only the city imports this module; `scripts/check` holds that."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import pyrage

from packet.errors import BadKey, UnsealError
from packet.seal import AGE_X25519
from packet.streams import Readable, Writable


class Unsealer(Protocol):
    @property
    def algorithm(self) -> str: ...

    def unseal(self, source: Readable, target: Writable) -> None:
        """Copy the content into `target`.

        Raises UnsealError, and what `target` raised; `target` may then hold a genuine but cut-off beginning.
        """


class AgeUnsealer:
    """Tries every identity, so that packets sealed before a change of keys still open."""

    algorithm = AGE_X25519

    def __init__(self, identities: Iterable[str]) -> None:
        """`identities` are `AGE-SECRET-KEY-1...` texts. Raises BadKey."""
        try:
            self._identities = [pyrage.x25519.Identity.from_str(text) for text in identities]
        except pyrage.IdentityError:
            raise BadKey("not an age identity") from None
        if not self._identities:
            raise BadKey("no age identity")

    def unseal(self, source: Readable, target: Writable) -> None:
        watched = _WatchedTarget(target)
        problem: Exception | None = None
        try:
            pyrage.decrypt_io(source, watched, self._identities)
        except Exception as wrong:
            problem = wrong
        if watched.error is not None:  # a full disk or a size limit of ours is not the sender's fault
            raise watched.error
        if problem is not None:
            raise UnsealError(f"cannot be opened: {type(problem).__name__}") from problem


class _WatchedTarget:
    def __init__(self, target: Writable) -> None:
        self._target = target
        self.error: Exception | None = None

    def write(self, data: bytes) -> int:
        try:
            return self._target.write(data)
        except Exception as wrong:
            self.error = wrong
            raise

    def flush(self) -> None:
        """Asked for by pyrage; the owner of the target flushes it."""


def read_age_identities(files: Iterable[Path]) -> tuple[str, ...]:
    """The secret keys in files of the `age` tool's format. Raises BadKey."""
    found: list[str] = []
    for file in files:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as wrong:
            raise BadKey(f"{file}: cannot be read ({type(wrong).__name__})") from None
        keys = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        if not keys:
            raise BadKey(f"{file}: holds no key")
        found += keys
    return tuple(found)
