"""Daemons of the print room: started in a session of their own, dropped to `nobody` where we are root, ended whole."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

NOBODY = 65534


def unprivileged(command: Sequence[str]) -> list[str]:
    """The command as it must be started so that it never runs as root (cupsd refuses less as root than on a kiosk)."""
    if os.geteuid() != 0:
        return list(command)
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]


def hand_over(folder: Path) -> None:
    """Give a folder and all in it to the user that the daemons run as."""
    if os.geteuid() != 0:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY)


def program(name: str) -> str:
    """Path of a program that may lie in `/usr/sbin`. Raises FileNotFoundError with the Debian way out."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if found is None:
        raise FileNotFoundError(f"{name}: not installed (Debian packages cups, cups-client, cups-ipp-utils)")
    return found


def free_port() -> int:
    """A loopback port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], bool], *, timeout_s: float, what: str, every_s: float = 0.01) -> None:
    """Wait for a condition. Raises TimeoutError naming `what`."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {timeout_s:g} s")
        time.sleep(every_s)


class Daemon:
    """One program with all its children: its whole session, because cupsd gives its filters groups of their own."""

    def __init__(self, command: Sequence[str], *, log: Path, environment: Mapping[str, str] | None = None) -> None:
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                unprivileged(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",  # the daemon's user must be able to read it
                env={**os.environ, **(environment or {})},
                start_new_session=True,
            )

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def end(self, *, grace_s: float = 2.0) -> None:
        """Ask it to end, then kill what is left of its session."""
        if self.is_running:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(grace_s)
        self.kill()

    def kill(self) -> None:
        """Power cut: the daemon and all its children at once, with no goodbye."""
        for pid in self._session():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        until(lambda: not self._session(), timeout_s=5, what="children of a killed daemon to go")

    def _session(self) -> tuple[int, ...]:
        return tuple(int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and self._owns(int(p.name)))

    def _owns(self, pid: int) -> bool:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return False
        state, session = fields[0], int(fields[3])
        return session == self._process.pid and state != "Z"
