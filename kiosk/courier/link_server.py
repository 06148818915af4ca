"""The courier's side of the link: answers the kiosk's questions on a unix socket, whatever comes in."""

from __future__ import annotations

import base64
import json
import logging
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.courier.city_client import CityClient, CityRefused, CityUnreachable
from kiosk.link_socket import MAX_QUESTION_BYTES, SOCKET_NAME, socket_address

_LOG = logging.getLogger(__name__)
_IDLE_S = 30.0
_MAX_CONNECTIONS = 16

_PROGRESS = ("filing_number", "progress_code", "citizen_number", "language")
_NOTICE = ("case_number", "filing_number", "progress_code", "citizen_number")


class BadQuestion(Exception):
    pass


class Answers:
    """What can be asked. Methods return the members of the answer beside `ok`."""

    def __init__(
        self,
        *,
        city: CityClient,
        outbox: Callable[[], list[dict[str, Any]]],
        is_on_its_way: Callable[[str], bool],
        poke: Callable[[], None],
    ) -> None:
        self._city = city
        self._outbox = outbox
        self._is_on_its_way = is_on_its_way
        self._poke = poke

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """Raises BadQuestion, CityUnreachable, CityRefused."""
        known: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "progress": self._progress,
            "notice": self._notice,
            "outbox": lambda _: {"packets": self._outbox()},
            "poke": self._poked,
        }
        ask = question.get("ask")
        if not isinstance(ask, str) or ask not in known:
            raise BadQuestion
        return known[ask](question)

    def _progress(self, question: dict[str, Any]) -> dict[str, Any]:
        asked = _texts(question, _PROGRESS)
        try:
            return {"cases": self._city.progress(asked)}
        except CityRefused as wrong:
            if wrong.status == 404 and self._is_on_its_way(asked.get("filing_number", "")):
                raise CityRefused("not_ready", status=409) from None
            raise

    def _notice(self, question: dict[str, Any]) -> dict[str, Any]:
        pdf = self._city.notice(_texts(question, _NOTICE))
        return {"pdf": base64.b64encode(pdf).decode("ascii")}

    def _poked(self, _: dict[str, Any]) -> dict[str, Any]:
        self._poke()
        return {}


class LinkServer:
    """Listens from construction on; `close` ends every thread. Raises OSError when the socket cannot be made."""

    def __init__(self, data_dir: Path, answers: Answers) -> None:
        self._answers = answers
        self._path = data_dir / SOCKET_NAME
        self._path.unlink(missing_ok=True)  # of a courier that was killed; the caller's lock says it is dead
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        with socket_address(data_dir) as address:
            self._listener.bind(address)
        self._path.chmod(0o660)
        self._listener.listen(_MAX_CONNECTIONS)
        self._room = threading.BoundedSemaphore(_MAX_CONNECTIONS)
        self._connections: set[socket.socket] = set()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="link", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        _shut(self._listener)
        for connection in list(self._connections):
            _shut(connection)
        self._thread.join()
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _listen(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            if not self._room.acquire(blocking=False):
                connection.close()
                continue
            self._connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), name="link-answer", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                connection.settimeout(_IDLE_S)
                reader = connection.makefile("rb")
                while line := reader.readline(MAX_QUESTION_BYTES + 1):
                    if len(line) > MAX_QUESTION_BYTES or not line.endswith(b"\n"):
                        connection.sendall(_line({"ok": False, "code": "bad_question"}))
                        return
                    connection.sendall(_line(self._respond(line)))
        except OSError:
            return  # whoever asked has gone, or says nothing
        finally:
            self._connections.discard(connection)
            self._room.release()

    def _respond(self, line: bytes) -> dict[str, Any]:
        try:
            question = json.loads(line)
            if not isinstance(question, dict):
                raise BadQuestion
            return {"ok": True, **self._answers.answer(question)}
        except (BadQuestion, ValueError, RecursionError):
            return {"ok": False, "code": "bad_question"}
        except CityUnreachable:
            return {"ok": False, "code": "city_unreachable"}
        except CityRefused as refused:
            return {"ok": False, "code": refused.code}
        except Exception as wrong:
            # The edge of a thread: the kiosk hears "down", the log the kind of mistake, never the question.
            _LOG.error("link_failed kind=%s", type(wrong).__name__)
            return {"ok": False, "code": "failed"}


def _texts(question: dict[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    chosen = {name: question[name] for name in names if name in question}
    if not all(isinstance(value, str) and len(value) <= 200 for value in chosen.values()):
        raise BadQuestion
    return chosen


def _line(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode() + b"\n"


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # was not connected, or has gone already
