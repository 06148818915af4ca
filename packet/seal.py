"""Seal: from here on only the platform can read. This module cannot open what it closes."""

from __future__ import annotations

from typing import Protocol

import pyrage

from packet.errors import BadKey, SealError
from packet.streams import Readable, Writable

AGE_X25519 = "age-x25519"


class Sealer(Protocol):
    @property
    def algorithm(self) -> str: ...

    @property
    def recipients(self) -> tuple[str, ...]:
        """Public keys, any one of whose owners can open the packet."""

    def seal(self, source: Readable, target: Writable) -> None:
        """Copy `source` sealed into `target`, in constant memory.

        Raises what `source` or `target` raised, or SealError; whatever reached `target` is then worthless.
        """


class AgeSealer:
    """The age format (age-encryption.org/v1) by pyrage, for one or more X25519 recipients."""

    algorithm = AGE_X25519

    def __init__(self, recipients: tuple[str, ...]) -> None:
        """Raises BadKey when there is no recipient, or one that is no `age1...` key."""
        if not recipients:
            raise BadKey("a packet without recipients could never be opened")
        try:
            self._recipients = [pyrage.x25519.Recipient.from_str(text) for text in recipients]
        except pyrage.RecipientError:
            raise BadKey("not an age recipient") from None
        self.recipients = recipients

    def seal(self, source: Readable, target: Writable) -> None:
        watched_source, watched_target = _WatchedSource(source), _WatchedTarget(target)
        problem: Exception | None = None
        try:
            pyrage.encrypt_io(watched_source, watched_target, self._recipients)
        except Exception as wrong:
            problem = wrong
        # pyrage 1.4.0 drops an error of the write that closes the last chunk: a full disk would look like success.
        # So errors are remembered on our side of the border and always win.
        for error in (watched_source.error, watched_target.error):
            if error is not None:
                raise error
        if problem is not None:
            raise SealError(f"sealing failed: {type(problem).__name__}") from problem


class _WatchedSource:
    def __init__(self, source: Readable) -> None:
        self._source = source
        self.error: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            return self._source.read(size)
        except Exception as wrong:
            self.error = self.error or wrong
            raise


class _WatchedTarget:
    def __init__(self, target: Writable) -> None:
        self._target = target
        self.error: Exception | None = None

    def write(self, data: bytes) -> int:
        try:
            if self.error is not None:
                raise self.error
            written = self._target.write(data)
            if written != len(data):
                raise OSError(f"short write: {written} of {len(data)} bytes")
            return written
        except Exception as wrong:
            self.error = self.error or wrong
            raise

    def flush(self) -> None:
        """Asked for by pyrage; the owner of the target flushes it."""
