"""A virtual X display of our own, on a number that the X server finds free."""

from __future__ import annotations

import os
import select
import subprocess
from types import TracebackType
from typing import Self

from scripts.visit.programs import StageFailed


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
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )  # fmt: skip
            os.close(writer)
            ready, _, _ = select.select([reader], [], [], timeout_s)
            number = os.read(reader, 16).decode().strip() if ready else ""
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
