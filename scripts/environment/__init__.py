"""Set-up of a bare Debian 12, with Python's standard library alone.

The order of the steps is the whole story; each step keeps a stamp of its inputs under `build/stamps` and is skipped
while they are unchanged. Stops with exit status 1 and a sentence when something is missing that it may not install.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from scripts import catalogue_readings, pinyin_dictionary
from scripts.environment import debian, fonts, packages, shim
from scripts.environment.steps import Missing

ROOT = Path(__file__).resolve().parents[2]

STEPS: tuple[tuple[str, Callable[[Path], bool]], ...] = (
    ("Debian packages", debian.install),
    ("Python environment", packages.install),
    ("fonts", fonts.extract),
    ("loopback shim", shim.compile_shim),
    ("pinyin dictionary", pinyin_dictionary.build),
    ("readings of the catalogue", catalogue_readings.build),
)


def main() -> None:
    """Run every step; print one line for each that had something to do."""
    started = time.monotonic()
    worked = False
    try:
        for name, step in STEPS:
            step_started = time.monotonic()
            if step(ROOT):
                worked = True
                print(f"setup: {name} ready ({time.monotonic() - step_started:.1f} s)", flush=True)
    except Missing as missing:
        print(f"setup: {missing}", file=sys.stderr)
        sys.exit(1)
    if not worked:
        print(f"setup: everything is in place ({time.monotonic() - started:.1f} s)", flush=True)
