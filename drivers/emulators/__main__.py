"""The world as a program: `python -m drivers.emulators --dir DIR`. Prints `ready` when everything stands."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from drivers.emulators.world import World


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dir", type=Path, required=True, help="folder for the ends of the wires")
    folder: Path = arguments.parse_args().dir
    folder.mkdir(parents=True, exist_ok=True)
    with World(folder) as world:
        signal.signal(signal.SIGTERM, lambda *_: world.end())
        signal.signal(signal.SIGINT, lambda *_: world.end())
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        world.wait()


if __name__ == "__main__":
    main()
