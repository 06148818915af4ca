"""The library that keeps ippeveprinter and vpcd on the loopback address, compiled before anybody waits for it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from drivers.emulators import shim
from scripts.environment.steps import Missing


def compile_shim(root: Path) -> bool:
    """Compile `drivers/emulators/shim.c`. True when there was something to do. Raises Missing when gcc refuses it."""
    folder = root / "build" / "emulators"
    before = set(folder.glob("shim-*.so"))
    try:
        return shim.build(folder) not in before
    except subprocess.CalledProcessError as error:
        raise Missing(f"the loopback shim does not compile:\n{error.stderr.decode(errors='replace')}") from error
