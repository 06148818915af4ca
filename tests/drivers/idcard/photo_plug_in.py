"""A decoder plug-in that invents its picture, and every way in which a real one may go wrong.

Run as a program: `photo_plug_in.py MANNER [PATH]`. The pixel in row y and column x is (x, y, sum of the block).
"""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

WIDTH, HEIGHT = 102, 126


def main(manner: str, path: str = "") -> int:
    block = b"" if manner == "deaf" else sys.stdin.buffer.read()
    mark = sum(block) % 256
    match manner:
        case "raw" | "deaf":
            # From the last pixel back to the first.
            give(bytes(v for y in reversed(range(HEIGHT)) for x in reversed(range(WIDTH)) for v in (x, y, mark)))
        case "bmp":
            give(bmp(WIDTH, HEIGHT, mark))
        case "wide":
            give(bmp(WIDTH + 1, HEIGHT, mark))
        case "cut_bmp":
            give(bmp(WIDTH, HEIGHT, mark)[:30])
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "fail":
            give(bytes(WIDTH * HEIGHT * 3))
            return 1
        case "hang":
            time.sleep(600)
        case "hang_after":  # all is said, and still it does not end
            give(bytes(WIDTH * HEIGHT * 3))
            os.close(1)
            time.sleep(600)
        case "brood":  # leaves a child that holds the pipe; its number goes to `path`, a pipe of the test
            child = subprocess.Popen(["sleep", "600"])
            with Path(path).open("w") as pipe:
                pipe.write(str(child.pid))
        case "memory":
            kept = [bytearray(b"x" * (16 << 20)) for _ in range(64)]
            give(bytes(len(kept)))
        case "flood":
            while True:
                give(bytes(1 << 16))
        case "garbage":
            give(os.urandom(5_000))
        case "file":
            with Path(path).open("wb") as file:
                file.write(block)
            give(bytes(WIDTH * HEIGHT * 3))
        case "environment":
            give(repr(sorted(os.environ)).encode().ljust(WIDTH * HEIGHT * 3, b"\0"))
    return 0


def give(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def bmp(width: int, height: int, mark: int) -> bytes:
    """Rows from the bottom, each filled up to a multiple of four bytes."""
    rows = b"".join(
        bytes(v for x in range(width) for v in (x, y, mark)) + bytes(-3 * width % 4) for y in reversed(range(height))
    )
    head = struct.pack("<2sIHHI", b"BM", 54 + len(rows), 0, 0, 54)
    return head + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(rows), 0, 0, 0, 0) + rows


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
