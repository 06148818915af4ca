"""The simulated printer: looks at the bench, and behaves towards the kiosk as the real one does."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event

from drivers.bench import Bench
from drivers.protocols import (
    PrinterFault,
    PrinterNeedsHelp,
    PrinterReady,
    PrinterStatus,
    PrintFailed,
    PrintOutcome,
    PrintProgress,
    PrintProven,
    PrintUnproven,
)

_LOOK_EVERY_S = 0.02


class SimulatedPrinter:
    """`bench.printer_faults` is what is wrong now; what came out is appended to `bench.printed`."""

    def __init__(self, *, bench: Bench, seconds_per_page: float = 0.3) -> None:
        self._bench = bench
        self._seconds_per_page = seconds_per_page
        self._jobs = 0

    def status(self) -> PrinterStatus:
        faults = self._bench.printer_faults
        return PrinterNeedsHelp(faults, "bench") if faults else PrinterReady()

    def print(
        self,
        document: bytes,
        *,
        title: str,  # noqa: ARG002  (part of the protocol; there is no spooler here that would show it)
        pages: int,
        timeout_s: float,
        cancel: Event,
        on_progress: Callable[[PrintProgress], None],
    ) -> PrintOutcome:
        """See `Printer.print`."""
        if PrinterFault.SPOOLER_DOWN in self._bench.printer_faults:
            return PrintFailed(PrinterFault.SPOOLER_DOWN, "bench")
        self._jobs += 1
        job = self._jobs
        if not document.startswith(b"%PDF-") or b"%%EOF" not in document[-1024:]:
            return PrintFailed(PrinterFault.OTHER, "given up by the spooler: not a PDF", job)
        deadline = time.monotonic() + timeout_s
        is_taken = is_lost = False
        page, page_ends_at = 1, time.monotonic() + self._seconds_per_page
        told: PrintProgress | None = None
        while page <= pages:
            faults = self._bench.printer_faults
            if PrinterFault.UNREACHABLE in faults:
                is_lost = is_taken  # a printer that loses its power forgets what it held
            elif not is_lost:
                is_taken = True
            progress = PrintProgress(page, pages, faults)
            if progress != told:
                told = progress
                on_progress(progress)
            if cancel.is_set():
                return PrintFailed(PrinterFault.OTHER, "cancelled by the caller", job)
            if time.monotonic() > deadline:
                return PrintFailed(faults[0] if faults else PrinterFault.OTHER, "not printed in time", job)
            if faults:
                page_ends_at = time.monotonic() + self._seconds_per_page
            elif is_lost:
                return PrintUnproven(job, "the printer forgot the job")
            elif time.monotonic() >= page_ends_at:
                page, page_ends_at = page + 1, time.monotonic() + self._seconds_per_page
            cancel.wait(_LOOK_EVERY_S)
        self._bench.printed.append(document)
        return PrintProven(job, pages)

    def close(self) -> None:
        """Nothing is held."""
