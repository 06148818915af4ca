"""The line to the city, cut, slowed and broken."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from drivers.emulators.network import Line, NetworkLink

BROKEN = "(?i)reset by peer|broken pipe|not connected"


class Collector:
    """The other end: collects what arrives and answers with its length."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address: tuple[str, int] = self._listener.getsockname()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                whole = b""
                while piece := connection.recv(65536):
                    whole += piece
                self.received.append(whole)
                connection.sendall(str(len(whole)).encode())

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.close()


@pytest.fixture
def link(collector: Collector) -> Iterator[NetworkLink]:
    with NetworkLink() as link:
        link.lead_to(*collector.address)
        yield link


def send(link: NetworkLink, payload: bytes) -> bytes:
    """Send all, say that this was all, and return the answer."""
    with socket.create_connection(("127.0.0.1", link.port), timeout=10) as connection:
        connection.sendall(payload)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(4096):
            answer += piece
        return answer


def test_what_is_sent_arrives_and_the_answer_comes_back(link: NetworkLink, collector: Collector) -> None:
    payload = bytes(range(256)) * 4000
    assert send(link, payload) == str(len(payload)).encode()
    assert collector.received == [payload]
    assert link.sent_bytes == len(payload)


def test_a_cut_line_refuses_and_comes_back_at_the_same_port(link: NetworkLink) -> None:
    link.cut()
    with pytest.raises(ConnectionRefusedError):
        send(link, b"lost")
    link.up()
    assert send(link, b"found") == b"5"


def test_cutting_resets_an_open_connection(link: NetworkLink) -> None:
    with socket.create_connection(("127.0.0.1", link.port), timeout=10) as connection:
        connection.sendall(b"half of")
        while link.sent_bytes < 7:
            time.sleep(0.005)
        link.cut()
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_a_connection_breaks_in_the_middle_once(link: NetworkLink, collector: Collector) -> None:
    link.break_after(100_000)
    with pytest.raises(OSError, match=BROKEN):
        send(link, b"x" * 1_000_000)
    assert link.sent_bytes == 100_000
    assert send(link, b"x" * 1_000_000) == b"1000000"
    assert b"x" * 1_000_000 in collector.received


def test_a_slow_line_takes_its_time(link: NetworkLink) -> None:
    link.slow(100_000)
    started = time.monotonic()
    assert send(link, b"x" * 30_000) == b"30000"
    assert 0.2 < time.monotonic() - started < 3
    assert link.line is Line.SLOW


def test_a_silent_line_connects_and_passes_nothing_until_it_is_up(link: NetworkLink) -> None:
    link.silence()
    with socket.create_connection(("127.0.0.1", link.port), timeout=10) as connection:
        connection.sendall(b"hello")
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(0.1)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        link.up()
        connection.settimeout(10)
        assert connection.recv(10) == b"5"


def test_nobody_at_the_other_end() -> None:
    with NetworkLink() as link, pytest.raises(OSError, match=BROKEN):
        send(link, b"anybody")
