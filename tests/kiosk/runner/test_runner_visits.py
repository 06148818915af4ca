"""Visits through the real runner: lanes, simulated devices, outbox and paper."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pikepdf
import pytest
import segno

from drivers.protocols import Image, PrinterFault, ReadStage
from kiosk import events as e
from kiosk.dossier import RECEIPT_OFFERED_FOR
from kiosk.problems import Problem
from kiosk.runner import Runner
from kiosk.session import ReadingCard
from paper.codes import ReceiptCode
from tests.kiosk.runner.stage import Stage, stage
from tests.kiosk.story import FILING, card, case

LIFT = ReadingCard(ReadStage.LIFT_CARD)
WAITING = ReadingCard(ReadStage.WAITING)


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Stage]:
    with stage(tmp_path) as set_up:
        yield set_up


def begin(kiosk: Stage) -> Stage:
    kiosk.does(e.Woken()).screen("home")
    kiosk.bench.card = card()
    return kiosk.screen("item")


def two_pages() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.add_blank_page()
        document.save(out)
    return out.getvalue()


def sheet_with(text: str) -> Image:
    """A sheet with a QR code as the camera sees it."""
    dots = np.array([list(row) for row in segno.make(text).matrix], np.uint8)
    code = np.kron(1 - np.pad(dots, 4), np.ones((8, 8), np.uint8)) * 255
    seen = np.full((960, 1280, 3), 235, np.uint8)
    seen[100 : 100 + code.shape[0], 200 : 200 + code.shape[1]] = code[:, :, None]
    return seen


def test_a_visit_from_the_card_on_home_to_the_wipe(kiosk: Stage) -> None:
    begin(kiosk).comes_to_sign().signs().screen("notice")
    assert len(kiosk.bench.printed) == 1
    assert kiosk.bench.printed[0].startswith(b"%PDF")
    assert kiosk.runner.session.dossier.receipt == "proven"
    assert kiosk.runner.session.dossier.identity is None, "after sealing nobody needs to know who it was"
    kiosk.does(e.FinishTapped()).screen("done").does(e.FinishTapped()).screen("attract")
    assert kiosk.runner.session.number == 2


def test_a_proven_receipt_is_noted_and_not_offered_again(kiosk: Stage) -> None:
    begin(kiosk).comes_to_sign().signs().screen("notice")
    kiosk.until(lambda: kiosk.outbox.unproven_receipt() is None, "the note in the outbox")
    assert kiosk.city.pokes == 1


def test_a_card_left_on_the_reader_does_not_begin_the_next_visit(kiosk: Stage) -> None:
    begin(kiosk).does(e.LeaveTapped()).screen("attract").does(e.Woken())
    kiosk.until(lambda: kiosk.runner.session.activity == LIFT, "the reader to ask for the card to be lifted")
    kiosk.screen("home")
    kiosk.bench.card = None
    kiosk.until(lambda: kiosk.runner.session.activity == WAITING, "the card lifted")
    kiosk.bench.card = card(name="王虚构")
    kiosk.screen("item")


def test_card_taken_away_while_reading(tmp_path: Path) -> None:
    with stage(tmp_path, reading_s=5.0) as kiosk:
        kiosk.does(e.Woken(), e.JourneyChosen("apply"))
        kiosk.bench.card = card()
        kiosk.until(lambda: kiosk.runner.session.activity == ReadingCard(ReadStage.READING), "the reader reading")
        kiosk.bench.card = None
        kiosk.problem(Problem.CARD_REMOVED).answers("retry").screen("card")


def test_unreadable_card(kiosk: Stage) -> None:
    kiosk.does(e.Woken(), e.JourneyChosen("apply"))
    kiosk.bench.card_unreadable = "read_failed"
    kiosk.problem(Problem.CARD_UNREADABLE)
    kiosk.bench.card_unreadable = ""
    kiosk.answers("retry")
    kiosk.bench.card = card()
    kiosk.screen("item")


def test_reader_unplugged_and_plugged_in_again(kiosk: Stage) -> None:
    kiosk.bench.reader_plugged = False
    kiosk.does(e.Woken(), e.JourneyChosen("apply")).problem(Problem.CARD_READER_OUT)
    kiosk.bench.reader_plugged = True
    kiosk.answers("retry")
    kiosk.bench.card = card()
    kiosk.screen("item")


def test_camera_unplugged_and_plugged_in_again(kiosk: Stage) -> None:
    begin(kiosk)
    kiosk.bench.camera_plugged = False
    kiosk.comes_to_papers().problem(Problem.CAMERA_OUT)
    kiosk.bench.camera_plugged = True
    kiosk.answers("retry").until(lambda: kiosk.pages(0) > 0, "a page")


def test_paper_out_before_the_receipt_and_filled_up(kiosk: Stage) -> None:
    begin(kiosk).comes_to_sign()
    kiosk.bench.printer_faults = (PrinterFault.PAPER_OUT,)
    kiosk.signs().problem(Problem.PRINTER_PAPER_OUT).screen("receipt")
    kiosk.bench.printer_faults = ()
    kiosk.screen("notice").problem(None)
    assert len(kiosk.bench.printed) == 1


def test_printer_dead_and_the_citizen_goes_on(kiosk: Stage) -> None:
    begin(kiosk).comes_to_sign()
    kiosk.bench.printer_faults = (PrinterFault.SPOOLER_DOWN,)
    kiosk.signs().problem(Problem.PRINTER_OUT).answers("later").screen("notice")
    assert kiosk.runner.session.dossier.filing is not None
    kiosk.until(lambda: kiosk.outbox.unproven_receipt() is None, "the note in the outbox")


def test_disk_full_while_sealing(tmp_path: Path) -> None:
    with stage(tmp_path, reserve_bytes=1 << 60) as kiosk:
        begin(kiosk).comes_to_sign().signs().problem(Problem.DISK_FULL)
        assert [entry.name for entry in (tmp_path / "spool").iterdir() if entry.name != ".lock"] == []


def test_the_notice_comes_out_while_the_citizen_waits(kiosk: Stage) -> None:
    begin(kiosk).comes_to_sign().signs().screen("notice")
    filing = kiosk.runner.session.dossier.filing
    assert filing is not None
    kiosk.until(lambda: kiosk.runner.session.notice == "sending", "the first answer of the city")
    kiosk.city.notice_pdf = two_pages()
    kiosk.city.cases = (case(filing_number=filing.filing_number, notice_number="N-1"),)
    kiosk.waits(5).until(lambda: kiosk.runner.session.notice == "printed", "the notice on paper")
    assert kiosk.bench.printed[1] == kiosk.city.notice_pdf


def test_city_down_while_the_citizen_waits(kiosk: Stage) -> None:
    kiosk.city.is_up = False
    begin(kiosk).comes_to_sign().signs().screen("notice")
    kiosk.until(lambda: kiosk.runner.session.notice == "unreachable", "no answer of the city").problem(None)


def test_progress_by_the_code_under_the_camera(kiosk: Stage) -> None:
    kiosk.city.cases = (case(notice_number="N-1"),)
    kiosk.city.notice_pdf = two_pages()
    kiosk.does(e.Woken(), e.JourneyChosen("progress"))
    kiosk.until(lambda: kiosk.runner.preview.take(0) is not None, "the live picture")
    kiosk.bench.sheet = sheet_with("https://example.invalid/")
    kiosk.problem(Problem.CODE_UNKNOWN)
    kiosk.bench.sheet = sheet_with(ReceiptCode(FILING.filing_number, FILING.progress_code).encode())
    kiosk.answers("retry").screen("case")
    assert kiosk.runner.preview.take(0) is None
    kiosk.does(e.NoticePrintTapped("C-1")).until(lambda: len(kiosk.bench.printed) == 1, "the notice on paper")
    kiosk.does(e.FinishTapped()).screen("attract")


def test_city_down_in_progress(kiosk: Stage) -> None:
    kiosk.city.is_up = False
    kiosk.bench.sheet = sheet_with(ReceiptCode(FILING.filing_number, FILING.progress_code).encode())
    kiosk.does(e.Woken(), e.JourneyChosen("progress")).problem(Problem.CITY_UNREACHABLE)
    kiosk.city.is_up = True
    kiosk.city.cases = (case(),)
    kiosk.answers("retry").screen("case")


def test_the_guide_is_printed(kiosk: Stage) -> None:
    begin(kiosk).does(e.ItemChosen("610109001"), e.LocalityChosen("changan"), e.GuidePrintTapped())
    kiosk.until(lambda: len(kiosk.bench.printed) == 1, "the guide on paper").screen("guide")


def test_a_bug_in_a_part_is_told_and_logged_without_what_the_citizen_brought(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_a: object, **_k: object) -> None:
        raise RuntimeError("李甜甜 610102199003070024")

    with stage(tmp_path, watch_page=breaks) as kiosk:
        begin(kiosk).comes_to_papers().problem(Problem.UNEXPECTED)
        assert not kiosk.runner.session.dossier.materials[0].pages
    crashes = [row.getMessage() for row in caplog.records if row.levelno >= logging.ERROR]
    assert len(crashes) == 1
    assert "lane_crashed lane=camera error=RuntimeError" in crashes[0]
    assert "李甜甜" not in caplog.text
    assert "610102199003070024" not in caplog.text


def test_preview_shows_nothing_of_the_last_citizen_after_the_wipe(kiosk: Stage) -> None:
    kiosk.does(e.Woken(), e.JourneyChosen("progress"))
    kiosk.until(lambda: kiosk.runner.preview.take(0) is not None, "the live picture")
    kiosk.does(e.LeaveTapped())
    kiosk.until(lambda: kiosk.runner.is_quiet(), "the lanes at rest")
    assert kiosk.runner.preview.take(0) is None


def test_every_change_is_told_and_a_tick_that_changes_nothing_but_time_too(kiosk: Stage) -> None:
    seen: list[int] = []
    kiosk.runner.on_change(lambda session: seen.append(session.number))
    kiosk.does(e.Woken(), e.LeaveTapped(), e.FinishTapped())
    assert seen == [1, 2]


@pytest.mark.parametrize(("age", "is_offered"), [(timedelta(minutes=1), True), (RECEIPT_OFFERED_FOR * 2, False)])
def test_after_a_crash_the_receipt_is_offered_for_a_quarter_of_an_hour(
    kiosk: Stage, age: timedelta, is_offered: bool
) -> None:
    begin(kiosk).comes_to_sign()
    kiosk.bench.printer_faults = (PrinterFault.PAPER_OUT,)
    kiosk.signs().problem(Problem.PRINTER_PAPER_OUT)
    kiosk.clock.wall += age  # the process dies here; the outbox is what is left
    again = Runner(kiosk.runner.parts, wake=lambda: None)
    try:
        assert (again.session.found is not None) is is_offered
    finally:
        again.close()
