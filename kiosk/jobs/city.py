"""Link lane: the live questions to the city, through the courier."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable

import pikepdf

from kiosk.effects import AskProgress, FetchAndPrintNotice
from kiosk.events import Failed, ProgressTold
from kiosk.lanes import Job, Tell
from kiosk.link import LinkError, NotReady, UnknownCode
from kiosk.parts import Link
from kiosk.problems import Problem
from paper.render import Rendered


def ask_progress(link: Link, effect: AskProgress) -> Job:
    def job(_cancel: threading.Event, tell: Tell) -> None:
        try:
            cases = link.progress(
                filing_number=effect.filing_number,
                progress_code=effect.progress_code,
                citizen_number=effect.citizen_number,
                language=effect.language,
            )
        except LinkError as error:
            tell(Failed(of_link_error(error)))
        else:
            tell(ProgressTold(cases))

    return job


def fetch_notice(link: Link, effect: FetchAndPrintNotice, *, then: Callable[[Rendered], None]) -> Job:
    """`then` is called on this lane with the notice, unless nobody waits for it any more."""

    def job(cancel: threading.Event, tell: Tell) -> None:
        try:
            pdf = link.notice(
                effect.case_number,
                filing_number=effect.filing_number,
                progress_code=effect.progress_code,
                citizen_number=effect.citizen_number,
            )
        except LinkError as error:
            tell(Failed(of_link_error(error)))
            return
        if not cancel.is_set():
            then(Rendered(pdf, _pages(pdf)))

    return job


def of_link_error(error: LinkError) -> Problem:
    if isinstance(error, UnknownCode):
        return Problem.CODE_UNKNOWN
    if isinstance(error, NotReady):
        return Problem.NOTICE_NOT_READY
    return Problem.CITY_UNREACHABLE


def _pages(pdf: bytes) -> int:
    """The printer is believed only when it has counted as many."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)
