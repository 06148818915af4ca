"""One walk through the gallery for each shape of screen, in its own process, both at the same time."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

WALK = Path(__file__).parent / "walk.py"
SHAPES = ("portrait", "landscape")


@dataclass(frozen=True)
class Walked:
    walked: int
    found: dict[str, list[str]]


@pytest.fixture(scope="session")
def walks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Walked]:
    folder = tmp_path_factory.mktemp("walk")
    running = {
        shape: subprocess.Popen(
            [sys.executable, str(WALK), "--shape", shape, "--out", str(folder / f"{shape}.json")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for shape in SHAPES
    }
    results = {}
    try:
        for shape, process in running.items():
            _, errors = process.communicate(timeout=560)
            assert process.returncode == 0, errors[-3000:]
            results[shape] = Walked(**json.loads((folder / f"{shape}.json").read_text(encoding="utf-8")))
    finally:
        for process in running.values():
            process.kill()
            process.wait()
    return results
