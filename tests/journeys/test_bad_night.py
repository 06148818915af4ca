"""A night on which everything fails between the last touch and the city, on the real window with real processes."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from scripts.visit.display import VirtualDisplay
from scripts.visit.installation import PORTRAIT
from scripts.visit.machine import Machine
from scripts.visit.plan import DEFAULT, load_visit
from scripts.visit.programs import wait_for
from scripts.visit.story import Story

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def cases(machine: Machine) -> int:
    database = machine.city_database.removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as city:
        return int(city.execute('SELECT count(*) FROM "case"').fetchone()[0])


def packets(machine: Machine) -> list[Path]:
    return [path for path in machine.spool.iterdir() if path.is_dir() and not path.name.startswith(".")]


def test_no_network_no_paper_and_a_courier_killed_twice_still_make_one_case(tmp_path: Path) -> None:
    with (
        VirtualDisplay(width=PORTRAIT.width_px, height=PORTRAIT.height_px) as display,
        Machine(display=display.name) as machine,
    ):
        story = Story(machine, load_visit(DEFAULT), base=DEFAULT.parent, results=tmp_path, tell=lambda _stage: None)
        story.fill_in()

        machine.world.network("cut")
        machine.world.paper(is_in=False)
        story.sign_and_send()
        wait_for(lambda: packets(machine), what="the packet in the spool", timeout_s=30, programs=machine.running())
        machine.world.paper(is_in=True)
        receipt = story.take_receipt()
        story.leave()
        assert cases(machine) == 0
        assert len(packets(machine)) == 1

        machine.programs["courier"].kill()
        machine.world.network("break", after=200_000)
        machine.world.network("up")
        sent_before = machine.world.state()["sent_bytes"]
        machine.start_courier()
        wait_for(
            lambda: machine.world.state()["sent_bytes"] - sent_before > 100_000,
            what="the courier at work",
            timeout_s=60,
            programs=machine.running(),
        )
        machine.programs["courier"].kill()
        machine.start_courier()

        with story.clerk() as clerk:
            story.pass_at_window(clerk)
            assert receipt.number in clerk.text_of(story.outcome.case_number)
        wait_for(lambda: not packets(machine), what="the spool empty", timeout_s=60, programs=machine.running())
        assert cases(machine) == 1
