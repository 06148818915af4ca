"""What the set-up steps share: the stamp of their inputs and the error that stops them."""

from __future__ import annotations

import hashlib
from pathlib import Path


class Missing(Exception):
    """Something is missing that set-up may not or cannot bring; the message says what and what to do."""


class Stamp:
    """Remembers with which inputs a step was last done. Inputs are files (by content) and words."""

    def __init__(self, root: Path, name: str, *, files: tuple[Path, ...] = (), words: tuple[str, ...] = ()) -> None:
        self._path = root / "build" / "stamps" / name
        digest = hashlib.sha256()
        for file in files:
            digest.update(file.read_bytes() + b"\0")
        for word in words:
            digest.update(word.encode() + b"\0")
        self._digest = digest.hexdigest()

    def is_fresh(self) -> bool:
        return self._path.is_file() and self._path.read_text() == self._digest

    def write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(self._digest)
