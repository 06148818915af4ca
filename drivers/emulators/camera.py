"""A document camera on loopback: an MJPEG stream over HTTP that the real OpenCV driver opens.

    with CameraEmulator() as camera:
        OpenCvCamera(source=camera.url)
        camera.lay_sheet(see(sheet("diploma"), seed=1))
        camera.unplug()

A few noisy versions of the picture are encoded once when it changes, so that streaming costs almost nothing.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

import cv2
import numpy as np

from drivers.emulators.lens import FRAME, see
from drivers.protocols import Image

BOUNDARY = "tongban-frame"
VARIANTS = 4  # noisy versions of one picture, shown in turn
JPEG_QUALITY = 88


class PhotographUnreadable(Exception):
    """The file is not a picture."""


class CameraEmulator:
    """Streams what lies under it. Thread-safe; `close` may be called twice."""

    def __init__(
        self, *, size: tuple[int, int] = FRAME, frames_per_second: float = 12.0, platen: Image | None = None
    ) -> None:
        self._size = size
        self._period_s = 1.0 / frames_per_second
        self._platen = see(None, seed=1, size=size) if platen is None else platen
        self._changed = threading.Condition()
        self._variants = _encode(self._platen, size)
        self._plugged = False
        self._port = 0
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self.plug()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/stream.mjpg"

    @property
    def is_plugged(self) -> bool:
        return self._plugged

    def lay_sheet(self, picture: Image | Path) -> None:
        """Show `picture` (as the lens sees it), or the photograph in a file. Raises PhotographUnreadable."""
        if isinstance(picture, Path):
            loaded = cv2.imread(str(picture), cv2.IMREAD_COLOR)
            if loaded is None:
                raise PhotographUnreadable(picture.name)
            picture = np.asarray(loaded, np.uint8)
        self._show(picture)

    def take_sheet(self) -> None:
        """Leave the platen empty."""
        self._show(self._platen)

    def unplug(self) -> None:
        """Cut every connection and refuse new ones."""
        self._plugged = False
        with self._changed:
            self._changed.notify_all()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.cut()
            self._thread.join()
        self._server, self._thread = None, None

    def plug(self) -> None:
        """Answer again, at the same address as before."""
        if self._plugged:
            return
        self._plugged = True
        self._server = _Server(("127.0.0.1", self._port), self)
        self._port = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="camera-emulator", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self.unplug()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _show(self, picture: Image) -> None:
        variants = _encode(picture, self._size)
        with self._changed:
            self._variants = variants
            self._changed.notify_all()

    def next_jpeg(self, number: int) -> bytes | None:
        """The picture for stream position `number`, paced by waiting; None when the plug is out."""
        with self._changed:
            self._changed.wait(self._period_s)  # a change is shown at once
            return self._variants[number % VARIANTS] if self._plugged else None


def _encode(picture: Image, size: tuple[int, int]) -> tuple[bytes, ...]:
    """JPEGs of `picture` fitted into `size`; what is missing at the sides repeats the edge of the picture."""
    fitted = fit(picture, size)
    dice = np.random.default_rng(5)
    variants = []
    for _ in range(VARIANTS):
        grain = dice.integers(-3, 4, fitted.shape, np.int16)
        noisy = cv2.add(fitted, grain, dtype=cv2.CV_8U)
        _, jpeg = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        variants.append(jpeg.tobytes())
    return tuple(variants)


def fit(picture: Image, size: tuple[int, int]) -> Image:
    """Scale `picture` into `size` whole, in the middle, its border drawn out to the frame's."""
    width, height = size
    rows, columns = picture.shape[:2]
    if (columns, rows) == size:
        return picture
    scale = min(width / columns, height / rows)
    inner = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    scaled = cv2.resize(picture, inner, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    return np.asarray(
        cv2.copyMakeBorder(scaled, top, height - inner[1] - top, left, width - inner[0] - left, cv2.BORDER_REPLICATE),
        np.uint8,
    )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], camera: CameraEmulator) -> None:
        self.camera = camera
        self._connections: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(address, _Stream)

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        assert isinstance(request, socket.socket)
        with self._guard:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        assert isinstance(request, socket.socket)
        with self._guard:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """A viewer that goes away is ordinary."""

    def cut(self) -> None:
        with self._guard:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()


class _Stream(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:  # the name http.server looks for
        self.send_response(200)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY}")
        self.end_headers()
        number = 0
        while (jpeg := self.server.camera.next_jpeg(number)) is not None:
            head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
            try:
                self.wfile.write(head.encode() + jpeg + b"\r\n")
            except OSError:
                return
            number += 1

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to say: the world's log is for what people did."""
