"""Checks that a tool of the environment makes; the tools' settings are in pyproject.toml."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path


def tool(name: str, *words: str) -> Callable[[Path], str]:
    """A check that runs `.venv/bin/name words` in the project's folder; wrong = what it printed when it failed."""

    def check(root: Path) -> str:
        outcome = subprocess.run(
            [str(root / ".venv" / "bin" / name), *words], cwd=root, capture_output=True, text=True, check=False
        )
        return "" if outcome.returncode == 0 else f"{outcome.stdout}{outcome.stderr}" or f"{name} failed"

    return check
