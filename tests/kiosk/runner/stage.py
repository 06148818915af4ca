"""A stage for the runner: real lanes, simulated devices on a bench, a real outbox, real paper, a standing clock.

Only the city is played: it is another machine.
"""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from PIL import Image

from config.schema import Bilingual, Centre
from drivers.barcode.zxing_decoder import ZxingDecoder
from drivers.bench import Bench
from drivers.camera.simulated import SimulatedCamera
from drivers.idcard.simulated import SimulatedIdCardReader
from drivers.printer.simulated import SimulatedPrinter
from drivers.protocols import DocumentCamera
from kiosk import events as e
from kiosk.events import CaseProgress
from kiosk.link import CityUnreachable, NotReady
from kiosk.outbox import Outbox
from kiosk.parts import Parts
from kiosk.problems import Problem
from kiosk.runner import Runner
from kiosk.scanning.captured import CapturedPage
from kiosk.steps import current
from tests.filings import make_keys, open_outbox
from tests.kiosk.story import ANSWERS, NOON, RESIDENCE_PERMIT, SIGNATURE, catalogue

PATIENCE_S = 40.0
CENTRE = Centre(
    name=Bilingual("西安航空基地政务服务中心", "Xi'an Aviation Base Service Centre"),
    locality="hangkong",
    address=Bilingual("蓝天路2号", "2 Lantian Road"),
    first_responsible="值班长",
    phone="029-81664314",
)


@dataclass
class StandingClock:
    """Moves only when told."""

    monotonic_s: float = 1000.0
    wall: datetime = NOON

    def monotonic(self) -> float:
        return self.monotonic_s

    def now(self) -> datetime:
        return self.wall


@dataclass
class PlayedCity:
    """Knows what it is given. `is_up` False: nobody answers."""

    cases: tuple[CaseProgress, ...] = ()
    notice_pdf: bytes = b""
    is_up: bool = True
    pokes: int = 0

    def poke(self) -> bool:
        self.pokes += 1
        return self.is_up

    def progress(self, **_asked: str) -> tuple[CaseProgress, ...]:
        if not self.is_up:
            raise CityUnreachable("down")
        return self.cases

    def notice(self, _case_number: str, **_asked: str) -> bytes:
        if not self.is_up:
            raise CityUnreachable("down")
        if not self.notice_pdf:
            raise NotReady("none")
        return self.notice_pdf


@dataclass
class Stage:
    """What the citizen, the bench and the clock do; `until` drains the runner as the screen's loop would."""

    bench: Bench
    city: PlayedCity
    clock: StandingClock
    outbox: Outbox
    runner: Runner
    news: threading.Event = field(repr=False)

    def does(self, *taps: e.Tap) -> Stage:
        for tap in taps:
            self.runner.send(tap)
        return self

    def until(self, is_so: Callable[[], bool], what: str) -> Stage:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            self.news.clear()
            self.runner.drain()
            if is_so():
                return self
            left_s = deadline - time.monotonic()
            assert left_s > 0, f"waited for {what}; the screen is {current(self.runner.session)}, {self.runner.session}"
            self.news.wait(min(left_s, 0.05))  # the bench moves without telling

    def screen(self, step: str) -> Stage:
        return self.until(lambda: current(self.runner.session) == step, f"screen {step}")

    def problem(self, problem: Problem | None) -> Stage:
        return self.until(lambda: self.runner.session.problem is problem, f"{problem}")

    def waits(self, seconds: float) -> Stage:
        for _ in range(round(seconds)):
            self.clock.monotonic_s += 1
            self.runner.tick()
        return self

    def answers(self, answer: str) -> Stage:
        return self.does(e.ProblemAnswered(answer))

    # stretches

    def comes_to_papers(self) -> Stage:
        self.does(e.ItemChosen(RESIDENCE_PERMIT), e.LocalityChosen("changan"), e.GuideRead(), e.ConsentGiven())
        for key, value in ANSWERS.items():
            self.does(e.AnswerGiven(key, value))
        return self.does(e.AnswersConfirmed()).screen("papers")

    def comes_to_sign(self) -> Stage:
        self.comes_to_papers()
        for place in range(2):
            self.until(lambda place=place: self.pages(place) > 0, "a page").does(e.MaterialFinished())  # type: ignore[misc]  # bound now
        return self.screen("review").does(e.Reviewed()).screen("sign")

    def signs(self) -> Stage:
        return self.does(e.Signed(SIGNATURE))

    def pages(self, place: int) -> int:
        materials = self.runner.session.dossier.materials
        return len(materials[place].pages) if materials else 0


@cache
def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("L", (64, 90), 200).save(out, "JPEG")
    return out.getvalue()


def sees_a_page_at_once(camera: DocumentCamera, **_how: object) -> CapturedPage:
    """Stands in for the watching where a story is about something else; watching has its own tests."""
    camera.frame(timeout_s=1.0)
    return CapturedPage(jpeg(), jpeg(), 64, 90, 200, "A4")


@contextmanager
def stage(folder: Path, *, reading_s: float = 0.05, reserve_bytes: int = 0, **changes: object) -> Iterator[Stage]:
    bench, city, clock, news = Bench(), PlayedCity(), StandingClock(), threading.Event()
    outbox = open_outbox(folder, make_keys(folder / "keys").recipients, clock=clock.now, reserve_bytes=reserve_bytes)
    settings: dict[str, object] = {
        "catalogue": catalogue(),
        "kiosk_id": "HK01",
        "centre": CENTRE,
        "idle_warning_s": 120.0,
        "idle_answer_s": 45.0,
        "clock": clock,
        "card_readers": (SimulatedIdCardReader(bench=bench, reading_s=reading_s),),
        "camera": SimulatedCamera(bench, frames_per_second=200.0),
        "decoder": ZxingDecoder(),
        "printer": SimulatedPrinter(bench=bench, seconds_per_page=0.05),
        "outbox": outbox,
        "link": city,
        "watch_page": sees_a_page_at_once,
    }
    parts = Parts(**{**settings, **changes})  # type: ignore[arg-type]  # a test's own table
    runner = Runner(parts, wake=news.set)
    try:
        yield Stage(bench, city, clock, outbox, runner, news)
    finally:
        runner.close()
        outbox.close()
