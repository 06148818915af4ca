"""What a printer's words prove: pure functions from what cupsd says to faults and outcomes.

CUPS says `completed` also when the printer lost its power in the middle and nothing came out; these functions know
what else must be true. Measured with cups 2.4.2, see the decision record "Proof of print".
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from drivers.protocols import PrinterFault, PrintFailed, PrintOutcome, PrintProven, PrintUnproven


class JobState(enum.IntEnum):
    """RFC 8011, section 5.3.7."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


QUEUE_PROCESSING = 4
"""`printer-state` of a queue while its backend runs."""

QUEUE_STOPPED = 5
"""`printer-state` of a queue that prints nothing until somebody resumes it."""


@dataclass(frozen=True)
class JobView:
    """One look at a job. `counted` are the pages that the printer says it put out, `reasons` those of its queue.

    `started_at` is when cupsd last began to send it (its own clock, seconds).
    """

    state: int
    started_at: int
    reasons: frozenset[str]
    message: str
    counted: int


def outcome(
    view: JobView, *, job: int, pages: int, before: frozenset[str], taken_at: int | None, printer_counts: bool
) -> PrintOutcome | None:
    """How the job ended, or None while it should be waited for. `before` are the queue's reasons from before the job.

    `taken_at` is the `started_at` of the sending that the printer took or may have taken, None when it cannot have.
    `printer_counts` False: this printer never counts pages, so their number proves nothing.
    """
    if taken_at is not None and view.started_at != taken_at:
        # A restarted cupsd sends a job again that the printer may have printed already (measured: two originals).
        return PrintUnproven(job, "the spooler started again and sent the job a second time")
    if view.state == JobState.COMPLETED:
        doubts = _doubts(view, pages=pages, before=before, printer_counts=printer_counts)
        return PrintUnproven(job, "; ".join(doubts)) if doubts else PrintProven(job, pages)
    if view.state == JobState.CANCELED:
        return PrintFailed(PrinterFault.OTHER, f"cancelled at the printer: {view.message}", job)
    if view.state in (JobState.ABORTED, JobState.STOPPED):
        return PrintFailed(PrinterFault.OTHER, f"given up by the spooler: {view.message}", job)
    return None


def _doubts(view: JobView, *, pages: int, before: frozenset[str], printer_counts: bool) -> tuple[str, ...]:
    doubts = [f"new state reason {reason}" for reason in sorted(view.reasons - before) if _is_doubt(reason)]
    if printer_counts and view.counted < pages:
        doubts.append(f"the printer counted {view.counted} of {pages} pages")
    # The reason is never taken back by itself: once it is there, a second loss changes nothing that could be seen.
    if not printer_counts and any("missing-job-history" in reason for reason in view.reasons & before):
        doubts.append("the queue already lost a job: recreate it")
    return tuple(doubts)


def _is_doubt(reason: str) -> bool:
    return "missing-job-history" in reason or bool(faults([reason]))


_FAULTS = {
    "media-empty": PrinterFault.PAPER_OUT,
    "media-needed": PrinterFault.PAPER_OUT,
    "input-tray-missing": PrinterFault.PAPER_OUT,
    "media-jam": PrinterFault.JAM,
    "cover-open": PrinterFault.COVER_OPEN,
    "door-open": PrinterFault.COVER_OPEN,
    "interlock-open": PrinterFault.COVER_OPEN,
    "toner-empty": PrinterFault.TONER_OUT,
    "marker-supply-empty": PrinterFault.TONER_OUT,
    "developer-empty": PrinterFault.TONER_OUT,
    "offline": PrinterFault.UNREACHABLE,
    "shutdown": PrinterFault.UNREACHABLE,
    "timed-out": PrinterFault.UNREACHABLE,
    "paused": PrinterFault.PAUSED,
    "moving-to-paused": PrinterFault.PAUSED,
}
"""IPP `printer-state-reasons` without their severity. Severities lie: ippeveprinter calls an empty tray a report."""


def faults(reasons: Iterable[str]) -> tuple[PrinterFault, ...]:
    """The faults that state reasons tell of, each once, in the order of `PrinterFault`."""
    found = set()
    for reason in reasons:
        keyword, _, severity = reason.rpartition("-")
        if severity not in ("report", "warning", "error"):
            keyword, severity = reason, ""
        if keyword in _FAULTS:
            found.add(_FAULTS[keyword])
        elif severity == "error":
            found.add(PrinterFault.OTHER)
    return tuple(fault for fault in PrinterFault if fault in found)


def is_taken(view: JobView) -> bool:
    """The printer has taken the job, so the reasons are its own and not those of an earlier job."""
    return view.state == JobState.PROCESSING and "cups-waiting-for-job-completed" in view.reasons


def is_unreachable(message: str) -> bool:
    """CUPS gives an absent printer no state reason at all, only one of these sentences of its ipp backend."""
    words = ("may not exist or is unavailable", "not responding", "unreachable", "Unable to locate printer")
    return any(word in message for word in words)
