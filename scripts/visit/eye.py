"""A finger and an eye on an X display, quick enough to measure: injected touches, and the pixels that answer them."""

from __future__ import annotations

import ctypes
import time
from ctypes import POINTER, Structure, c_char, c_char_p, c_int, c_uint, c_ulong, c_void_p
from types import TracebackType
from typing import Self

from scripts.visit.programs import StageFailed, TooLate

_ALL_PLANES = c_ulong(-1).value
_Z_PIXMAP = 2


class _XImage(Structure):
    """The head of Xlib's XImage; the rest is not needed."""

    _fields_ = (
        ("width", c_int),
        ("height", c_int),
        ("xoffset", c_int),
        ("format", c_int),
        ("data", POINTER(c_char)),
        ("byte_order", c_int),
        ("bitmap_unit", c_int),
        ("bitmap_bit_order", c_int),
        ("bitmap_pad", c_int),
        ("depth", c_int),
        ("bytes_per_line", c_int),
    )


class Eye:
    """One connection to `display`. Raises StageFailed when it cannot be opened."""

    def __init__(self, display: str) -> None:
        self._x11, self._test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self._x11.XOpenDisplay.restype, self._x11.XOpenDisplay.argtypes = c_void_p, [c_char_p]
        self._x11.XDefaultRootWindow.restype, self._x11.XDefaultRootWindow.argtypes = c_ulong, [c_void_p]
        self._x11.XGetImage.restype = POINTER(_XImage)
        self._x11.XGetImage.argtypes = [c_void_p, c_ulong, c_int, c_int, c_uint, c_uint, c_ulong, c_int]
        for function in (self._x11.XSync, self._x11.XCloseDisplay, self._x11.XFree):
            function.argtypes = [c_void_p] if function is not self._x11.XSync else [c_void_p, c_int]
        self._test.XTestFakeButtonEvent.argtypes = [c_void_p, c_uint, c_int, c_ulong]
        self._test.XTestFakeMotionEvent.argtypes = [c_void_p, c_int, c_int, c_int, c_ulong]
        self._display = self._x11.XOpenDisplay(display.encode())
        if not self._display:
            raise StageFailed(f"display {display} cannot be opened")
        self._root = self._x11.XDefaultRootWindow(self._display)

    def move(self, x: int, y: int) -> None:
        self._test.XTestFakeMotionEvent(self._display, -1, x, y, 0)
        self._x11.XSync(self._display, 0)

    def press(self, *, is_down: bool) -> None:
        self._test.XTestFakeButtonEvent(self._display, 1, int(is_down), 0)
        self._x11.XSync(self._display, 0)

    def pixels(self, x: int, y: int, width: int, height: int) -> bytes:
        image = self._x11.XGetImage(self._display, self._root, x, y, width, height, _ALL_PLANES, _Z_PIXMAP)
        seen = image.contents
        pixels = ctypes.string_at(seen.data, seen.bytes_per_line * seen.height)
        self._x11.XFree(ctypes.cast(seen.data, c_void_p))
        self._x11.XFree(ctypes.cast(image, c_void_p))
        return pixels

    def until_changed(self, patch: tuple[int, int, int, int], before: bytes, *, timeout_s: float = 5.0) -> None:
        """Look as often as possible. Raises TooLate."""
        deadline = time.monotonic() + timeout_s
        while self.pixels(*patch) == before:
            if time.monotonic() > deadline:
                raise TooLate(f"pixels at {patch}: unchanged for {timeout_s:g} s")

    def close(self) -> None:
        self._x11.XCloseDisplay(self._display)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
