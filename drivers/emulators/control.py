"""The world's control socket: one JSON object a line in, one out.

    {"do": "lay_card", "card": "zhang"}  ->  {"ok": true}
    {"do": "lay_card", "card": "nobody"} ->  {"ok": false, "error": "card nobody: not one of ..."}

`WorldClient` is the other end, for tests, the dock and the scripted visit.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self, TypeAlias

Words: TypeAlias = Mapping[str, Any]


class WorldError(Exception):
    """The world refused a command; the message says why."""


class ControlServer:
    """Listens at `path` and answers commands one after another. `answer` raises WorldError to refuse one."""

    def __init__(self, path: Path, answer: Callable[[Words], Words]) -> None:
        self._answer = answer
        self._one_at_a_time = threading.Lock()
        self._open: set[socket.socket] = set()
        path.unlink(missing_ok=True)
        self._path = path
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(16)
        self._thread = threading.Thread(target=self._listen, name="world-control", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop answering. May be called twice."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for connection in tuple(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._path.unlink(missing_ok=True)

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), name="world-client", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError), connection.makefile("rw", encoding="utf-8") as lines:
            for line in lines:
                lines.write(json.dumps(self._say(line), ensure_ascii=False) + "\n")
                lines.flush()
        self._open.discard(connection)

    def _say(self, line: str) -> Words:
        try:
            words = json.loads(line)
            with self._one_at_a_time:
                return {"ok": True, **self._answer(words)}
        except (WorldError, ValueError) as refusal:
            return {"ok": False, "error": str(refusal)}
        except Exception as fault:  # a part of the world broke: whoever moved it must hear of it
            return {"ok": False, "error": f"{type(fault).__name__}: {fault}"}


class WorldClient:
    """Moves the world. Every method returns when the world has moved and raises WorldError when it refuses.

    Raises OSError when nobody answers at `path`.
    """

    def __init__(self, path: Path, *, timeout_s: float = 30.0) -> None:
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.settimeout(timeout_s)
        try:
            self._connection.connect(str(path))
        except OSError:
            self._connection.close()
            raise
        self._lines = self._connection.makefile("rw", encoding="utf-8")

    def ask(self, do: str, **words: object) -> Words:
        """Any command by its name."""
        self._lines.write(json.dumps({"do": do, **words}) + "\n")
        self._lines.flush()
        line = self._lines.readline()
        if not line:
            raise WorldError(f"{do}: the world has gone")
        answer: dict[str, Any] = json.loads(line)
        if not answer.pop("ok"):
            raise WorldError(str(answer["error"]))
        return answer

    def lay_card(self, card: str) -> None:
        self.ask("lay_card", card=card)

    def lift_card(self) -> None:
        self.ask("lift_card")

    def lay_sheet(self, sheet: str) -> None:
        """One of the project's own sheets, made out to the holder of the card that was laid last."""
        self.ask("lay_sheet", sheet=sheet)

    def lay_photograph(self, path: Path) -> None:
        """A picture as the camera sees it."""
        self.ask("lay_sheet", path=str(path.resolve()))

    def lay_printed(self, number: int = -1) -> None:
        """A document that came out of the printer: by its place in the order of printing, -1 = the newest."""
        self.ask("lay_sheet", printed=number)

    def take_sheet(self) -> None:
        self.ask("take_sheet")

    def paper(self, *, is_in: bool) -> None:
        self.ask("paper", state="in" if is_in else "out")

    def printer(self, state: str) -> None:
        """`ok`, `jam`, `dead` or `alive`."""
        self.ask("printer", state=state)

    def camera(self, *, is_in: bool) -> None:
        self.ask("camera", state="in" if is_in else "out")

    def reader(self, *, is_in: bool) -> None:
        self.ask("reader", state="in" if is_in else "out")

    def network(self, state: str, **words: object) -> None:
        """`up`, `cut`, `silent`, `slow` (bytes_per_s), or `break` (after so many bytes towards the city)."""
        self.ask("network", state=state, **words)

    def lead_to(self, host: str, port: int) -> None:
        """Tell the network where the city listens."""
        self.ask("network", state="lead", host=host, port=port)

    def offers(self) -> Words:
        """Titles of the cards and sheets that can be laid, by key."""
        return self.ask("offers")

    def state(self) -> Words:
        return self.ask("state")

    def quit(self) -> None:
        with contextlib.suppress(WorldError, OSError):
            self.ask("quit")

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._lines.close()
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
