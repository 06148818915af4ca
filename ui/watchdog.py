"""Telling systemd that the screen lives: ready after the first picture, alive only while pictures are drawn."""

from __future__ import annotations

import os
import socket

EVERY_S = 5.0


def notify(state: str) -> None:
    """Send `READY=1`, `WATCHDOG=1` or `STOPPING=1` after sd_notify(3). Without systemd nothing happens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
        try:
            sender.sendto(state.encode(), address)
        except OSError:
            return


class Pulse:
    """Counts pictures and drained inboxes; `beat` tells systemd only when both have moved on since the last beat."""

    def __init__(self) -> None:
        self.pictures = 0
        self.drains = 0
        self._told: tuple[int, int] = (0, 0)
        self._is_ready = False

    def drew(self) -> None:
        self.pictures += 1
        if not self._is_ready:
            self._is_ready = True
            notify("READY=1")

    def drained(self) -> None:
        self.drains += 1

    def beat(self) -> bool:
        """Whether the loop has proved itself alive since the last beat."""
        pictures, drains = self._told
        is_alive = self.pictures > pictures and self.drains > drains
        if is_alive:
            notify("WATCHDOG=1")
        self._told = (self.pictures, self.drains)
        return is_alive
