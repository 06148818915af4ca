"""The line to cupsd: every call runs in a child process and ends within its time limit, whatever libcups does."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

_CHILD = Path(__file__).with_name("spooler_child.py")


class SpoolerError(Exception):
    """A call did not succeed. `detail` is for the log."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class SpoolerDown(SpoolerError):
    """cupsd cannot be reached, or does not answer in time."""


class SpoolerGone(SpoolerDown):
    """No cupsd listens. The one that answers next is another process, and sends its unfinished jobs again."""


class SpoolerClosed(SpoolerDown):
    """We have hung up."""


class DeviceDown(SpoolerError):
    """The printer itself cannot be reached."""


class JobRefused(SpoolerError):
    """The queue takes no jobs now."""


class JobGone(SpoolerError):
    """cupsd knows no such job, or has already ended it."""


_ERRORS = {"spooler_down": SpoolerGone, "device_down": DeviceDown, "refused": JobRefused, "gone": JobGone}


class Spooler:
    """One queue of one cupsd. Safe to use from several threads; the child is started when first needed."""

    def __init__(self, *, socket_path: Path, queue: str) -> None:
        self._socket_path = socket_path
        self._queue = queue
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._is_closed = False

    def ask(self, call: str, *, timeout_s: float, **arguments: object) -> Any:
        """One call of `spooler_child.Desk`. Raises SpoolerError or one below it."""
        with self._lock:
            if self._is_closed:
                raise SpoolerClosed(f"{call}: closed")
            try:
                pipe = self._pipe or self._start()
                pipe.send((call, arguments))
                if not pipe.poll(timeout_s):
                    raise TimeoutError(f"no answer within {timeout_s:g} s")
                answer = pipe.recv()
            except (OSError, EOFError, TimeoutError) as error:
                self._end()
                raise SpoolerDown(f"{call}: {error or 'the child is gone'}") from error
        if answer[0] == "done":
            return answer[1]
        raise _ERRORS.get(answer[1], SpoolerError)(f"{call}: {answer[2]}")

    def close(self) -> None:
        """End the child, also in the middle of a call; further calls raise SpoolerClosed. May be called twice."""
        self._is_closed = True
        child = self._child
        if child is not None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
        with self._lock:
            self._end()

    def _start(self) -> Connection:
        ours, theirs = socket.socketpair()
        with theirs:
            self._child = subprocess.Popen(
                # -P: beside the script lies a cups.py of ours that would hide the library.
                [sys.executable, "-P", str(_CHILD), str(theirs.fileno()), str(self._socket_path), self._queue],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        self._pipe = Connection(ours.detach())
        return self._pipe

    def _end(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None
