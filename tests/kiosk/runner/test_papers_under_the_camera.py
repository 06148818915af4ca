"""The papers step with the real watching: sheets as a camera sees them, two pages and no page twice."""

from __future__ import annotations

from pathlib import Path

from drivers.emulators.lens import see
from drivers.emulators.sheets import sheet
from kiosk import events as e
from kiosk.scanning.watch import watch_page
from tests.kiosk.runner.stage import stage
from tests.kiosk.story import card


def test_two_sheets_are_taken_one_after_the_other(tmp_path: Path) -> None:
    lease, letter = see(sheet("lease_contract"), seed=1), see(sheet("residence_proof"), seed=2)
    with stage(tmp_path, watch_page=watch_page) as kiosk:
        kiosk.bench.platen = see(None, seed=3)
        kiosk.does(e.Woken()).screen("home")
        kiosk.bench.card = card()
        kiosk.screen("item").comes_to_papers()
        kiosk.until(lambda: kiosk.runner.preview.take(0) is not None, "the live picture")
        kiosk.bench.sheet = lease
        kiosk.until(lambda: kiosk.pages(0) == 1, "the first page")
        kiosk.bench.sheet = None
        kiosk.until(lambda: "no_page" in repr(kiosk.runner.session.activity), "the empty platen")
        kiosk.bench.sheet = letter
        kiosk.until(lambda: kiosk.pages(0) == 2, "the second page")
        pages = kiosk.runner.session.dossier.materials[0].pages
        assert [page.page_id for page in pages] == [1, 2]
        assert pages[0].sha256 != pages[1].sha256
        assert all(page.faults == () for page in pages)
        kiosk.does(e.BackTapped(), e.LeaveTapped())
        kiosk.until(kiosk.runner.is_quiet, "the lanes at rest")
        assert kiosk.runner.preview.take(0) is None
