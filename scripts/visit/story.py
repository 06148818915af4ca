"""The visit itself, from the first touch to the delivered result, as a list of stages in the order they happen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from drivers.emulators.cards import CARDS
from drivers.emulators.sheets import sheet
from drivers.emulators.world import holder_of
from scripts.visit.fingers import Fingers
from scripts.visit.likeness import likeness
from scripts.visit.machine import Machine
from scripts.visit.plan import Photograph, Sheet, Visit, page_source
from scripts.visit.printout import Printout, read_printout
from scripts.visit.probe import Shown
from scripts.visit.programs import StageFailed, TooLate, wait_for
from scripts.visit.staff import StaffBrowser

PRESSES = 3
"""So often the benchmark presses the button over one sheet; the form may have four pages."""

LATER_PRESS_S = 4.0
"""A press right after a page was taken by itself is taken for that page."""

CAPTURE_S = 60.0
"""So long a sheet may lie under the camera before the visit presses the button itself."""
NO_PAGE = "problem.K202"
PRINT_S = 60.0
DELIVERY_S = 60.0

SIGNATURE = (
    ((0.20, 0.30), (0.30, 0.28), (0.42, 0.27)),
    ((0.31, 0.12), (0.31, 0.40), (0.29, 0.62), (0.22, 0.80)),
    ((0.30, 0.50), (0.37, 0.66), (0.44, 0.80)),
    ((0.56, 0.20), (0.56, 0.50), (0.56, 0.82)),
    ((0.56, 0.22), (0.68, 0.20), (0.80, 0.21), (0.79, 0.50), (0.78, 0.82)),
    ((0.57, 0.52), (0.68, 0.51), (0.78, 0.50)),
)


@dataclass
class Stage:
    name: str
    seconds: float
    note: str = ""


@dataclass
class Outcome:
    """What the visit left behind."""

    stages: list[Stage] = field(default_factory=list)
    screenshots: list[Path] = field(default_factory=list)
    receipt: Printout | None = None
    notice: Printout | None = None
    case_number: str = ""
    window: str = ""
    likenesses: dict[str, float] = field(default_factory=dict)  # of each page at the window to the sheet it shows
    final_state: str = ""

    def seconds_of(self, name: str) -> float:
        return next(stage.seconds for stage in self.stages if stage.name == name)


class Story:
    """One citizen and one clerk. `tell` runs all stages; raises StageFailed naming the stage that did not happen."""

    def __init__(
        self,
        machine: Machine,
        visit: Visit,
        *,
        base: Path,
        results: Path,
        tell: Callable[[Stage], None],
        presses_again: bool = False,
    ) -> None:
        self._machine = machine
        self._visit = visit
        self._base = base
        self._results = results
        self._tell = tell
        self._presses_again = presses_again
        self._fingers = Fingers(machine)
        self.pages_s: list[float] = []  # from the sheet laid to its page taken
        self.captures_s: list[float] = []  # from the press of the button to the judged page
        self._laid: list[Sheet | Photograph] = []  # every page under the camera, in order
        self.outcome = Outcome(window=visit.expected_window)

    def tell(self) -> Outcome:
        """The whole story."""
        self.fill_in()
        self.submit()
        with self.clerk() as clerk:
            self.pass_at_window(clerk)
            self.take_notice()
            self.leave()
            self.finish_at_window(clerk)
        self.ask_progress()
        return self.outcome

    # --- chapters -----------------------------------------------------------------------------------------------

    def fill_in(self) -> None:
        """From the attract screen to the signature under everything."""
        fingers, world, visit = self._fingers, self._machine.world, self._visit
        with self._stage("wake and language"):
            fingers.until_screen("attract")
            self._picture("attract")
            fingers.tap("attract.begin" if visit.language == "zh-CN" else f"attract.language.{visit.language}")
            fingers.until_screen("home")
            self._picture("home")
        with self._stage("card read"):
            fingers.tap("home.apply")
            fingers.until_screen("card")
            self._picture("card")
            laid_s = time.monotonic()
            world.lay_card(visit.card)
            fingers.until_screen("item")
            self.card_s = time.monotonic() - laid_s
            world.lift_card()
        with self._stage("item found"):
            for letter in visit.search:
                fingers.tap(f"search.key.{letter}")
            fingers.find(f"item.row.{visit.item}")
            self._picture("item")
            fingers.tap(f"item.row.{visit.item}")
        with self._stage("locality, guide, consent"):
            if fingers.until_screen("locality", "guide").screen == "locality":
                self._picture("locality")
                fingers.tap(f"locality.{visit.locality}")
                fingers.until_screen("guide")
            self._picture("guide")
            fingers.tap("guide.go_on")
            fingers.until_screen("consent")
            self._picture("consent")
            fingers.tap("consent.agree")
        with self._stage("form"):
            self._fill_in_form()
        with self._stage("papers") as stage:
            self._show_papers()
            stage.note = ", ".join(f"{seconds:.1f} s" for seconds in self.pages_s)
        with self._stage("review and signature"):
            fingers.until_screen("review")
            self._picture("review")
            self._look_through_review()
            fingers.tap("review.sign")
            fingers.until_screen("sign")
            fingers.draw("sign.pad", SIGNATURE)
            self._picture("sign")

    def submit(self) -> None:
        """The last touch, and the receipt in the citizen's hand."""
        with self._stage("sealed and receipt printed") as stage:
            self.sign_and_send()
            stage.note = self.take_receipt().number

    def sign_and_send(self) -> None:
        self._printed_before = len(self._machine.world.state()["printed"])
        self.submitted_s = time.monotonic()
        self._fingers.tap("sign.done")

    def take_receipt(self) -> Printout:
        """Wait for it and read it; the kiosk then waits for the window's answer."""
        receipt = self.outcome.receipt = self._printed(self._printed_before, "receipt")
        self.receipt_s = time.monotonic() - self.submitted_s
        self._fingers.until_screen("notice", timeout_s=PRINT_S)
        self._picture("notice")
        return receipt

    def clerk(self) -> StaffBrowser:
        return StaffBrowser(
            city_url=self._machine.city_url,
            database=self._machine.city_database,
            window=self._visit.expected_window,
            pictures=self._results,
        )

    def pass_at_window(self, clerk: StaffBrowser) -> None:
        """The case arrives at the window it belongs to; consulted and passed there."""
        assert self.outcome.receipt is not None
        filing_number = self.outcome.receipt.number
        with self._stage("case at the window") as stage:
            seen: set[str] = set()

            def arrived() -> str | None:
                for number in clerk.case_numbers():
                    if number not in seen and filing_number in clerk.text_of(number):
                        return number
                    seen.add(number)
                return None

            self.outcome.case_number = wait_for(
                arrived,
                what=f"a case for filing {filing_number} in the list of window {self._visit.expected_window}",
                timeout_s=DELIVERY_S,
                programs=self._machine.running(),
                every_s=0.2,
            )
            self.at_window_s = time.monotonic() - self.submitted_s
            stage.note = f"{self.outcome.case_number} at {self._visit.expected_window}"
            clerk.picture("staff-case")
        with self._stage("pages compared") as stage:
            self._compare_pages(clerk.page_pictures(self.outcome.case_number))
            stage.note = ", ".join(f"{value:.2f}" for value in self.outcome.likenesses.values())
        with self._stage("consulted and passed"):
            self._printed_before = len(self._machine.world.state()["printed"])
            clerk.consult(self.outcome.case_number)
            clerk.pass_case(self.outcome.case_number)
            clerk.picture("staff-passed")

    def take_notice(self) -> None:
        """The citizen still stands there: the notice is printed at once."""
        with self._stage("notice printed") as stage:
            self.outcome.notice = self._printed(self._printed_before, "notice")
            stage.note = self.outcome.notice.number
            self._picture("notice-printed")

    def leave(self) -> None:
        """The session is over and wiped."""
        with self._stage("leave"):
            self._fingers.tap("notice.finish")
            self._fingers.until_screen("done")
            self._picture("done")
            self._fingers.tap("done.finish")
            self._fingers.until_screen("attract")

    def finish_at_window(self, clerk: StaffBrowser) -> None:
        """Papers arrive, the clock starts, the result comes and is delivered."""
        number = self.outcome.case_number
        with self._stage("originals, acceptance"):
            if clerk.needs_originals(number):
                clerk.post_originals(number)
                clerk.record_arrival(number)
            else:
                clerk.sign_electronic(number)
            clerk.picture("staff-clock")
        with self._stage("result and delivery") as stage:
            clerk.upload_result(number)
            clerk.deliver(number)
            self.outcome.final_state = stage.note = clerk.state_of(number)
            clerk.picture("staff-delivered")
        self.outcome.screenshots += clerk.screenshots

    def ask_progress(self) -> None:
        """Another day: the printed receipt is laid under the camera and the kiosk tells how the case stands."""
        fingers, world = self._fingers, self._machine.world
        assert self.outcome.receipt is not None
        with self._stage("progress by printed receipt"):
            fingers.tap("attract.begin")
            fingers.until_screen("home")
            fingers.tap("home.progress")
            fingers.until(lambda shown: shown.screen.startswith("trace."), "the screen that asks for the receipt")
            self._picture("trace")
            world.lay_printed(self.outcome.receipt.place)
            fingers.until_screen("case")
            world.take_sheet()
            self._picture("case")
            fingers.tap("case.finish")
            fingers.until_screen("attract")

    # --- parts of chapters --------------------------------------------------------------------------------------

    def _fill_in_form(self) -> None:
        fingers = self._fingers
        while True:
            shown = fingers.until(lambda shown: shown.screen.startswith("form."), "a question of the form")
            key = shown.screen.removeprefix("form.")
            self._picture(shown.screen.replace(".", "-"))
            if key == "answers":
                fingers.tap("form.confirm")
                return
            answer = self._visit.answers.get(key)
            if answer is not None and fingers.has(f"field.choice.{answer}"):
                fingers.tap(f"field.choice.{answer}")
            else:
                for character in answer or "":
                    fingers.tap(f"field.key.{'space' if character == ' ' else character}")
                if fingers.has("field.candidate.0"):  # letters of pinyin become words before they can be sent
                    fingers.tap("field.key.space")
                fingers.tap("field.next")
            fingers.until_not(shown.screen)

    def _look_through_review(self) -> None:
        """Page by page: only the last one has the button to sign."""
        probe = self._machine.probe
        while not self._fingers.has("review.sign"):
            before = probe.controls().keys()
            self._fingers.tap("review.more")
            self._fingers.until(lambda _, before=before: probe.controls().keys() != before, "the next page")  # type: ignore[misc]

    def _show_papers(self) -> None:
        fingers = self._fingers
        for _ in self._visit.papers:
            shown = fingers.until(lambda shown: shown.screen.startswith("papers."), "the papers")
            material = shown.screen.removeprefix("papers.")
            if material not in self._visit.papers:
                raise StageFailed(f"the kiosk asks for {material}, which the visit does not bring")
            number = 0
            for page in self._visit.papers[material]:
                number += 1
                self._show_page(material, number, page_source(page, base=self._base))
                for _ in range(PRESSES if self._presses_again and not self.captures_s else 0):
                    number += 1
                    self._press_again(number)
                self._machine.world.take_sheet()
            fingers.tap("papers.finish")
            fingers.until_not(shown.screen)

    def _show_page(self, material: str, number: int, source: Sheet | Photograph) -> None:
        """Lay the paper and wait until the kiosk takes it by itself; press the button when it does not."""
        match source:
            case Sheet(name):
                self._machine.world.lay_sheet(name)
            case Photograph(path):
                self._machine.world.lay_photograph(path)
        self._laid.append(source)
        laid_s = time.monotonic()
        with self._fingers.bearing(NO_PAGE):
            try:
                self._until_taken(number)
            except TooLate:
                self._fingers.tap("papers.capture")
                self._until_taken(number)
        if self._machine.probe.shown().screen == "papers.judged":
            self._picture(f"papers-{material}-{number}-judged")
            self._fingers.tap("papers.keep")
        self._fingers.find(f"papers.page.{number}")
        self.pages_s.append(time.monotonic() - laid_s)
        self._picture(f"papers-{material}-{number}")

    def _press_again(self, number: int) -> None:
        """The same sheet once more, by the button: a paper that lies there is not taken twice by itself."""
        self._laid.append(self._laid[-1])
        time.sleep(LATER_PRESS_S)
        self._fingers.tap("papers.capture")
        pressed_s = time.monotonic()
        self._until_taken(number)
        self.captures_s.append(time.monotonic() - pressed_s)

    def _until_taken(self, number: int) -> None:
        def is_taken(shown: Shown) -> bool:
            if shown.screen == NO_PAGE:  # on a busy machine the emulated hand may be slower than the kiosk's patience
                self._fingers.tap("problem.retry")
            return shown.screen == "papers.judged" or self._fingers.has(f"papers.page.{number}")

        self._fingers.wait(is_taken, f"page {number} captured", timeout_s=CAPTURE_S, every_s=0.02)

    def _compare_pages(self, pictures: tuple[bytes, ...]) -> None:
        """The clerk must see what was laid under the camera. Nobody knows how a photograph ought to look."""
        holder = holder_of(CARDS[self._visit.card])
        if len(pictures) != len(self._laid):
            raise StageFailed(f"{len(self._laid)} pages were handed in and {len(pictures)} are at the window")
        for laid, picture in zip(self._laid, pictures, strict=True):
            if isinstance(laid, Sheet):
                self.outcome.likenesses[laid.name] = likeness(picture, sheet(laid.name, person=holder))

    def _printed(self, before: int, what: str) -> Printout:
        """The next document that comes out of the printer, read as a person with a scanner would."""

        def printed() -> list[str] | None:
            documents: list[str] = self._machine.world.state()["printed"]
            return documents if len(documents) > before else None

        documents = wait_for(
            printed,
            what=f"the {what} at the printer (the screen is {self._machine.probe.shown()})",
            timeout_s=PRINT_S,
            programs=self._machine.running(),
            every_s=0.02,
        )
        return read_printout(Path(documents[before]), place=before, name=what, results=self._results)

    def _picture(self, name: str) -> None:
        path = self._results / f"{len(self.outcome.screenshots) + 1:02}-{name}.png"
        self._machine.probe.screenshot(path)
        self.outcome.screenshots.append(path)

    @contextmanager
    def _stage(self, name: str) -> Iterator[Stage]:
        stage = Stage(name, 0.0)
        started = time.monotonic()
        try:
            yield stage
        except StageFailed as failure:
            raise StageFailed(f"stage “{name}”: {failure}") from failure
        stage.seconds = time.monotonic() - started
        self.outcome.stages.append(stage)
        self._tell(stage)
