"""`scripts/fuzz [target] [seconds]`: every target in turn when none is named."""

from __future__ import annotations

import sys
import traceback

from scripts.fuzzing.mutation import Crash, fuzz
from scripts.fuzzing.targets import TARGETS


def main(arguments: list[str]) -> int:
    names = [name for name in arguments if not name.isdigit()] or list(TARGETS)
    seconds = next((int(number) for number in arguments if number.isdigit()), 10)
    if unknown := [name for name in names if name not in TARGETS]:
        print(f"no target {', '.join(unknown)}; there are {', '.join(TARGETS)}", file=sys.stderr)
        return 2
    crashed = False
    for name in names:
        try:
            tried = fuzz(TARGETS[name], seconds=seconds, seed=seconds)
        except Crash as crash:
            crashed = True
            print(f"{name}: CRASH with {crash.data.hex()}")
            traceback.print_exception(crash.error)
        else:
            print(f"{name}: {tried} inputs in {seconds} s, no crash", flush=True)
    return int(crashed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
