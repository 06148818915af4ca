"""The main job, whole: real window, real touches, real daemons, a real browser at the window of the city."""

from __future__ import annotations

from pathlib import Path

import pytest

from paper.codes import NoticeCode, ReceiptCode
from scripts.visit import report
from scripts.visit.display import VirtualDisplay
from scripts.visit.installation import PORTRAIT, PROJECT
from scripts.visit.machine import Machine
from scripts.visit.plan import DEFAULT, VISITS, load_visit
from scripts.visit.story import Outcome, Story

PHOTOGRAPHS = PROJECT.parent / "shared" / "scanbench" / "photos"

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def tell(plan: Path, *, results: Path) -> Outcome:
    with (
        VirtualDisplay(width=PORTRAIT.width_px, height=PORTRAIT.height_px) as display,
        Machine(display=display.name) as machine,
    ):
        story = Story(machine, load_visit(plan), base=plan.parent, results=results, tell=lambda _stage: None)
        outcome = story.tell()
        assert not list(machine.spool.glob("*-*")), "a delivered packet still lies in the spool"
    return outcome


def test_one_citizen_from_the_first_touch_to_the_delivered_result(tmp_path: Path) -> None:
    outcome = tell(DEFAULT, results=tmp_path)
    assert report.faults(outcome) == []
    assert outcome.receipt is not None
    assert isinstance(outcome.receipt.code, ReceiptCode)
    assert outcome.notice is not None
    assert isinstance(outcome.notice.code, NoticeCode)
    assert outcome.notice.code.case_number == outcome.case_number
    assert outcome.final_state == "已送达"


@pytest.mark.skipif(not PHOTOGRAPHS.is_dir(), reason="the real photographs are not on this machine")
def test_real_photographs_and_english(tmp_path: Path) -> None:
    outcome = tell(VISITS / "photographs.toml", results=tmp_path)
    assert report.faults(outcome) == []
