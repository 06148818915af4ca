"""A line between kiosk and city that can be cut: a TCP proxy, and a city that has bad moments."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from types import TracebackType
from typing import Any, Self

Message = MutableMapping[str, Any]
Asgi = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]


class BadLine:
    """Forwards to `port`; with `cut_after` set, each connection dies with a reset after so many bytes to the city."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.cut_after: int | None = None
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._start(self._listen)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in (self._listener, *self._open):
            _shut(connection)
        for thread in self._threads:
            thread.join()
        for connection in (self._listener, *self._open):
            connection.close()

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        while True:
            try:
                kiosk, _ = self._listener.accept()
                city = socket.create_connection(("127.0.0.1", self._port))
            except OSError:
                return
            self._open += [kiosk, city]
            self._start(self._forward, kiosk, city, self.cut_after)
            self._start(self._forward, city, kiosk, None)

    @staticmethod
    def _forward(source: socket.socket, target: socket.socket, cut_after: int | None) -> None:
        passed = 0
        try:
            while piece := source.recv(65536):
                if cut_after is not None and passed + len(piece) > cut_after:
                    target.sendall(piece[: cut_after - passed])
                    for end in (source, target):  # closing with unsent data and no lingering is a reset
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    break
                target.sendall(piece)
                passed += len(piece)
        except OSError:
            pass
        _shut(target)
        _shut(source)


class BadMoments:
    """An app that answers `status` instead, for as many requests to paths containing `where` as are left in `times`."""

    def __init__(self, app: Asgi) -> None:
        self._app = app
        self.times = 0
        self.where = ""
        self.status = 500
        self.body = b"Internal Server Error"
        self.seen: list[str] = []

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        if scope["type"] == "http":
            self.seen.append(f"{scope['method']} {scope['path']}")
            if self.times and self.where in scope["path"]:
                self.times -= 1
                await send({"type": "http.response.start", "status": self.status, "headers": []})
                await send({"type": "http.response.body", "body": self.body})
                return
        await self._app(scope, receive, send)


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
