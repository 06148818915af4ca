"""Run every check, two at a time; print one line for each and, at the end, what is wrong."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts.checks import sources, units, words
from scripts.problem_manual import is_current

ROOT = Path(__file__).resolve().parents[2]

CHECKS: tuple[tuple[str, Callable[[Path], str]], ...] = (
    ("types (mypy, strict)", sources.tool("mypy")),  # the longest: first
    ("lint (ruff)", sources.tool("ruff", "check", "--quiet", ".")),
    ("format (ruff)", sources.tool("ruff", "format", "--check", ".")),
    ("imports (import-linter)", sources.tool("lint-imports")),
    ("units (systemd-analyze verify)", units.verify),
    ("units (systemd-analyze security)", units.security),
    ("docs/problems.md", is_current),
    ("words", words.check),
)


def main() -> int:
    """Exit status 1 when any check found something."""
    failures: list[tuple[str, str]] = []

    def run(check: tuple[str, Callable[[Path], str]]) -> tuple[str, str, float]:
        name, function = check
        started = time.monotonic()
        return name, function(ROOT), time.monotonic() - started

    with ThreadPoolExecutor(max_workers=2) as pool:
        for name, wrong, seconds in pool.map(run, CHECKS):
            print(f"check: {name:34} {'WRONG' if wrong else 'ok':5} {seconds:5.1f} s", flush=True)
            if wrong:
                failures.append((name, wrong))
    for name, wrong in failures:
        print(f"\n--- {name} ---\n{wrong.strip()}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
