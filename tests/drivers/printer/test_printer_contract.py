"""What every printer backend owes the kiosk."""

from __future__ import annotations

import pytest

from drivers.protocols import PrinterFault, PrinterNeedsHelp, PrinterReady, PrintFailed, PrintProven, PrintUnproven
from tests.drivers.printer.offices import Office, page

MENDABLE = (PrinterFault.PAPER_OUT, PrinterFault.JAM)


def test_ready_and_printed(office: Office) -> None:
    assert office.printer.status() == PrinterReady()
    job = office.start(page("One"))
    outcome = job.outcome()
    assert isinstance(outcome, PrintProven)
    assert outcome.pages == 1
    assert job.progress[0].faults == ()
    assert office.printed() == 1


def test_twice_and_again_after_close(office: Office) -> None:
    assert isinstance(office.start(page("One")).outcome(), PrintProven)
    assert isinstance(office.start(page("Two")).outcome(), PrintProven)
    assert office.printed() == 2
    office.printer.close()
    office.printer.close()


@pytest.mark.parametrize("fault", MENDABLE)
def test_fault_before_is_told_and_waited_for(office: Office, fault: PrinterFault) -> None:
    office.fault(fault)
    status = office.printer.status()
    assert isinstance(status, PrinterNeedsHelp)
    assert status.faults == (fault,)
    job = office.start(page("One"))
    job.until_told(fault)
    assert office.printed() == 0
    office.mend()
    assert isinstance(job.outcome(), PrintProven)
    assert office.printed() == 1
    assert office.printer.status() == PrinterReady()


def test_paper_out_in_the_middle_and_refilled(office: Office) -> None:
    office.fault(PrinterFault.JAM)
    job = office.start(page("One"))
    job.until_told(PrinterFault.JAM)
    office.fault(PrinterFault.PAPER_OUT)
    job.until_told(PrinterFault.PAPER_OUT)
    office.mend()
    assert isinstance(job.outcome(), PrintProven)
    assert office.printed() == 1


def test_nobody_clears_the_jam_and_the_job_never_comes_out_later(office: Office) -> None:
    office.fault(PrinterFault.JAM)
    outcome = office.start(page("Personal"), timeout_s=2).outcome()
    assert isinstance(outcome, PrintFailed)
    assert outcome.fault is PrinterFault.JAM
    office.mend()
    assert isinstance(office.start(page("Next citizen")).outcome(), PrintProven)
    assert office.printed() == 1


def test_printer_dead_before_and_never_back(office: Office) -> None:
    office.fault(PrinterFault.UNREACHABLE)
    status = office.printer.status()
    assert isinstance(status, PrinterNeedsHelp)
    assert status.faults == (PrinterFault.UNREACHABLE,)
    job = office.start(page("One"), timeout_s=2)
    job.until_told(PrinterFault.UNREACHABLE)
    outcome = job.outcome()
    assert isinstance(outcome, PrintFailed)
    assert outcome.fault is PrinterFault.UNREACHABLE
    office.mend()
    assert isinstance(office.start(page("Two")).outcome(), PrintProven)
    assert office.printed() == 1


def test_printer_dead_before_and_back_in_time(office: Office) -> None:
    office.fault(PrinterFault.UNREACHABLE)
    job = office.start(page("One"))
    job.until_told(PrinterFault.UNREACHABLE)
    office.mend()
    assert isinstance(job.outcome(), PrintProven)
    assert office.printed() == 1


def test_printer_dead_in_the_middle_and_back_with_nothing_printed(office: Office) -> None:
    """The spooler says completed; it must never be believed, not the first time and not the second."""
    for _ in range(2):
        office.fault(PrinterFault.JAM)
        job = office.start(page("One"))
        job.until_told(PrinterFault.JAM)
        office.fault(PrinterFault.UNREACHABLE)
        job.until_told(PrinterFault.UNREACHABLE)
        office.mend()
        assert isinstance(job.outcome(), PrintUnproven)
        assert office.printed() == 0
    assert isinstance(office.start(page("Two")).outcome(), PrintProven)
    assert office.printed() == 1


def test_spooler_down(office: Office) -> None:
    office.fault(PrinterFault.SPOOLER_DOWN)
    status = office.printer.status()
    assert isinstance(status, PrinterNeedsHelp)
    assert status.faults == (PrinterFault.SPOOLER_DOWN,)
    outcome = office.start(page("One"), timeout_s=2).outcome()
    assert isinstance(outcome, PrintFailed)
    assert outcome.fault is PrinterFault.SPOOLER_DOWN
    office.mend()
    assert office.printer.status() == PrinterReady()
    assert isinstance(office.start(page("Two")).outcome(), PrintProven)


def test_cancelled_while_it_waits_for_paper(office: Office) -> None:
    office.fault(PrinterFault.PAPER_OUT)
    job = office.start(page("One"))
    job.until_told(PrinterFault.PAPER_OUT)
    job.cancel.set()
    assert isinstance(job.outcome(), PrintFailed)
    office.mend()
    assert isinstance(office.start(page("Two")).outcome(), PrintProven)
    assert office.printed() == 1


@pytest.mark.parametrize("garbage", [b"", b"hello", b"%PDF-1.7 and then nothing of the kind"])
def test_garbage_is_never_proven(office: Office, garbage: bytes) -> None:
    assert isinstance(office.start(garbage, timeout_s=5).outcome(), PrintFailed)
    assert isinstance(office.start(page("Two")).outcome(), PrintProven)
