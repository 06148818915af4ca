"""The Python environment `.venv`, from two locks pinned by hash.

Build tools come first and by themselves, so that the packages without a wheel are built with tools that are pinned
too (`--no-build-isolation`); swig among them must be on PATH.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.environment.steps import Missing, Stamp


def install(root: Path) -> bool:
    """Make `.venv` hold exactly what the locks say. True when there was something to do.

    Raises Missing when pip cannot bring a package.
    """
    tools, lock = root / "requirements" / "build.txt", root / "requirements" / "lock.txt"
    environment = root / ".venv"
    stamp = Stamp(root, "python", files=(tools, lock), words=(sys.version, str(environment)))
    if stamp.is_fresh() and (environment / "bin" / "python").exists():
        return False
    if not _is_usable(environment):
        print(f"setup: making .venv with Python {sys.version.split()[0]}", flush=True)
        shutil.rmtree(environment, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    print("setup: installing Python packages (about a minute the first time)", flush=True)
    _pip(environment, tools)
    _pip(environment, lock)
    stamp.write()
    return True


def _is_usable(environment: Path) -> bool:
    """The environment runs and was made by the very Python that set-up runs with."""
    python = environment / "bin" / "python"
    if not python.exists():
        return False
    answer = subprocess.run(
        [str(python), "-c", "import sys, pip; print(sys.version)"], capture_output=True, text=True, check=False
    )
    return answer.returncode == 0 and answer.stdout.strip() == sys.version


def _pip(environment: Path, lock: Path) -> None:
    command = [
        str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "--require-hashes", "--no-build-isolation", "--no-deps", "--requirement", str(lock),
    ]  # fmt: skip
    path = f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}"
    outcome = subprocess.run(
        command, env={**os.environ, "PATH": path}, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if outcome.returncode != 0:
        raise Missing(f"pip could not install {lock.name}:\n{outcome.stderr[-3000:]}")
