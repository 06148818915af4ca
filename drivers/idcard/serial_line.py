"""The serial port of a reader: bytes in, bytes out, held by one program only."""

from __future__ import annotations

import contextlib
import termios

import serial

from drivers.errors import DeviceAbsent, DeviceBusy

# pyserial raises OSErrors, and lets those of the terminal calls through as they are.
_PORT_ERRORS = (OSError, termios.error)

SLICE_S = 0.05
"""Longest time a receive blocks: the grain of every cancel and time limit above it."""


class SerialLine:
    """8N1, no flow control. Modem lines are never touched: virtual ports have none."""

    def __init__(self, device: str, path: str, baud: int) -> None:
        self._device = device
        self._path = path
        self._baud = baud
        self._port: serial.Serial | None = None

    @property
    def is_open(self) -> bool:
        return self._port is not None

    def open(self) -> None:
        """Open for exclusive use; does nothing when open. Raises DeviceAbsent, DeviceBusy."""
        if self._port is not None:
            return
        try:
            self._port = serial.Serial(self._path, self._baud, timeout=SLICE_S, write_timeout=1.0, exclusive=True)
        except _PORT_ERRORS as error:
            # The lock's error number is lost on the way through pyserial: only its words are left.
            if "exclusively lock" in str(error) or "busy" in str(error):
                raise DeviceBusy(self._device, f"{self._path} is held by another program") from error
            raise DeviceAbsent(self._device, f"cannot open {self._path}") from error

    def send(self, data: bytes) -> None:
        """Raises DeviceAbsent when the port is gone."""
        port = self._held()
        try:
            port.write(data)
        except _PORT_ERRORS as error:
            raise self._gone() from error

    def receive(self) -> bytes:
        """What has arrived, or what arrives first within `SLICE_S`; empty when nothing does. Raises DeviceAbsent."""
        port = self._held()
        try:
            first: bytes = port.read(1)
            return first + port.read(port.in_waiting) if first else b""
        except _PORT_ERRORS as error:
            raise self._gone() from error

    def drop_input(self) -> None:
        """Forget what lies unread. Raises DeviceAbsent."""
        port = self._held()
        try:
            port.reset_input_buffer()
        except _PORT_ERRORS as error:
            raise self._gone() from error

    def close(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            with contextlib.suppress(*_PORT_ERRORS):  # an unplugged port has nothing left to close
                port.close()

    def _held(self) -> serial.Serial:
        if self._port is None:
            raise DeviceAbsent(self._device, "the port is not open")
        return self._port

    def _gone(self) -> DeviceAbsent:
        self.close()
        return DeviceAbsent(self._device, f"{self._path} has gone")
