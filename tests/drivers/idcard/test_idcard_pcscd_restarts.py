"""pcscd dies again and again while a loop reads cards: no reader is lost, no thread and no descriptor left behind."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from threading import Event

from drivers.errors import Cancelled, DeviceError
from drivers.protocols import ReadStage

RESTARTS = int(os.environ.get("TONGBAN_PCSCD_RESTARTS", "10"))


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_pcscd_killed_and_restarted_under_a_reading_loop(pcsc):
    read: list[str] = []
    errors: list[DeviceError] = []
    cancel = Event()

    def loop() -> None:
        while not cancel.is_set():
            try:
                read.append(pcsc.reader.read(timeout_s=30, cancel=cancel, on_stage=_ignore).number)
            except Cancelled:
                return
            except DeviceError as error:
                errors.append(error)
                time.sleep(0.05)

    pcsc.lay()
    worker = threading.Thread(target=loop)
    worker.start()
    try:
        _until(lambda: len(read) >= 1)
        pcsc.lift()
        threads, descriptors = threading.active_count(), open_descriptors()
        for _ in range(RESTARTS):
            before = len(read)
            pcsc.pcscd.kill()
            pcsc.pcscd.start()
            pcsc.lay()
            _until(lambda before=before: len(read) > before)
            pcsc.lift()
        assert threading.active_count() <= threads
        assert open_descriptors() <= descriptors
        assert set(read) == {pcsc.card.number}
        assert len(errors) <= RESTARTS  # a card pulled by the world is one; a reader lost would repeat without end
    finally:
        cancel.set()
        worker.join()


def _ignore(_stage: ReadStage) -> None:
    pass


def _until(happened) -> None:
    end_s = time.monotonic() + 15
    while not happened():
        assert time.monotonic() < end_s, "the reader was lost"
        time.sleep(0.01)
