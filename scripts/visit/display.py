"""A virtual X display of our own, on a number that the X server finds free."""

from __future__ import annotations

import os
import select
import subprocess
from types import TracebackType
from typing import Self

from scripts.visit.programs import StageFailed, die_with_parent


class VirtualDisplay:
    """`name` is what goes into DISPLAY. A context manager."""

    def __init__(self, *, width: int, height: int, timeout_s: float = 20.0) -> None:
        reader, writer = os.pipe()
        try:
            self._server = subprocess.Popen(
                [
                    "Xvfb", "-displayfd", str(writer), "-screen", "0", f"{width}x{height}x24", "+extension", "GLX",
                    "-noreset", "-nolisten", "tcp", "-nocursor",
                ],
                pass_fds=(writer,),
                preexec_fn=die_with_parent,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )  # fmt: skip
            os.close(writer)
            number = _line(reader, timeout_s)
        finally:
            os.close(reader)
        if not number:
            self.close()
            raise StageFailed("Xvfb did not start")
        self.name = f":{number}"

    def close(self) -> None:
        self._server.terminate()
        self._server.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def size_of(display: str) -> tuple[int, int]:
    """Width and height of an X display in pixels. Raises StageFailed when it cannot be opened."""
    outcome = subprocess.run(
        ["xdotool", "getdisplaygeometry"],
        env={**os.environ, "DISPLAY": display},
        capture_output=True,
        text=True,
        check=False,
    )
    if outcome.returncode != 0:
        raise StageFailed(f"display {display} cannot be opened: {outcome.stderr.strip()}")
    width, height = outcome.stdout.split()
    return int(width), int(height)


def _line(reader: int, timeout_s: float) -> str:
    """What comes before the newline, "" when none comes in time. Xvfb dies if nobody takes its newline."""
    said = b""
    while not said.endswith(b"\n"):
        if not select.select([reader], [], [], timeout_s)[0]:
            return ""
        piece = os.read(reader, 16)
        if not piece:
            return ""
        said += piece
    return said.decode().strip()
