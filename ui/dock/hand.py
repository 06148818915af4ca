"""The thread between the dock's window and the world."""

from __future__ import annotations

import queue
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from drivers.emulators.control import WorldClient, WorldError
from ui.dock.moves import Move

LOOK_S = 0.5  # how often the world is asked for its state


class Hand(threading.Thread):
    """Asks the world on its own thread, so that the window never waits. `news` holds states and complaints."""

    def __init__(self, socket_path: Path) -> None:
        super().__init__(name="dock-hand", daemon=True)
        self._path = socket_path
        self._moves: queue.SimpleQueue[Move | None] = queue.SimpleQueue()
        self.news: queue.SimpleQueue[Mapping[str, Any] | str] = queue.SimpleQueue()

    def move(self, move: Move) -> None:
        self._moves.put(move)

    def end(self) -> None:
        self._moves.put(None)
        self.join()

    def run(self) -> None:
        try:
            with WorldClient(self._path) as world:
                while self._step(world):
                    self.news.put(world.state())
        except (OSError, WorldError):
            self.news.put("模拟世界已经结束")

    def _step(self, world: WorldClient) -> bool:
        """The next move, or a look after a while. False when the dock is closing."""
        try:
            move = self._moves.get(timeout=LOOK_S)
        except queue.Empty:
            return True
        if move is None:
            return False
        try:
            world.ask(move.do, **move.arguments)
        except WorldError as refusal:
            self.news.put(str(refusal))
        return True
