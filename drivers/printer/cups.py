"""The A4 printer behind cupsd. A job is followed to its proven end; nothing personal stays in the spool after it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

from drivers.printer import proof
from drivers.printer.proof import JobState, JobView
from drivers.printer.spooler import (
    DeviceDown,
    JobGone,
    JobRefused,
    Spooler,
    SpoolerClosed,
    SpoolerDown,
    SpoolerError,
    SpoolerGone,
)
from drivers.protocols import (
    PrinterFault,
    PrinterNeedsHelp,
    PrinterReady,
    PrinterStatus,
    PrintFailed,
    PrintOutcome,
    PrintProgress,
    PrintUnproven,
)

_LOOK_EVERY_S = 0.1
_LOOK_AGAIN_S = 0.02
_ASK_S = 5.0
_SEND_S = 20.0
_DEVICE_S = 2.0
_DEVICE_EVERY_S = 1.0
_CANCEL_S = 10.0


class CupsPrinter:
    """`socket_path` is cupsd's unix socket. The kiosk owns `queue`: our unfinished jobs of an earlier life are purged.

    `device_uri` (ipp) lets the printer be asked directly: an idle queue never knows of an empty tray, and a queue that
    waits for a printer never knows that it has lost its power. "" = the printer is not asked. `printer_counts`
    False is for printers that never count pages: their prints are proven by the absence of doubts alone.
    """

    def __init__(
        self, *, socket_path: str | Path, queue: str, device_uri: str = "", printer_counts: bool = True
    ) -> None:
        self._spooler = Spooler(socket_path=Path(socket_path), queue=queue)
        self._device_uri = device_uri
        self._printer_counts = printer_counts
        self._owed: set[int] | None = None  # jobs still to be purged; None: not looked yet

    def status(self) -> PrinterStatus:
        """See `Printer.status`. Without `device_uri` only the faults that the queue knows are seen."""
        try:
            self._purge_owed()
            queue = self._spooler.ask("queue", timeout_s=_ASK_S)
        except SpoolerError as error:
            return PrinterNeedsHelp((PrinterFault.SPOOLER_DOWN,), error.detail)
        # An idle queue knows nothing of the printer: it shows what the last job saw.
        reasons = set(queue["reasons"]) if queue["state"] == proof.QUEUE_PROCESSING else set()
        if queue["state"] == proof.QUEUE_STOPPED or not queue["accepting"]:
            reasons.add("paused")
        if self._device_uri:
            try:
                device = self._spooler.ask("device", timeout_s=_DEVICE_S, uri=self._device_uri)
            except SpoolerError as error:
                return PrinterNeedsHelp((PrinterFault.UNREACHABLE,), error.detail)
            reasons |= set(device["reasons"])
        faults = proof.faults(reasons)
        return PrinterNeedsHelp(faults, ", ".join(sorted(reasons))) if faults else PrinterReady()

    def print(
        self,
        document: bytes,
        *,
        title: str,
        pages: int,
        timeout_s: float,
        cancel: Event,
        on_progress: Callable[[PrintProgress], None],
    ) -> PrintOutcome:
        """See `Printer.print`."""
        deadline = time.monotonic() + timeout_s
        try:
            self._purge_owed()
            before = frozenset(self._spooler.ask("queue", timeout_s=_ASK_S)["reasons"]) - {"paused"}
            job = int(self._spooler.ask("create", timeout_s=_ASK_S, title=title))
        except SpoolerError as error:
            return PrintFailed(_fault_of(error), error.detail)
        try:
            self._spooler.ask("send", timeout_s=_SEND_S, job=job, document=document)
        except SpoolerError as error:
            return self._withdraw(job, _fault_of(error), error.detail)
        run = _Run(job=job, pages=pages, before=before, on_progress=on_progress)
        return self._follow(run, deadline=deadline, cancel=cancel)

    def close(self) -> None:
        self._spooler.close()

    # --- following a job ----------------------------------------------------------------------------------------

    def _follow(self, run: _Run, *, deadline: float, cancel: Event) -> PrintOutcome:
        while True:
            try:
                view = self._look(run.job)
            except JobGone as error:
                return PrintUnproven(run.job, f"the spooler forgot the job: {error.detail}")
            except SpoolerClosed:
                return PrintUnproven(run.job, "the driver was closed")
            except SpoolerError as error:
                run.note_silence(is_gone=isinstance(error, SpoolerGone))
                run.tell(counted=run.counted, faults=(PrinterFault.SPOOLER_DOWN,))
            else:
                end = proof.outcome(
                    view,
                    job=run.job,
                    pages=run.pages,
                    before=run.before,
                    taken_at=run.taken_at,
                    printer_counts=self._printer_counts,
                )
                if end is not None:
                    self._owe(run.job)
                    return end
                faults = self._faults(view, run)
                run.note_sending(view, faults)
                run.tell(counted=view.counted, faults=faults)
            if cancel.is_set():
                return self._withdraw(run.job, PrinterFault.OTHER, "cancelled by the caller")
            if time.monotonic() > deadline:
                fault = run.faults[0] if run.faults else PrinterFault.OTHER
                return self._withdraw(run.job, fault, "not printed in time")
            # A spooler that comes back sends the job again: be quick to stop it.
            cancel.wait(_LOOK_AGAIN_S if PrinterFault.SPOOLER_DOWN in run.faults else _LOOK_EVERY_S)

    def _look(self, job: int) -> JobView:
        found = self._spooler.ask("job", timeout_s=_ASK_S, job=job)
        queue = self._spooler.ask("queue", timeout_s=_ASK_S)
        reasons = set(found["reasons"]) | set(queue["reasons"])
        if queue["state"] == proof.QUEUE_STOPPED:
            reasons.add("paused")
        return JobView(
            state=found["state"],
            started_at=found["started_at"],
            reasons=frozenset(reasons),
            message=found["message"],
            counted=found["counted"],
        )

    def _faults(self, view: JobView, run: _Run) -> tuple[PrinterFault, ...]:
        """What the printer waits for. cupsd says nothing at all of a printer that is gone: ask for that as well."""
        is_taken = proof.is_taken(view)
        faults = proof.faults(view.reasons if is_taken else view.reasons - run.before)
        is_gone = not is_taken and proof.is_unreachable(view.message)
        if (is_gone or self._is_device_gone(run)) and PrinterFault.UNREACHABLE not in faults:
            faults = (*faults, PrinterFault.UNREACHABLE)
        return faults

    def _is_device_gone(self, run: _Run) -> bool:
        if self._device_uri and time.monotonic() > run.ask_device_at_s:
            run.ask_device_at_s = time.monotonic() + _DEVICE_EVERY_S
            try:
                self._spooler.ask("device", timeout_s=_DEVICE_S, uri=self._device_uri)
            except DeviceDown:
                run.is_device_gone = True
            except SpoolerError:
                pass  # no news of the printer
            else:
                run.is_device_gone = False
        return run.is_device_gone

    # --- leaving nothing behind ---------------------------------------------------------------------------------

    def _withdraw(self, job: int, fault: PrinterFault, detail: str) -> PrintOutcome:
        """Take the job back. While cupsd cannot be told, the job may still print: that is not a failure but a doubt."""
        self._owe(job)
        if self._owed:
            return PrintUnproven(job, f"{detail}; the job could not be taken back yet")
        return PrintFailed(fault, detail, job)

    def _owe(self, job: int) -> None:
        """Purge a job now, or with the next call that reaches cupsd. Its control file holds title and user."""
        self._owed = (self._owed or set()) | {job}
        with contextlib.suppress(SpoolerError):
            self._purge_owed()

    def _purge_owed(self) -> None:
        if self._owed is None:
            self._owed = set(self._spooler.ask("unfinished", timeout_s=_ASK_S))
        for job in sorted(self._owed):
            with contextlib.suppress(JobGone):
                self._cancel(job)
                self._spooler.ask("purge", timeout_s=_ASK_S, job=job)
            self._owed.discard(job)

    def _cancel(self, job: int) -> None:
        """Cancel, and wait for the backend to tell the printer.

        Purging a running job at once kills the backend: the printer then keeps the job and prints it when its jam is
        cleared, in front of somebody else (measured, cups 2.4.2).
        """
        with contextlib.suppress(JobGone):  # it has ended already; what is left are its files
            self._spooler.ask("cancel", timeout_s=_ASK_S, job=job)
        deadline = time.monotonic() + _CANCEL_S
        while self._spooler.ask("queue", timeout_s=_ASK_S)["state"] == proof.QUEUE_PROCESSING:
            if time.monotonic() > deadline:
                return
            time.sleep(_LOOK_EVERY_S)


_LOST_SENDING = -1
"""No sending of cupsd's has this time."""


class _Run:
    """What is known of the running job, and what the caller was told last."""

    def __init__(
        self, *, job: int, pages: int, before: frozenset[str], on_progress: Callable[[PrintProgress], None]
    ) -> None:
        self.job = job
        self.pages = pages
        self.before = before
        self.counted = 0
        self.taken_at: int | None = None
        self._is_taken = False
        self._has_looked = False
        self.faults: tuple[PrinterFault, ...] = ()
        self.is_device_gone = False
        self.ask_device_at_s = time.monotonic() + _DEVICE_EVERY_S
        self._on_progress = on_progress
        self._told: PrintProgress | None = None

    def note_sending(self, view: JobView, faults: tuple[PrinterFault, ...]) -> None:
        """Remember the sending that the printer took, or, in doubt, may have taken since we looked last."""
        self._has_looked = True
        if self._is_taken:
            return
        self._is_taken = proof.is_taken(view)
        is_impossible = view.state != JobState.PROCESSING or bool(
            {*faults} & {PrinterFault.UNREACHABLE, PrinterFault.PAUSED}
        )
        self.taken_at = None if is_impossible and not self._is_taken else view.started_at

    def note_silence(self, *, is_gone: bool) -> None:
        """cupsd went away. Before the first look nobody knows whether it had begun to send: take it that it had.

        The next cupsd may send within the same second of its clock, so a sending that was taken is marked as no other.
        """
        if not self._has_looked or (is_gone and self.taken_at is not None):
            self.taken_at = _LOST_SENDING

    def tell(self, *, counted: int, faults: tuple[PrinterFault, ...]) -> None:
        self.counted, self.faults = counted, faults
        progress = PrintProgress(page=min(counted + 1, self.pages), pages=self.pages, faults=faults)
        if progress != self._told:
            self._told = progress
            self._on_progress(progress)


def _fault_of(error: SpoolerError) -> PrinterFault:
    if isinstance(error, SpoolerDown):
        return PrinterFault.SPOOLER_DOWN
    return PrinterFault.PAUSED if isinstance(error, JobRefused) else PrinterFault.OTHER
