"""Builds the library that keeps emulated daemons on loopback (see `shim.c`)."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")
BUILD_FOLDER = Path(__file__).resolve().parents[2] / "build" / "emulators"


def build(folder: Path = BUILD_FOLDER) -> Path:
    """The compiled shim, for LD_PRELOAD. Compiled once for each version of its source; safe to call at the same time.

    Raises FileNotFoundError when there is no gcc, subprocess.CalledProcessError when it fails.
    """
    library = folder / f"shim-{hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]}.so"
    if not library.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{library.name}.{os.getpid()}"
        subprocess.run(
            ["gcc", "-shared", "-fPIC", "-O2", "-w", "-o", str(unfinished), str(SOURCE), "-ldl"],
            check=True,
            capture_output=True,
        )
        unfinished.replace(library)
    return library
