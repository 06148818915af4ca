"""`make run`: everything at once. With a display it stays open; without one a visit is made and reported."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from config.load import load_catalogue
from scripts.visit import report
from scripts.visit.accounts import PASSWORD, SUPERVISOR, make_accounts
from scripts.visit.display import VirtualDisplay, size_of
from scripts.visit.installation import LANDSCAPE, PORTRAIT, PROJECT, Screen
from scripts.visit.machine import Machine
from scripts.visit.plan import DEFAULT, PlanWrong, load_visit
from scripts.visit.programs import Program, StageFailed
from scripts.visit.story import Stage, Story

DOCK_WIDTH = 560
DESKTOP_EDGE = 80  # what panels and title bars of a desktop may take
RESULTS = PROJECT / "var" / "visit"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--visit", type=Path, default=DEFAULT, help="TOML of the visit, see scripts/visits")
    parser.add_argument("--landscape", action="store_true", help="1920x1080 instead of 1080x1920")
    parser.add_argument("--no-window", action="store_true", help="make the scripted visit although there is a display")
    parser.add_argument("--stay", action="store_true", help="keep everything running after the scripted visit")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    screen = LANDSCAPE if arguments.landscape else PORTRAIT
    display = os.environ.get("DISPLAY", "")
    try:
        if display and not arguments.no_window:
            return show(display, screen)
        visit = load_visit(arguments.visit)
        with (
            results_folder() as results,
            VirtualDisplay(width=screen.width_px, height=screen.height_px) as virtual,
            Machine(display=virtual.name, screen=screen) as machine,
        ):
            story = Story(machine, visit, base=arguments.visit.parent, results=results, tell=say)
            code = make_visit(machine, story, results=results)
            if arguments.stay:
                stay(machine)
            return code
    except (StageFailed, PlanWrong) as failure:
        print(f"run: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def make_visit(machine: Machine, story: Story, *, results: Path) -> int:
    """The scripted visit and its report. 0 only when the case lies at the right window and the notice names it."""
    print(f"run: everything stands; first screen after {machine.first_screen_s:.1f} s", flush=True)
    try:
        outcome = story.tell()
    except StageFailed:
        with contextlib.suppress(OSError):
            machine.probe.screenshot(results / "failed.png")
        print(f"run: the screen at that moment: {results / 'failed.png'}", file=sys.stderr)
        raise
    print(f"\n{report.table(outcome)}\n\n{report.files(outcome, staff_page=f'{machine.city_url}/staff/')}\n")
    wrong = report.faults(outcome)
    for fault in wrong:
        print(f"run: {fault}", file=sys.stderr)
    if not wrong:
        print(f"run: case {outcome.case_number} lies at window {outcome.window}, and the printed notice names it")
    return 1 if wrong else 0


def show(display: str, screen: Screen) -> int:
    """The window and its dock beside it, until one of them is closed."""
    width, height = size_of(display)
    fitted = screen.fitted(width - DOCK_WIDTH, height - DESKTOP_EDGE)
    with Machine(display=display, screen=fitted) as machine:
        dock = Program(
            "dock",
            [
                sys.executable, "-m", "ui.dock", "--world", str(machine.world_socket),
                "--left", str(fitted.width_px), "--width", str(width - fitted.width_px),
                "--height", str(fitted.height_px),
            ],
            log=machine.folder / "logs" / "dock.log",
            environment={"DISPLAY": display},
            cwd=PROJECT,
        )  # fmt: skip
        machine.programs["dock"] = dock
        windows = tuple(load_catalogue(PROJECT / "config").localities)
        # Passwords are slow to hash on purpose: nobody has to wait for 22 of them.
        making = threading.Thread(target=make_accounts, args=(machine.city_database,), kwargs={"windows": windows})
        making.start()
        print(f"run: the kiosk is open, the dock beside it; the staff page is {machine.city_url}/staff/")
        print(f"run: sign in there as {SUPERVISOR} or clerk-<window> ({', '.join(windows)}), password {PASSWORD}")
        stay(machine)
        making.join()
    return 0


def stay(machine: Machine) -> None:
    print("run: Ctrl-C ends everything", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        while not machine.is_ended:
            time.sleep(0.5)


def say(stage: Stage) -> None:
    print(f"run: {stage.name} ({stage.seconds:.1f} s){f': {stage.note}' if stage.note else ''}", flush=True)


@contextlib.contextmanager
def results_folder(folder: Path = RESULTS) -> Iterator[Path]:
    """`folder`, emptied, for one visit alone. Raises StageFailed while another visit of this tree writes there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StageFailed(f"another visit is running and writes to {folder}; try again when it has ended") from None
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        yield folder


if __name__ == "__main__":
    sys.exit(main())
