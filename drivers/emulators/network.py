"""The line between the kiosk and the city: a TCP relay on loopback that can be cut, slowed down and silenced.

link = NetworkLink()
link.lead_to("127.0.0.1", 8443)
link.cut()                      # open connections are reset, new ones refused
link.break_after(300_000)       # the connection that carries the 300,000th byte from now on is reset in the middle
"""

from __future__ import annotations

import contextlib
import enum
import queue
import select
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

_HELD = 65536  # bytes a direction may hold back
_SLICE_S = 0.05  # a slow line passes so many seconds' worth of bytes at once
_RESET = struct.pack("ii", 1, 0)


class Line(enum.StrEnum):
    UP = "up"
    SLOW = "slow"
    CUT = "cut"
    SILENT = "silent"  # connections stand and nothing passes, as when a router died


@dataclass
class _Flow:
    """One direction of one connection."""

    source: socket.socket
    sink: socket.socket
    is_outward: bool  # from the kiosk to the city
    held: bytearray = field(default_factory=bytearray)
    not_before_s: float = 0.0
    ended: bool = False  # the source has said its last byte
    closed: bool = False  # and the sink has been told


class NetworkLink:
    """A relay with one thread, which alone touches the sockets. What is asked of it has taken effect on return.

    Every method may be called from any thread; `close` may be called twice.
    """

    def __init__(self) -> None:
        self.line = Line.UP
        self.sent_bytes = 0  # passed from the kiosk towards the city, in all
        self._bytes_per_s = 0.0
        self._break_after: int | None = None
        self._target: tuple[str, int] | None = None
        self._pairs: list[tuple[_Flow, _Flow]] = []
        # Holds the port while the line is cut: bound, never listening, so that connecting is refused.
        self._holder = _bound(0)
        self.port = int(self._holder.getsockname()[1])
        self._listener: socket.socket | None = _listening(self.port)
        self._wake_reader, self._wake_writer = socket.socketpair()
        self._wishes: queue.SimpleQueue[tuple[Callable[[], None], threading.Event]] = queue.SimpleQueue()
        self._closing = False
        self._thread = threading.Thread(target=self._relay, name="network-link", daemon=True)
        self._thread.start()

    # --- the world's hands --------------------------------------------------------------------------------------

    def lead_to(self, host: str, port: int) -> None:
        """Where the other end is. Until this is said, connections are reset at once."""

        def lead() -> None:
            self._target = (host, port)

        self._ask(lead)

    def up(self) -> None:
        self._ask(lambda: self._set_line(Line.UP))

    def slow(self, bytes_per_s: float) -> None:
        """Each direction of each connection passes no more than this."""
        self._ask(lambda: self._set_line(Line.SLOW, bytes_per_s))

    def silence(self) -> None:
        """Connections stand and can be made, and nothing passes."""
        self._ask(lambda: self._set_line(Line.SILENT))

    def cut(self) -> None:
        """Reset every connection and refuse new ones."""
        self._ask(lambda: self._set_line(Line.CUT))

    def break_after(self, sent_bytes: int) -> None:
        """Reset, once, the connection over which this many more bytes have gone towards the city."""

        def arm() -> None:
            self._break_after = sent_bytes

        self._ask(arm)

    def close(self) -> None:
        if self._closing:
            return
        self.cut()
        self._closing = True
        self._wake_writer.send(b".")
        self._thread.join()
        for end in (self._holder, self._wake_reader, self._wake_writer):
            end.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- the relay ----------------------------------------------------------------------------------------------

    def _ask(self, wish: Callable[[], None]) -> None:
        done = threading.Event()
        self._wishes.put((wish, done))
        self._wake_writer.send(b".")
        done.wait()

    def _set_line(self, line: Line, bytes_per_s: float = 0.0) -> None:
        self.line, self._bytes_per_s = line, bytes_per_s
        if line is not Line.CUT:
            self._listener = self._listener or _listening(self.port)
            return
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for pair in self._pairs:
            _reset(pair)
        self._pairs.clear()

    def _relay(self) -> None:
        while not self._closing:
            readable, writable, _ = select.select(*self._awaited())
            if self._wake_reader in readable:
                self._wake_reader.recv(4096)
            if self._listener is not None and self._listener in readable:
                self._take_connection()
            for pair in tuple(self._pairs):
                self._serve(pair, readable, writable)
            while not self._wishes.empty():
                wish, done = self._wishes.get()
                wish()
                done.set()

    def _awaited(self) -> tuple[list[socket.socket], list[socket.socket], list[socket.socket], float | None]:
        """What `select` shall wait for; the time limit is when a slow direction may go on."""
        readers = [self._wake_reader]
        writers: list[socket.socket] = []
        wait_s: float | None = None
        if self._listener is not None:
            readers.append(self._listener)
        if self.line is Line.SILENT:
            return readers, writers, [], wait_s
        now = time.monotonic()
        for flow in (flow for pair in self._pairs for flow in pair):
            if not flow.ended and len(flow.held) < _HELD:
                readers.append(flow.source)
            if flow.held and flow.not_before_s <= now:
                writers.append(flow.sink)
            elif flow.held:
                wait_s = min(wait_s if wait_s is not None else 1.0, flow.not_before_s - now)
        return readers, writers, [], wait_s

    def _take_connection(self) -> None:
        assert self._listener is not None
        near, _ = self._listener.accept()
        try:
            if self._target is None:
                raise ConnectionRefusedError
            far = socket.create_connection(self._target, timeout=5)
        except OSError:
            near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            near.close()
            return
        for end in (near, far):
            end.setblocking(False)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._pairs.append((_Flow(near, far, is_outward=True), _Flow(far, near, is_outward=False)))

    def _serve(self, pair: tuple[_Flow, _Flow], readable: list[socket.socket], writable: list[socket.socket]) -> None:
        try:
            for flow in pair:
                if flow.source in readable:
                    self._read(flow)
                if flow.sink in writable and flow.held:
                    self._write(flow)
                if flow.ended and not flow.held and not flow.closed:
                    flow.closed = True
                    flow.sink.shutdown(socket.SHUT_WR)
        except OSError:
            _reset(pair)
            self._pairs.remove(pair)
            return
        if all(flow.closed for flow in pair):
            for flow in pair:
                flow.source.close()
            self._pairs.remove(pair)

    def _read(self, flow: _Flow) -> None:
        with contextlib.suppress(BlockingIOError):
            piece = flow.source.recv(_HELD)
            flow.held += piece
            flow.ended = not piece

    def _write(self, flow: _Flow) -> None:
        """Pass what the line allows now. Raises ConnectionResetError at the byte that `break_after` named."""
        allowed = len(flow.held)
        if self.line is Line.SLOW:
            allowed = min(allowed, max(1, int(self._bytes_per_s * _SLICE_S)))
        if flow.is_outward and self._break_after is not None:
            allowed = min(allowed, self._break_after)
        passed = 0
        if allowed:
            with contextlib.suppress(BlockingIOError):
                passed = flow.sink.send(flow.held[:allowed])
        del flow.held[:passed]
        if self.line is Line.SLOW:
            flow.not_before_s = time.monotonic() + passed / self._bytes_per_s
        if flow.is_outward:
            self.sent_bytes += passed
            if self._break_after is not None:
                self._break_after -= passed
                if self._break_after == 0:
                    self._break_after = None
                    raise ConnectionResetError


def _bound(port: int) -> socket.socket:
    end = socket.socket()
    end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    end.bind(("127.0.0.1", port))
    return end


def _listening(port: int) -> socket.socket:
    end = _bound(port)
    end.listen(64)
    end.setblocking(False)
    return end


def _reset(pair: tuple[_Flow, _Flow]) -> None:
    for flow in pair:
        with contextlib.suppress(OSError):
            flow.source.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        flow.source.close()
