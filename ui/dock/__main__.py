"""Start the dock's window."""

from __future__ import annotations

import argparse
from pathlib import Path

from drivers.emulators.control import WorldClient
from ui.dock.hand import Hand
from ui.dock.moves import in_columns, sections
from ui.environment import prepare

WIDTH = 560


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ui.dock", description="Move the emulated world")
    parser.add_argument("--world", type=Path, required=True, help="the world's control socket")
    parser.add_argument("--left", type=int, default=0, help="where the window's left edge stands, in pixels")
    parser.add_argument("--width", type=int, default=WIDTH, help=f"a second column of buttons from {2 * WIDTH} on")
    parser.add_argument("--height", type=int, default=960)
    arguments = parser.parse_args()
    columns = max(1, min(2, arguments.width // WIDTH))
    prepare(width=columns * WIDTH, height=arguments.height)
    from kivy.config import Config

    Config.set("graphics", "left", str(arguments.left))
    from ui.dock.window import DockWindow

    with WorldClient(arguments.world) as world:
        offered = in_columns(sections(world.offers()), columns)
    hand = Hand(arguments.world)
    hand.start()
    try:
        DockWindow(offered, hand).run()
    finally:
        hand.end()


if __name__ == "__main__":
    main()
