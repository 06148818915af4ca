"""From what a part raises to what a citizen is told."""

from __future__ import annotations

import pytest

from drivers.errors import (
    Cancelled,
    CardRemoved,
    CardUnreadable,
    DeviceAbsent,
    DeviceBusy,
    DeviceGarbled,
    DeviceTimeout,
)
from drivers.protocols import PrinterFault
from kiosk.jobs.city import of_link_error
from kiosk.link import CityUnreachable, LinkDown, LinkError, NotReady, UnknownCode
from kiosk.problems import TABLE, Answer, Problem, of_camera_error, of_card_error, of_printer_fault


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (CardRemoved("sam", ""), Problem.CARD_REMOVED),
        (CardUnreadable("sam", "", reason="wrong_kind"), Problem.CARD_WRONG_KIND),
        (CardUnreadable("sam", "", reason="read_failed"), Problem.CARD_UNREADABLE),
        (DeviceGarbled("sam", ""), Problem.CARD_UNREADABLE),
        (DeviceAbsent("sam", ""), Problem.CARD_READER_OUT),
        (DeviceBusy("sam", ""), Problem.CARD_READER_OUT),
    ],
)
def test_errors_of_a_card_reader(error: Exception, problem: Problem) -> None:
    assert of_card_error(error) is problem  # type: ignore[arg-type]  # all are device errors


@pytest.mark.parametrize("kind", [DeviceAbsent, DeviceBusy, DeviceTimeout, DeviceGarbled])
def test_a_camera_that_does_not_see_is_out(kind: type[DeviceAbsent]) -> None:
    assert of_camera_error(kind("camera", "")) is Problem.CAMERA_OUT


def test_a_cancelled_watch_is_no_problem() -> None:
    with pytest.raises(ValueError, match="not a problem"):
        of_camera_error(Cancelled("camera", ""))


@pytest.mark.parametrize("fault", PrinterFault)
def test_every_fault_of_a_printer_has_its_problem(fault: PrinterFault) -> None:
    assert of_printer_fault(fault).value.startswith("K30")


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        (LinkDown, Problem.CITY_UNREACHABLE),
        (CityUnreachable, Problem.CITY_UNREACHABLE),
        (UnknownCode, Problem.CODE_UNKNOWN),
        (NotReady, Problem.NOTICE_NOT_READY),
    ],
)
def test_errors_of_the_link(kind: type[LinkError], problem: Problem) -> None:
    assert of_link_error(kind("")) is problem


@pytest.mark.parametrize("problem", Problem)
def test_no_problem_is_a_dead_end(problem: Problem) -> None:
    answers = TABLE[problem].answers
    assert len(set(answers)) == len(answers) >= 2
    assert {Answer.LATER, Answer.LEAVE} & set(answers), "there is always a way on or out"
