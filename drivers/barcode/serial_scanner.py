"""A fixed scanner window on a serial line: it sends each code as a line."""

from __future__ import annotations

import contextlib
import termios
import time
from threading import Event

import serial

from drivers.barcode.scan_lines import LineAssembler
from drivers.errors import Cancelled, DeviceAbsent, DeviceBusy, DeviceTimeout

DEVICE = "serial_scanner"
SLICE_S = 0.05
OUTAGE_SLICE_S = 0.1

_PORT_ERRORS = (OSError, termios.error)  # pyserial's are OSErrors, and it lets those of the terminal calls through


class SerialScanner:
    """`CodeScanner` over a serial port (9600 8N1 unless told otherwise). Not for two threads at once.

    A scanner unplugged while a call waits may be away for `outage_s`.
    """

    def __init__(self, *, port: str, baud: int = 9600, outage_s: float = 5.0) -> None:
        self._path = port
        self._baud = baud
        self._outage_s = outage_s
        self._port: serial.Serial | None = None
        self._lines = LineAssembler()

    def scan(self, *, timeout_s: float, cancel: Event) -> str:
        """The next code shown to the scanner from now on; what it sent before is forgotten.

        Raises DeviceAbsent, DeviceBusy, DeviceTimeout, Cancelled.
        """
        end_s = time.monotonic() + timeout_s
        _check(cancel, end_s)
        self._begin_anew()
        while True:
            codes = self._lines.feed(self._receive_through_outage(cancel, end_s))
            if codes:
                return codes[0]
            _check(cancel, end_s)

    def close(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            with contextlib.suppress(*_PORT_ERRORS):  # an unplugged port has nothing left to close
                port.close()

    def _begin_anew(self) -> None:
        self._lines.forget()
        if self._port is not None:
            try:
                self._port.reset_input_buffer()
            except _PORT_ERRORS:
                self.close()  # unplugged since: it may be back
        self._open()

    def _receive_through_outage(self, cancel: Event, end_s: float) -> bytes:
        try:
            return self._receive()
        except DeviceAbsent as error:
            lost = error
        self._lines.forget()
        back_by_s = time.monotonic() + self._outage_s
        while time.monotonic() < back_by_s:
            cancel.wait(min(OUTAGE_SLICE_S, max(0.0, end_s - time.monotonic())))
            _check(cancel, end_s)
            with contextlib.suppress(DeviceAbsent):
                self._open()
                return b""
        raise lost

    def _open(self) -> None:
        if self._port is not None:
            return
        try:
            self._port = serial.Serial(self._path, self._baud, timeout=SLICE_S, exclusive=True)
        except _PORT_ERRORS as error:
            # The lock's error number is lost on the way through pyserial: only its words are left.
            if "exclusively lock" in str(error) or "busy" in str(error):
                raise DeviceBusy(DEVICE, f"{self._path} is held by another program") from error
            raise DeviceAbsent(DEVICE, f"cannot open {self._path}") from error

    def _receive(self) -> bytes:
        port = self._port
        if port is None:
            raise DeviceAbsent(DEVICE, "the port is not open")
        try:
            first: bytes = port.read(1)
            return first + port.read(port.in_waiting) if first else b""
        except _PORT_ERRORS as error:
            self.close()
            raise DeviceAbsent(DEVICE, f"{self._path} has gone") from error


def _check(cancel: Event, end_s: float) -> None:
    if cancel.is_set():
        raise Cancelled(DEVICE, "cancelled by the caller")
    if time.monotonic() >= end_s:
        raise DeviceTimeout(DEVICE, "no code within the time limit")
