"""Printers and what people do to them, for the stories of this folder."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from threading import Event

import typst

from drivers.bench import Bench
from drivers.emulators.cups import PrintRoom
from drivers.printer.cups import CupsPrinter
from drivers.printer.simulated import SimulatedPrinter
from drivers.protocols import Printer, PrinterFault, PrintOutcome, PrintProgress


def page(words: str) -> bytes:
    """One A4 page that says the words."""
    return typst.compile(f'#set page("a4")\n{words}'.encode())


class Job:
    """A print that runs beside the story; `progress` is what the kiosk was told."""

    def __init__(
        self, printer: Printer, document: bytes, *, pages: int = 1, timeout_s: float = 30, title: str = "receipt"
    ) -> None:
        self.progress: list[PrintProgress] = []
        self.cancel = Event()
        self._outcome: PrintOutcome | BaseException | None = None

        def work() -> None:
            try:
                self._outcome = printer.print(
                    document,
                    title=title,
                    pages=pages,
                    timeout_s=timeout_s,
                    cancel=self.cancel,
                    on_progress=self.progress.append,
                )
            except BaseException as error:
                self._outcome = error

        self._thread = threading.Thread(target=work)
        self._thread.start()

    def outcome(self) -> PrintOutcome:
        self._thread.join(60)
        assert not self._thread.is_alive(), "the print never ended"
        if isinstance(self._outcome, BaseException):
            raise self._outcome
        assert self._outcome is not None
        return self._outcome

    def until_told(self, fault: PrinterFault) -> None:
        eventually(lambda: any(fault in progress.faults for progress in self.progress), f"{fault} told")

    def end(self) -> None:
        self.cancel.set()
        self._thread.join(60)


class Office:
    """A printer and what people can do to it, the same for every backend."""

    printer: Printer

    def fault(self, fault: PrinterFault) -> None:
        raise NotImplementedError

    def mend(self) -> None:
        """Everything that people can mend, and power, and the spooler."""
        raise NotImplementedError

    def printed(self) -> int:
        raise NotImplementedError

    def start(self, document: bytes, *, pages: int = 1, timeout_s: float = 30) -> Job:
        job = Job(self.printer, document, pages=pages, timeout_s=timeout_s)
        self.jobs.append(job)
        return job

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def close(self) -> None:
        for job in self.jobs:
            job.end()
        self.printer.close()


class SimulatedOffice(Office):
    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench()
        self.printer = SimulatedPrinter(bench=self.bench, seconds_per_page=0.05)

    def fault(self, fault: PrinterFault) -> None:
        self.bench.printer_faults = (fault,)

    def mend(self) -> None:
        self.bench.printer_faults = ()

    def printed(self) -> int:
        return len(self.bench.printed)


class CupsOffice(Office):
    def __init__(self, room: PrintRoom) -> None:
        super().__init__()
        self.room = room
        self.printer = CupsPrinter(socket_path=room.socket_path, queue=room.queue, device_uri=room.device_uri)

    def fault(self, fault: PrinterFault) -> None:
        names = {
            PrinterFault.PAPER_OUT: "paper_out",
            PrinterFault.JAM: "jam",
            PrinterFault.COVER_OPEN: "cover_open",
            PrinterFault.TONER_OUT: "toner_out",
        }
        if fault is PrinterFault.UNREACHABLE:
            self.room.kill_printer()
            self.room.clear()  # a jam does not outlive the power cut of these stories
        elif fault is PrinterFault.SPOOLER_DOWN:
            self.room.spooler_down()
        else:
            self.room.fault(names[fault], is_there=True)

    def mend(self) -> None:
        self.room.spooler_up()
        self.room.revive_printer()
        self.room.clear()

    def printed(self) -> int:
        return len(self.room.printed_files())


def eventually(condition: Callable[[], bool], what: str, *, timeout_s: float = 15) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"{what}: did not happen"
        time.sleep(0.01)
