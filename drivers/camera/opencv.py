"""高拍仪 through OpenCV: a V4L2 device, a video file, a numbered sequence of pictures, or an MJPEG stream.

A grabbing thread keeps only the newest picture, so that memory stays bounded and nobody sees an old one.
"""

from __future__ import annotations

import os
import threading
import time

import cv2
import numpy as np

from drivers.errors import DeviceAbsent, DeviceBusy, DeviceTimeout
from drivers.protocols import Frame, Image

DEVICE = "document camera"
OPEN_LIMIT_MS = 4_000
READ_LIMIT_MS = 4_000
CLOSE_LIMIT_S = 6.0  # longer than a read may block


class OpenCvCamera:
    """`DocumentCamera` over `cv2.VideoCapture`.

    `source` is a device number or path (`0`, `/dev/video0`), a video file, a pattern such as `seq/f%04d.jpg`, or an
    `http://` address. `width` x `height` is asked of a real device. Preview pictures are scaled down to at most
    `preview_side` pixels, stills stay whole. Files and sequences are played at `frames_per_second` and end as if
    unplugged.
    """

    def __init__(
        self,
        source: str,
        *,
        width: int | None = None,
        height: int | None = None,
        preview_side: int = 1280,
        frames_per_second: float = 15.0,
    ) -> None:
        self._source = source
        self._width = width
        self._height = height
        self._preview_side = preview_side
        self._frames_per_second = frames_per_second
        self._capture: cv2.VideoCapture | None = None
        self._grabber: threading.Thread | None = None
        self._stop = threading.Event()
        self._arrived = threading.Condition()
        self._newest: Frame | None = None
        self._ended = ""  # why no more pictures will come
        self._sequence = 0
        self._given = 0

    def open(self) -> None:
        self.close()
        _keep_opencv_quiet()
        capture = self._connect()
        if not capture.isOpened():
            capture.release()
            raise DeviceAbsent(DEVICE, f"cannot open {self._source}")
        if self._is_device:
            if self._width is not None and self._height is not None:
                capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._width)
                capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._height)
            capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
            if not capture.grab():
                capture.release()
                raise DeviceBusy(DEVICE, f"{self._source} opens and gives no picture")
        self._stop.clear()
        self._newest, self._ended, self._given = None, "", self._sequence
        self._capture = capture
        self._grabber = threading.Thread(target=self._grab, args=(capture,), name="camera-grabber", daemon=True)
        self._grabber.start()

    def frame(self, *, timeout_s: float) -> Frame:
        newest = self._wait(after=self._given, timeout_s=timeout_s)
        self._given = newest.sequence
        return Frame(_fit(newest.image, self._preview_side), newest.sequence, newest.at_s)

    def still(self, *, timeout_s: float) -> Frame:
        with self._arrived:
            seen = self._sequence
        newest = self._wait(after=seen, timeout_s=timeout_s)  # exposed after the call, so never an old moment
        self._given = newest.sequence
        return newest

    def close(self) -> None:
        self._stop.set()
        if self._grabber is not None:
            self._grabber.join(CLOSE_LIMIT_S)
            self._grabber = None
        self._capture = None
        with self._arrived:
            self._newest, self._ended = None, "closed"
            self._arrived.notify_all()

    @property
    def _is_device(self) -> bool:
        return self._source.isdigit() or self._source.startswith("/dev/")

    @property
    def _is_stream(self) -> bool:
        return "://" in self._source

    def _connect(self) -> cv2.VideoCapture:
        if self._source.isdigit():
            return cv2.VideoCapture(int(self._source), cv2.CAP_V4L2)
        if self._is_device:
            return cv2.VideoCapture(self._source, cv2.CAP_V4L2)
        if "%" in self._source:
            return cv2.VideoCapture(self._source, cv2.CAP_IMAGES)
        if self._is_stream:
            limits = [
                cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_LIMIT_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_LIMIT_MS
            ]  # fmt: skip
            return cv2.VideoCapture(self._source, cv2.CAP_FFMPEG, limits)
        return cv2.VideoCapture(self._source)

    def _grab(self, capture: cv2.VideoCapture) -> None:
        """Runs on the grabbing thread and owns `capture`."""
        paces_itself = self._is_device or self._is_stream
        try:
            while not self._stop.is_set():
                started_s = time.monotonic()
                is_there, image = capture.read()
                if not is_there:
                    self._end(f"no more pictures from {self._source}")
                    return
                self._put(np.asarray(image, np.uint8))
                if not paces_itself:
                    spent_s = time.monotonic() - started_s
                    self._stop.wait(max(0.0, 1 / self._frames_per_second - spent_s))
        except cv2.error as error:
            self._end(f"OpenCV failed: {error.code}")
        finally:
            capture.release()

    def _put(self, image: Image) -> None:
        with self._arrived:
            self._sequence += 1
            self._newest = Frame(image, self._sequence, time.monotonic())
            self._arrived.notify_all()

    def _end(self, why: str) -> None:
        with self._arrived:
            self._ended = why
            self._arrived.notify_all()

    def _wait(self, *, after: int, timeout_s: float) -> Frame:
        with self._arrived:
            self._arrived.wait_for(lambda: self._ended != "" or self._sequence > after, timeout_s)
            if self._newest is not None and self._sequence > after:
                return self._newest  # the last picture before the end may still be had
            if self._ended or self._grabber is None:
                raise DeviceAbsent(DEVICE, self._ended or "not open")
        raise DeviceTimeout(DEVICE, f"no picture within {timeout_s:g} s")


def _keep_opencv_quiet() -> None:
    """OpenCV and FFmpeg write to stderr by themselves when a camera is missing; the raised error already says it."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # AV_LOG_QUIET; there is no call for it
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def _fit(image: Image, side: int) -> Image:
    """`image` scaled down to at most `side` pixels, never enlarged."""
    height, width = image.shape[:2]
    scale = min(1.0, side / max(width, height))
    if scale == 1.0:
        return image
    target = (round(width * scale), round(height * scale))
    return np.asarray(cv2.resize(image, target, interpolation=cv2.INTER_AREA), np.uint8)
