"""Figures of one whole visit on the real window: `scripts/bench visit`.

Times are what a citizen or a clerk would wait, taken from outside the processes; each stands beside the load of the
machine, because they share it with everything else.
"""

from __future__ import annotations

import contextlib
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Self

from drivers.emulators import cards
from drivers.idcard import sam_commands, sam_framing
from scripts.visit.display import VirtualDisplay
from scripts.visit.eye import Eye
from scripts.visit.fingers import Fingers
from scripts.visit.installation import PORTRAIT, PROJECT
from scripts.visit.machine import Machine
from scripts.visit.plan import DEFAULT, load_visit
from scripts.visit.story import Stage, Story

PAGE = PROJECT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- scripts/bench visit -->", "<!-- end of scripts/bench visit -->"
TOUCHES, REST_S = 40, 0.2
BAUD, BITS_PER_BYTE = 115200, 10


@dataclass
class Figures:
    """Rows of the table: what, how much, machine load when it was measured."""

    rows: list[tuple[str, str, float]] = field(default_factory=list)

    def add(self, what: str, value: str) -> None:
        self.rows.append((what, value, os.getloadavg()[0]))


class CaseWatch(threading.Thread):
    """Notes when the city has committed its first case."""

    def __init__(self, database: str) -> None:
        super().__init__(name="case-watch", daemon=True)
        self._database = database.removeprefix("sqlite:///")
        self._over = threading.Event()
        self.arrived_s: float | None = None

    def run(self) -> None:
        with contextlib.closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)) as city:
            while self.arrived_s is None and not self._over.wait(0.01):
                if city.execute('SELECT count(*) FROM "case"').fetchone()[0]:
                    self.arrived_s = time.monotonic()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()


def main() -> int:
    figures = Figures()
    visit = load_visit(DEFAULT)
    with (
        tempfile.TemporaryDirectory() as results,
        VirtualDisplay(width=PORTRAIT.width_px, height=PORTRAIT.height_px) as display,
        Machine(display=display.name) as machine,
        CaseWatch(machine.city_database) as case,
    ):
        figures.add("start of the kiosk to its first screen", f"{machine.first_screen_s:.2f} s")
        story = Story(machine, visit, base=DEFAULT.parent, results=Path(results), tell=_say, presses_again=True)
        touches_s = sorted(touch_to_paint(machine))
        figures.add(
            "touch to paint, p50 / p95",
            f"{touches_s[len(touches_s) // 2] * 1000:.0f} / {touches_s[int(len(touches_s) * 0.95)] * 1000:.0f} ms"
            f" of {len(touches_s)}",
        )
        story.fill_in()
        story.submit()
        line_s = line_seconds(visit.card)
        figures.add(
            "card on the reader to the next screen",
            f"{story.card_s:.2f} s = {story.card_s / line_s:.1f} x the line's {line_s * 1000:.0f} ms",
        )
        figures.add(
            "capture pressed to page judged and kept, median",
            f"{statistics.median(story.captures_s):.2f} s of {len(story.captures_s)}",
        )
        figures.add("submit to the receipt's last byte at the printer", f"{story.receipt_s:.2f} s")
        with story.clerk() as clerk:
            story.pass_at_window(clerk)
        assert case.arrived_s is not None
        figures.add("submit to the case committed at its window", f"{case.arrived_s - story.submitted_s:.2f} s")
        for name in ("kiosk", "courier", "city"):
            figures.add(f"peak memory, {name}", f"{peak_memory_mb(machine.programs[name].pid):.0f} MB")
    text = table(figures)
    print(text)
    write(PAGE, text)
    return 0


def touch_to_paint(machine: Machine) -> list[float]:
    """Seconds from an injected touch to the first changed pixel of the button, as a camera in front would see it.

    The finger slides off before it is lifted, so nothing is set off.
    """
    fingers = Fingers(machine)
    fingers.until_screen("attract")
    button = fingers.find("attract.begin")
    x, y = round(button.x + button.width / 8), round(button.y + button.height / 2)
    patch = (x, y, 8, 8)
    samples = []
    with Eye(machine.display) as eye:
        for _ in range(TOUCHES):
            eye.move(x + 30, y)
            time.sleep(REST_S)
            before = eye.pixels(*patch)
            touched_s = time.monotonic()
            eye.press(is_down=True)
            eye.until_changed(patch, before)
            samples.append(time.monotonic() - touched_s)
            pressed = eye.pixels(*patch)
            eye.move(x, round(button.y) - 60)
            eye.press(is_down=False)
            eye.until_changed(patch, pressed)
    return samples


def line_seconds(card: str) -> float:
    """How long the bytes of one read take on the serial line, both ways, with nothing in between."""
    emulated = cards.emulated(cards.CARDS[card])
    answers = {
        sam_commands.FIND: bytes(4),
        sam_commands.SELECT: bytes(8),
        sam_commands.READ: bytes(4) + emulated.text + emulated.photo,
        sam_commands.APPENDED_ADDRESS: emulated.appended_address,
    }
    size = sum(len(command.frame) + len(sam_framing.reply(0, data)) for command, data in answers.items())
    return size * BITS_PER_BYTE / BAUD


def peak_memory_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def table(figures: Figures) -> str:
    head = (
        f"Measured on {date.today().isoformat()} with `scripts/bench visit`: {os.cpu_count()} cores, "
        f"{platform.machine()}, software rendering (llvmpipe) at {PORTRAIT.width_px}x{PORTRAIT.height_px} under Xvfb, "
        "every process on the same machine.\n\n| what | figure | load |\n|---|---|---|\n"
    )
    return head + "".join(f"| {what} | {value} | {load:.1f} |\n" for what, value, load in figures.rows)


def write(page: Path, text: str) -> None:
    """Replace our section of the page, or add it at the end."""
    whole = page.read_text() if page.exists() else "# Benchmarks\n"
    section = f"{BEGIN}\n{text}{END}\n"
    if BEGIN in whole:
        before, _, rest = whole.partition(BEGIN)
        whole = before + section + rest.partition(f"{END}\n")[2]
    else:
        whole = f"{whole.rstrip()}\n\n## One visit\n\n{section}"
    page.write_text(whole)


def _say(stage: Stage) -> None:
    print(f"bench: {stage.name} ({stage.seconds:.1f} s)", flush=True)


if __name__ == "__main__":
    sys.exit(main())
