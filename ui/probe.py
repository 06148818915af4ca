"""The probe socket: what is on the screen, for tests and `make run`. Only with `--probe PATH`; never on a real kiosk.

A thread reads questions, Kivy's thread answers them. One JSON object a line each way, as docs/ui.md lists them.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from kivy.clock import Clock

from ui.focus import controls_of
from ui.metrics import Metrics

ANSWER_S = 15.0


class Probe:
    """Listens from construction on. Raises OSError when the socket cannot be made. `close` may be called twice."""

    def __init__(self, path: Path, *, stage: Any, metrics: Metrics, session: Callable[[], int]) -> None:
        self._path = path
        self._stage = stage
        self._metrics = metrics
        self._session = session
        self._questions: SimpleQueue[tuple[dict[str, Any], SimpleQueue[dict[str, Any]]]] = SimpleQueue()
        self._wake = Clock.create_trigger(self._answer_all)
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        self._listener.bind(str(path))
        self._listener.listen(8)
        self._thread = threading.Thread(target=self._serve, name="probe", daemon=True)
        self._thread.start()

    def close(self) -> None:
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
        finally:
            self._listener.close()
            self._path.unlink(missing_ok=True)
        self._thread.join(timeout=2)

    # --- its own thread -----------------------------------------------------------------------------------------

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), name="probe-talk", daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rw", encoding="utf-8") as lines:
            try:
                for line in lines:
                    lines.write(json.dumps(self._ask(line), ensure_ascii=False) + "\n")
                    lines.flush()
            except OSError:
                return

    def _ask(self, line: str) -> dict[str, Any]:
        try:
            question = json.loads(line)
        except ValueError:
            return {"ok": False, "error": "not JSON"}
        if not isinstance(question, dict):
            return {"ok": False, "error": "not an object"}
        answer: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self._questions.put((question, answer))
        self._wake()
        try:
            return answer.get(timeout=ANSWER_S)
        except Empty:
            return {"ok": False, "error": "the screen does not answer"}

    # --- Kivy's thread ------------------------------------------------------------------------------------------

    def _answer_all(self, _dt: float) -> None:
        while True:
            try:
                question, answer = self._questions.get_nowait()
            except Empty:
                return
            answer.put(self._answer(question))

    def _answer(self, question: dict[str, Any]) -> dict[str, Any]:
        match question.get("do"):
            case "controls":
                return {"ok": True, "controls": controls(self._stage)}
            case "screen":
                shown = {"screen": self._stage.name, "title": self._stage.title, "session": self._session()}
                return {"ok": True, **shown, "locked": self._stage.is_locked}
            case "screenshot":
                return _screenshot(str(question.get("path", "")))
            case "metrics":
                return {"ok": True, **self._metrics.told()}
        return {"ok": False, "error": "unknown question"}


def controls(stage: Any) -> list[dict[str, Any]]:
    """What can be touched now: id, spoken form, rectangle in window pixels from the top left, kind."""
    rows = []
    for control in controls_of(stage.overlay or stage.screen):
        x, y = control.to_window(*control.pos)
        rows.append(
            {
                "id": control.choice.id,
                "say": control.choice.spoken,
                "rect": [x, stage.height - y - control.height, control.width, control.height],
                "kind": control.kind,
                "primary": control.primary,
            }
        )
    return rows


def _screenshot(path: str) -> dict[str, Any]:
    from kivy.base import EventLoop

    from ui.picture import grab

    window = EventLoop.window
    window.dispatch("on_draw")  # what is asked for is what is to be seen now, not a frame ago
    try:
        grab().save(path)
    except (OSError, ValueError) as error:
        return {"ok": False, "error": type(error).__name__}
    return {"ok": True, "path": path}
