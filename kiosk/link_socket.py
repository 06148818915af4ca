"""Where kiosk and courier meet: the unix socket's place and the limits both sides keep."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOCKET_NAME = "courier.sock"
MAX_QUESTION_BYTES = 64 * 1024
MAX_ANSWER_BYTES = 48 << 20


@contextmanager
def socket_address(data_dir: Path) -> Iterator[str]:
    """An address of `data_dir/courier.sock` that stays below the 108 bytes of a unix address, however deep it lies."""
    folder = os.open(data_dir, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{SOCKET_NAME}"
    finally:
        os.close(folder)
