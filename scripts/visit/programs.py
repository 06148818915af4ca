"""Child programs: started with a log of their own, watched while somebody waits, ended whole."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

TAIL_LINES = 25
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)

_T = TypeVar("_T")


class StageFailed(Exception):
    """Something did not happen. The message says what was waited for, or which program died, and shows its log."""


class TooLate(StageFailed):
    """It did not happen within its time, and no program has died."""


class Program:
    """One running program. `end` may be called twice."""

    def __init__(
        self, name: str, command: Sequence[str], *, log: Path, environment: Mapping[str, str] | None = None, cwd: Path
    ) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                cwd=cwd,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def check_alive(self) -> None:
        """Raises StageFailed with the tail of the log when the program has ended."""
        code = self.process.poll()
        if code is not None:
            raise StageFailed(f"{self.name} died (exit status {code}); the end of its log:\n{self.tail()}")

    def tail(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-TAIL_LINES:]
        return "\n".join(f"  | {line}" for line in lines) or "  | (nothing)"

    def kill(self) -> None:
        """As when the power of this one program is cut."""
        self.process.kill()
        self.process.wait()

    def end(self, *, grace_s: float = 10.0) -> None:
        """Ask it to end, and kill it when it does not."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(grace_s)
            except subprocess.TimeoutExpired:
                self.kill()


def wait_for(
    attempt: Callable[[], _T | None],
    *,
    what: str,
    timeout_s: float,
    programs: Iterable[Program] = (),
    every_s: float = 0.02,
) -> _T:
    """The first answer of `attempt` that is neither None nor False.

    An OSError counts as "not yet" (a socket that is not there). Raises TooLate after `timeout_s`, StageFailed at
    once when one of `programs` dies.
    """
    watched = tuple(programs)
    deadline = time.monotonic() + timeout_s
    while True:
        answer: _T | None = None
        with contextlib.suppress(OSError):
            answer = attempt()
        if answer is not None and answer is not False:
            return answer
        for program in watched:
            program.check_alive()
        if time.monotonic() > deadline:
            logs = "".join(f"\n{program.name}:\n{program.tail()}" for program in watched)
            raise TooLate(f"{what}: not within {timeout_s:g} s{logs}")
        time.sleep(every_s)


def die_with_parent() -> None:
    """A child must not outlive a parent that was killed (Linux only)."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
