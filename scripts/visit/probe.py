"""The kiosk's probe socket, asked: what is on the screen and where can it be touched?"""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Control:
    """`x`, `y`, `width`, `height` in pixels from the window's top left."""

    id: str
    say: str
    kind: str
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[int, int]:
        return round(self.x + self.width / 2), round(self.y + self.height / 2)


@dataclass(frozen=True)
class Shown:
    """`is_locked`: the screen has just changed and takes no touch yet."""

    screen: str
    title: str
    session: int
    is_locked: bool


class Probe:
    """One connection for each question, so that a kiosk that was started anew answers too. Raises OSError."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def ask(self, do: str, **words: object) -> Any:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(20)
            connection.connect(str(self._path))
            with connection.makefile("rw", encoding="utf-8") as lines:
                lines.write(json.dumps({"do": do, **words}) + "\n")
                lines.flush()
                line = lines.readline()
        if not line:
            raise ConnectionError("the kiosk closed the probe")
        return json.loads(line)

    def shown(self) -> Shown:
        answer = self.ask("screen")
        return Shown(answer["screen"], answer["title"], answer["session"], answer["locked"])

    def controls(self) -> dict[str, Control]:
        return {
            row["id"]: Control(row["id"], row["say"], row["kind"], *row["rect"])
            for row in self.ask("controls")["controls"]
        }

    def screenshot(self, path: Path) -> None:
        self.ask("screenshot", path=str(path))

    def metrics(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.ask("metrics")
        return answer
