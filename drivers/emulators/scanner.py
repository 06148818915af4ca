"""An emulated serial scanner window on a pseudo-terminal: show it a code and it sends the line."""

from __future__ import annotations

import contextlib
import os
import tty
from pathlib import Path


class ScannerEmulator:
    """`link` is the stable name of the port (as udev would give it). Not for two threads at once."""

    def __init__(self, link: Path, *, line_end: bytes = b"\r\n") -> None:
        self.link = link
        self._line_end = line_end
        self._ends: tuple[int, int] | None = None

    def plug(self) -> None:
        """Make the port appear under `link`."""
        if self._ends is not None:
            return
        master, slave = os.openpty()
        tty.setraw(master)
        tty.setraw(slave)
        os.set_blocking(master, False)
        unfinished = self.link.with_name(f".{self.link.name}.new")
        unfinished.unlink(missing_ok=True)
        unfinished.symlink_to(os.ttyname(slave))
        unfinished.replace(self.link)
        self._ends = master, slave

    def unplug(self) -> None:
        """Make the port disappear. May be called twice."""
        ends, self._ends = self._ends, None
        if ends is not None:
            self.link.unlink(missing_ok=True)
            for end in ends:
                os.close(end)

    def show(self, text: str, *, encoding: str = "utf-8") -> None:
        """A citizen holds a code before the window."""
        self.send(text.encode(encoding) + self._line_end)

    def send(self, raw: bytes) -> None:
        """These bytes on the line. What nobody reads is lost, as on a real one."""
        if self._ends is not None:
            with contextlib.suppress(BlockingIOError):
                os.write(self._ends[0], raw)
