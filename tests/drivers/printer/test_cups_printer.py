"""What only the real spooler can do to us."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pikepdf
import pytest

from drivers.emulators.cups import PWG_RASTER, PrintRoom
from drivers.printer.cups import CupsPrinter
from drivers.printer.spooler import Spooler, SpoolerDown
from drivers.protocols import (
    Printer,
    PrinterFault,
    PrinterNeedsHelp,
    PrinterReady,
    PrintFailed,
    PrintOutcome,
    PrintProgress,
    PrintProven,
    PrintUnproven,
)
from tests.drivers.printer.offices import Job, eventually, page


def print_now(printer: Printer, words: str = "One", *, timeout_s: float = 20) -> PrintOutcome:
    return printer.print(
        page(words), title="receipt", pages=1, timeout_s=timeout_s, cancel=Event(), on_progress=lambda _: None
    )


@pytest.fixture
def raster_room() -> Iterator[PrintRoom]:
    with PrintRoom(document_format=PWG_RASTER) as room:
        yield room


def test_what_was_printed_is_what_was_sent(room: PrintRoom, printer: CupsPrinter, tmp_path: Path) -> None:
    assert isinstance(print_now(printer, "Collected"), PrintProven)
    (pdf,) = room.printed()
    (tmp_path / "printed.pdf").write_bytes(pdf)
    text = subprocess.run(["pdftotext", str(tmp_path / "printed.pdf"), "-"], check=True, capture_output=True).stdout
    assert b"Collected" in text


def test_a_printer_that_takes_only_raster(raster_room: PrintRoom, tmp_path: Path) -> None:
    """Most office printers. The lost job is found out here too, although the filters have counted its page."""
    room = raster_room
    printer = CupsPrinter(socket_path=room.socket_path, queue=room.queue, device_uri=room.device_uri)
    try:
        assert isinstance(print_now(printer), PrintProven)
        (pdf,) = room.printed()
        (tmp_path / "printed.pdf").write_bytes(pdf)
        with pikepdf.open(tmp_path / "printed.pdf") as printed:
            assert len(printed.pages) == 1
        room.hold()
        job = Job(printer, page("Lost"))
        room.until_busy()
        room.kill_printer()
        room.release()
        room.revive_printer()
        assert isinstance(job.outcome(), PrintUnproven)
        assert len(room.printed_files()) == 1
    finally:
        printer.close()


def test_two_pages_of_three_are_no_proof(printer: CupsPrinter) -> None:
    outcome = printer.print(
        page("One"), title="notice", pages=3, timeout_s=20, cancel=Event(), on_progress=lambda _: None
    )
    assert isinstance(outcome, PrintUnproven)
    assert "1 of 3" in outcome.detail


def test_several_pages_are_counted(printer: CupsPrinter) -> None:
    told: list[PrintProgress] = []
    outcome = printer.print(
        page("One\n#pagebreak()\nTwo"), title="notice", pages=2, timeout_s=20, cancel=Event(), on_progress=told.append
    )
    assert outcome == PrintProven(job=1, pages=2)
    assert all(progress.pages == 2 for progress in told)


def test_somebody_presses_cancel_at_the_printer(room: PrintRoom, printer: CupsPrinter) -> None:
    room.ruin(is_on=True)
    outcome = print_now(printer)
    assert isinstance(outcome, PrintFailed)
    assert "cancelled at the printer" in outcome.detail
    assert room.printed() == ()


@pytest.mark.parametrize(
    ("name", "fault"), [("cover_open", PrinterFault.COVER_OPEN), ("toner_out", PrinterFault.TONER_OUT)]
)
def test_cover_and_toner_are_told_apart(room: PrintRoom, printer: CupsPrinter, name: str, fault: PrinterFault) -> None:
    room.fault(name, is_there=True)
    status = printer.status()
    assert isinstance(status, PrinterNeedsHelp)
    assert status.faults == (fault,)
    job = Job(printer, page("One"))
    job.until_told(fault)
    room.clear()
    assert isinstance(job.outcome(), PrintProven)


def test_absent_printer_is_told_without_asking_it(room: PrintRoom) -> None:
    """A kiosk without IP network cannot ask the printer: cupsd's only sign is a sentence, no state reason."""
    printer = CupsPrinter(socket_path=room.socket_path, queue=room.queue)
    try:
        room.kill_printer()
        assert printer.status() == PrinterReady()  # an idle queue knows nothing
        job = Job(printer, page("One"))
        job.until_told(PrinterFault.UNREACHABLE)
        room.revive_printer()
        assert isinstance(job.outcome(), PrintProven)
    finally:
        printer.close()


def test_stale_fault_of_an_idle_queue_does_not_stop_the_kiosk(room: PrintRoom) -> None:
    """A purged job leaves `media-empty` in the queue until the next job. Nobody could ever clear it."""
    printer = CupsPrinter(socket_path=room.socket_path, queue=room.queue)
    try:
        room.paper(is_in=False)
        assert isinstance(print_now(printer, timeout_s=2), PrintFailed)
        room.paper(is_in=True)
        assert printer.status() == PrinterReady()
        told: list[PrintProgress] = []
        outcome = printer.print(
            page("One"), title="receipt", pages=1, timeout_s=20, cancel=Event(), on_progress=told.append
        )
        assert isinstance(outcome, PrintProven)
        assert all(progress.faults == () for progress in told)
    finally:
        printer.close()


def test_printer_that_never_counts_is_believed_only_while_its_queue_is_clean(room: PrintRoom) -> None:
    printer = CupsPrinter(socket_path=room.socket_path, queue=room.queue, printer_counts=False)
    try:
        assert isinstance(print_now(printer), PrintProven)
        room.hold()
        job = Job(printer, page("Lost"))
        room.until_busy()
        room.kill_printer()
        room.release()
        room.revive_printer()
        assert isinstance(job.outcome(), PrintUnproven)
        # cupsd never takes the reason back: from now on nothing is proven until the queue is made anew.
        assert isinstance(print_now(printer), PrintUnproven)
    finally:
        printer.close()


def test_queue_stopped_by_staff(room: PrintRoom, printer: CupsPrinter) -> None:
    def lpadmin(command: str) -> None:
        subprocess.run([f"/usr/sbin/{command}", "-h", str(room.socket_path), room.queue], check=True)

    lpadmin("cupsdisable")
    status = printer.status()
    assert isinstance(status, PrinterNeedsHelp)
    assert status.faults == (PrinterFault.PAUSED,)
    job = Job(printer, page("One"))
    job.until_told(PrinterFault.PAUSED)
    lpadmin("cupsenable")
    assert isinstance(job.outcome(), PrintProven)
    lpadmin("cupsreject")
    outcome = print_now(printer)
    assert isinstance(outcome, PrintFailed)
    assert outcome.fault is PrinterFault.PAUSED


def test_spooler_dies_in_the_middle_and_would_print_it_twice(room: PrintRoom, printer: CupsPrinter) -> None:
    """cupsd sends an unfinished job again when it returns; the sheet of the first sending may lie in the tray."""
    room.hold()
    job = Job(printer, page("One"))
    room.until_busy()
    eventually(lambda: bool(job.progress), "the first look at the job")
    room.spooler_down()
    job.until_told(PrinterFault.SPOOLER_DOWN)
    room.release()
    eventually(lambda: len(room.printed_files()) == 1, "the sheet of the first sending")
    room.spooler_up()
    outcome = job.outcome()
    assert isinstance(outcome, PrintUnproven)
    assert "a second time" in outcome.detail


def test_spooler_dies_while_it_waits_for_the_printer(room: PrintRoom, printer: CupsPrinter) -> None:
    """Nothing can have come out yet, so the job goes on."""
    room.kill_printer()
    job = Job(printer, page("One"))
    job.until_told(PrinterFault.UNREACHABLE)
    room.spooler_down()
    job.until_told(PrinterFault.SPOOLER_DOWN)
    room.spooler_up()
    room.revive_printer()
    assert isinstance(job.outcome(), PrintProven)
    assert len(room.printed_files()) == 1


def test_spooler_dies_and_the_job_cannot_be_taken_back(room: PrintRoom, printer: CupsPrinter) -> None:
    """It may still come out when the spooler returns: that is a doubt. And it is taken back at the next chance."""
    room.kill_printer()
    job = Job(printer, page("Personal"), timeout_s=3)
    job.until_told(PrinterFault.UNREACHABLE)
    room.spooler_down()
    assert isinstance(job.outcome(), PrintUnproven)
    room.spooler_up()
    assert isinstance(printer.status(), PrinterNeedsHelp)  # and has taken the job back
    room.revive_printer()
    assert isinstance(print_now(printer, "Next"), PrintProven)
    assert len(room.printed_files()) == 1


def test_job_of_a_kiosk_that_crashed_is_taken_back(room: PrintRoom) -> None:
    room.paper(is_in=False)
    crashed = Spooler(socket_path=room.socket_path, queue=room.queue)
    job = crashed.ask("create", timeout_s=5, title="receipt")
    crashed.ask("send", timeout_s=5, job=job, document=page("Personal"))
    eventually(lambda: crashed.ask("job", timeout_s=5, job=job)["state"] == 5, "job in the queue")
    crashed.close()
    printer = CupsPrinter(socket_path=room.socket_path, queue=room.queue, device_uri=room.device_uri)
    try:
        printer.status()
        room.paper(is_in=True)
        assert isinstance(print_now(printer, "Next"), PrintProven)
        assert len(room.printed_files()) == 1
    finally:
        printer.close()


@pytest.mark.parametrize("end", ["proven", "failed", "cancelled"])
def test_nothing_personal_stays_in_the_spool(room: PrintRoom, printer: CupsPrinter, end: str) -> None:
    if end == "proven":
        assert isinstance(print_now(printer, "Canary 610113"), PrintProven)
    else:
        room.fault("jam", is_there=True)
        job = Job(printer, page("Canary 610113"), timeout_s=2 if end == "failed" else 30)
        job.until_told(PrinterFault.JAM)
        if end == "cancelled":
            job.cancel.set()
        assert isinstance(job.outcome(), PrintFailed)
    left = [path.name for path in room.spool_folder.iterdir() if path.is_file()]
    assert left == []
    for path in room.spool_folder.rglob("*"):
        assert path.is_dir() or b"%PDF" not in path.read_bytes()
    page_log = (room.folder / "log/page").read_text() if (room.folder / "log/page").exists() else ""
    assert "610113" not in page_log


def test_libcups_hangs(room: PrintRoom) -> None:
    """cupsd stops answering without closing its socket: the call ends in time and the kiosk learns why."""
    spooler = Spooler(socket_path=room.socket_path, queue=room.queue)
    try:
        assert spooler.ask("queue", timeout_s=5)["state"] == 3
        cupsd = _pid_of(room)
        os.kill(cupsd, signal.SIGSTOP)
        try:
            start = time.monotonic()
            with pytest.raises(SpoolerDown, match="no answer"):
                spooler.ask("queue", timeout_s=0.3)
            assert time.monotonic() - start < 2
        finally:
            os.kill(cupsd, signal.SIGCONT)
        assert spooler.ask("queue", timeout_s=5)["state"] == 3
    finally:
        spooler.close()


def test_libcups_crashes(room: PrintRoom) -> None:
    spooler = Spooler(socket_path=room.socket_path, queue=room.queue)
    try:
        assert spooler.ask("queue", timeout_s=5)["state"] == 3
        assert spooler._child is not None
        os.kill(spooler._child.pid, signal.SIGSEGV)
        with pytest.raises(SpoolerDown):
            spooler.ask("queue", timeout_s=5)
        assert spooler.ask("queue", timeout_s=5)["state"] == 3
    finally:
        spooler.close()


def test_closing_ends_a_call_that_hangs(room: PrintRoom) -> None:
    spooler = Spooler(socket_path=room.socket_path, queue=room.queue)
    cupsd = _pid_of(room)
    os.kill(cupsd, signal.SIGSTOP)
    caught: list[BaseException] = []

    def call() -> None:
        try:
            spooler.ask("queue", timeout_s=60)
        except SpoolerDown as error:
            caught.append(error)

    thread = threading.Thread(target=call)
    try:
        thread.start()
        eventually(lambda: spooler._child is not None, "the child")
        spooler.close()
        thread.join(5)
        assert not thread.is_alive()
        assert len(caught) == 1
    finally:
        os.kill(cupsd, signal.SIGCONT)
        spooler.close()


def test_closing_ends_a_print(room: PrintRoom, printer: CupsPrinter) -> None:
    room.paper(is_in=False)
    job = Job(printer, page("One"))
    job.until_told(PrinterFault.PAPER_OUT)
    printer.close()
    assert isinstance(job.outcome(), PrintUnproven)


def test_child_ends_when_its_kiosk_is_killed(room: PrintRoom) -> None:
    """The pipe's end is the sign: nobody has to tell it."""
    spooler = Spooler(socket_path=room.socket_path, queue=room.queue)
    spooler.ask("queue", timeout_s=5)
    child, pipe = spooler._child, spooler._pipe
    assert child is not None
    assert pipe is not None
    pipe.close()  # what the kernel does for a killed process
    assert child.wait(5) == 0
    spooler._pipe = None
    spooler.close()


def _pid_of(room: PrintRoom) -> int:
    assert room._spooler is not None
    return room._spooler._process.pid
