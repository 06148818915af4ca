"""Debian packages: which are missing, and how to bring them without starting a daemon."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.environment.steps import Missing

POLICY = Path("/usr/sbin/policy-rc.d")


def install(root: Path) -> bool:
    """Bring every package of `scripts/debian-packages.txt`. True when there was something to do.

    Raises Missing with the exact list when this user may not install.
    """
    missing = missing_packages(wanted_packages(root / "scripts" / "debian-packages.txt"))
    if not missing:
        return False
    rights = _rights()
    if rights is None:
        raise Missing(
            f"these Debian packages are missing and there is no right to install them:\n  {' '.join(missing)}\n"
            f"As root: apt-get install --no-install-recommends {' '.join(missing)}"
        )
    print(f"setup: installing {len(missing)} Debian packages: {' '.join(missing)}", flush=True)
    with _no_daemon_starts(rights):
        _apt(rights, "update")
        _apt(rights, "install", "--yes", "--no-install-recommends", *missing)
    left = missing_packages(missing)
    if left:
        raise Missing(f"apt-get ended well, yet these packages are not installed: {' '.join(left)}")
    return True


def wanted_packages(list_file: Path) -> tuple[str, ...]:
    """The package names of the list, in its order; everything after `#` is for people."""
    lines = (line.split("#", 1)[0].strip() for line in list_file.read_text().splitlines())
    return tuple(line for line in lines if line)


def missing_packages(wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Those of `wanted` that dpkg does not call installed. Raises Missing where there is no dpkg."""
    if shutil.which("dpkg-query") is None:
        raise Missing("this is not a Debian system (no dpkg-query); Debian 12 is needed")
    answer = subprocess.run(
        ["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\n", *wanted],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    installed = {line.split()[0] for line in answer.splitlines() if line.endswith(" installed")}
    return tuple(package for package in wanted if package not in installed)


def _rights() -> list[str] | None:
    """The words to put before a command that needs root; None when there is no way to become root."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    if subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
        return ["sudo", "-n"]
    return ["sudo"] if sys.stdin.isatty() else None


def _apt(rights: list[str], *words: str) -> None:
    command = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0", *words]
    with tempfile.TemporaryFile("w+") as log:
        code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False).returncode
        if code != 0:
            log.seek(0)
            raise Missing(f"apt-get {words[0]} failed ({code}):\n{log.read()[-3000:]}")


@contextmanager
def _no_daemon_starts(rights: list[str]) -> Iterator[None]:
    """Debian starts a daemon when its package is installed; cupsd and pcscd of the system are not ours to start.

    A policy that is already there is left as it is.
    """
    if POLICY.exists():
        yield
        return
    subprocess.run([*rights, "sh", "-c", f"printf '#!/bin/sh\\nexit 101\\n' >{POLICY}; chmod 755 {POLICY}"], check=True)
    try:
        yield
    finally:
        subprocess.run([*rights, "rm", "-f", str(POLICY)], check=True)
