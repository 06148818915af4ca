"""The photo on an identity card: an opaque block of 1,024 bytes, and the plug-in that may know how to open it.

Nobody has published the coding ("WLT"); makers sell decoders bound to their readers. A plug-in is any program: the
block comes in on its standard input, the picture goes out on its standard output, either as 38,556 bytes blue-green-red
from the last pixel back to the first, or as a BMP file. It runs as a child with limits on time, memory and output, may
write no file and leave no core dump: a face never reaches a disk. Its standard error is thrown away, for nobody knows
what it says. The limits are there against its faults; they do not hold a hostile program.
"""

from __future__ import annotations

import contextlib
import enum
import os
import selectors
import shlex
import signal
import subprocess
import time
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np

from drivers.protocols import Image

BLOCK_BYTES = 1024
BLOCK_HEAD = bytes.fromhex("574C66007E00320000")
"""The letters WL, then width and height."""
WIDTH_PX, HEIGHT_PX = 102, 126
RAW_BYTES = WIDTH_PX * HEIGHT_PX * 3
MAX_OUTPUT_BYTES = 1 << 16  # a BMP of four bytes a pixel with its head is smaller

_ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8"}
"""All that a plug-in learns of us. `env NAME=value program` as its command line gives it more."""
_BMP_HEAD = b"BM"
_BMP_SIZE = slice(18, 26)
_MEGABYTE = 1 << 20
_CHUNK = 1 << 14


class NoPortrait(enum.StrEnum):
    """Why there is no picture to show. None of them is a failure of the card."""

    NO_PHOTO = "no_photo"  # the card brought none
    UNKNOWN_BLOCK = "unknown_block"  # not the coding that decoders know
    NO_DECODER = "no_decoder"
    DECODER_FAILED = "decoder_failed"  # it did not start, crashed, or ran into its memory limit
    TOO_LATE = "too_late"
    NOT_A_PORTRAIT = "not_a_portrait"  # its output is no picture of the right size


Portrait: TypeAlias = Image | NoPortrait


@dataclass(frozen=True)
class PhotoDecoder:
    """`command`: the plug-in as a command line, "" for none; taken apart as a shell would, run without a shell."""

    command: str = ""
    timeout_s: float = 2.0
    memory_mb: int = 512

    def __post_init__(self) -> None:
        """Raises ValueError for a command line with an open quote, or limits that allow nothing."""
        shlex.split(self.command)
        if self.timeout_s <= 0 or self.memory_mb <= 0:
            raise ValueError("a decoder needs time and memory")

    def decode(self, block: bytes) -> Portrait:
        """The portrait of `CardData.photo`, 126 x 102 pixels. Raises nothing; takes `timeout_s` at most."""
        if not block:
            return NoPortrait.NO_PHOTO
        if len(block) != BLOCK_BYTES or not block.startswith(BLOCK_HEAD):
            return NoPortrait.UNKNOWN_BLOCK
        if not self.command:
            return NoPortrait.NO_DECODER
        output = self._run(block)
        return output if isinstance(output, NoPortrait) else _picture(output)

    def _run(self, block: bytes) -> bytes | NoPortrait:
        limits = [
            "prlimit",
            f"--as={self.memory_mb * _MEGABYTE}",
            "--core=0",
            "--fsize=0",  # pipes are not files: only what would lie on a disk is forbidden
            "--",
        ]
        try:
            child = subprocess.Popen(
                limits + shlex.split(self.command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                env=_ENVIRONMENT,
                start_new_session=True,  # so that whatever it starts ends with it
            )
        except OSError:
            return NoPortrait.DECODER_FAILED
        deadline_s = time.monotonic() + self.timeout_s
        try:
            output = _converse(child, block, deadline_s)
            if isinstance(output, bytes):
                try:
                    status = child.wait(max(0.0, deadline_s - time.monotonic()))
                except subprocess.TimeoutExpired:
                    return NoPortrait.TOO_LATE
                return output if status == 0 else NoPortrait.DECODER_FAILED
            return output
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()


def _converse(child: subprocess.Popen[bytes], block: bytes, deadline_s: float) -> bytes | NoPortrait:
    """Give the block and take the output to its end, or until time or patience for its size is over."""
    assert child.stdin is not None
    assert child.stdout is not None
    # A pipe takes 1,024 bytes at once, whether or not anybody reads them.
    with contextlib.suppress(BrokenPipeError):
        child.stdin.write(block)
    child.stdin.close()
    output = b""
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while True:
            left_s = deadline_s - time.monotonic()
            if left_s <= 0 or not selector.select(left_s):
                return NoPortrait.TOO_LATE
            chunk = os.read(child.stdout.fileno(), _CHUNK)
            if not chunk:
                return output
            output += chunk
            if len(output) > MAX_OUTPUT_BYTES:
                return NoPortrait.NOT_A_PORTRAIT


def _picture(output: bytes) -> Portrait:
    if len(output) == RAW_BYTES:
        backwards = np.frombuffer(output, np.uint8).reshape(-1, 3)
        return np.ascontiguousarray(backwards[::-1]).reshape(HEIGHT_PX, WIDTH_PX, 3)
    if output.startswith(_BMP_HEAD) and _bmp_size(output) == (WIDTH_PX, HEIGHT_PX):
        picture = cv2.imdecode(np.frombuffer(output, np.uint8), cv2.IMREAD_COLOR)
        if picture is not None and picture.shape == (HEIGHT_PX, WIDTH_PX, 3):
            return np.asarray(picture, np.uint8)
    return NoPortrait.NOT_A_PORTRAIT


def _bmp_size(output: bytes) -> tuple[int, int]:
    """As its head says it; a negative height means rows from the top."""
    size = output[_BMP_SIZE]
    width, height = (int.from_bytes(part, "little", signed=True) for part in (size[:4], size[4:]))
    return width, abs(height)
