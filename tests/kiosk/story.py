"""Stories: a visit as a script. `Story` plays it through the pure core; lanes are answered by the script itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import TypeVar

from config.load import load_catalogue
from config.schema import FieldKind
from drivers.protocols import (
    CardData,
    CardKind,
    PrinterFault,
    PrintFailed,
    PrintProgress,
    PrintProven,
    PrintUnproven,
    Sex,
)
from kiosk import events as e
from kiosk import form
from kiosk.advance import advance
from kiosk.answers import answers
from kiosk.catalogue import Catalogue
from kiosk.dossier import Filing, Page, Signature
from kiosk.effects import Effect
from kiosk.problems import Problem
from kiosk.session import Activity, Session
from kiosk.step import Context
from kiosk.steps import current, path
from kiosk.visit import first

_Kind = TypeVar("_Kind")

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=timezone(timedelta(hours=8)))
RESIDENCE_PERMIT = "610109001"  # competence of the locality; materials residence, photo; one field of its own
ANSWERS = {
    "phone": "13800138000",
    "return_address": "西安市长安区韦曲街道虚构路1号",
    "delivery": "post",
    "living_address": "西安市雁塔区虚构路9号2单元101",
}
FILING = Filing("0198c0de", "HK01-20261124-0001-7", "12345678", NOON)
SIGNATURE = Signature((((0.1, 0.1), (0.5, 0.3), (0.9, 0.2)),))


@cache
def catalogue() -> Catalogue:
    return Catalogue(load_catalogue(Path(__file__).parents[2] / "config"))


def card(**changes: object) -> CardData:
    """李甜甜 is invented; her number has a right check character."""
    values: dict[str, object] = {
        "kind": CardKind.RESIDENT,
        "name": "李甜甜",
        "number": "610102199003070024",
        "sex": Sex.FEMALE,
        "birth": date(1990, 3, 7),
        "address": "陕西省西安市长安区韦曲街道虚构路1号",
        "nation": "01",
        "issuer": "西安市公安局长安分局",
        "valid_from": date(2016, 1, 1),
        "valid_to": date(2036, 1, 1),
        "reader_serial": "05.01-20260101-0000000001-0000000001",
    }
    return CardData(**{**values, **changes})  # type: ignore[arg-type]  # a test's own table


def page(page_id: int, *faults: str) -> Page:
    return Page(page_id, b"jpeg", b"thumb", 1654, 2339, 200, "0" * 64, faults)


def case(**changes: object) -> e.CaseProgress:
    values: dict[str, object] = {
        "case_number": "C-1",
        "filing_number": FILING.filing_number,
        "item_name": "居住证申领",
        "state": "consulting",
        "window_name": "长安区",
        "window_phone": "029-62350301",
        "window_place": "西厅 11号",
        "collected_at": "2026-11-24T12:00:00+08:00",
        "accepted_at": "",
        "due_on": "",
        "working_days_left": None,
        "promised_days": 10,
        "notice_number": "",
    }
    return e.CaseProgress(**{**values, **changes})  # type: ignore[arg-type]  # a test's own table


STORIES: list[Callable[[Story], None]] = []


def story(tell: Callable[[Story], None]) -> Callable[[Story], None]:
    """Registers a story, so that it is played as a test and counts for completeness."""
    STORIES.append(tell)
    return tell


class Story:
    """The citizen taps (`does`), the lanes tell (`tells`), time passes (`waits`), and the screen is looked at."""

    def __init__(self, *, idle_warning_s: float = 120.0, idle_answer_s: float = 45.0) -> None:
        self.session: Session = first(number=1, now_s=1000.0)
        self.effects: list[Effect] = []
        self.last: tuple[Effect, ...] = ()
        self.walked: set[str] = set()
        self.problems: set[Problem] = set()
        self._context = Context(
            catalogue=catalogue(),
            idle_warning_s=idle_warning_s,
            idle_answer_s=idle_answer_s,
            wall=NOON,
        )

    # the citizen, the lanes, the clock

    def does(self, *taps: e.Tap) -> Story:
        for tap in taps:
            self._send(tap)
        return self

    def tells(self, *news: e.News) -> Story:
        """News of the work that runs now."""
        for one in news:
            self._send(e.FromLane(self.session.number, self.session.ticket, one))
        return self

    def hears(self, event: e.ReceiptFound) -> Story:
        """News of the process itself."""
        self._send(event)
        return self

    def told_late(self, news: e.News, *, session: int | None = None, ticket: int | None = None) -> Story:
        self._send(
            e.FromLane(
                self.session.number if session is None else session,
                self.session.ticket if ticket is None else ticket,
                news,
            )
        )
        return self

    def waits(self, seconds: float) -> Story:
        """Second by second, as the clock ticks."""
        until_s = self.session.now_s + seconds
        while self.session.now_s < until_s:
            step_s = min(1.0, until_s - self.session.now_s)
            self._context = replace(self._context, wall=self._context.wall + timedelta(seconds=step_s))
            self._send(e.Tick(self.session.now_s + step_s))
        return self

    def _send(self, event: e.Event) -> None:
        before = self.session
        self.session, self.last = advance(before, event, self._context)
        self.effects += self.last
        self.walked.add(current(self.session))
        if self.session.problem is not None:
            self.problems.add(self.session.problem)

    # the screen, the world

    def screen(self, step: str) -> Story:
        shown = current(self.session)
        assert shown == step, f"the screen is {shown}, the story wants {step}"
        return self

    def is_problem(self, problem: Problem | None, *offered: str) -> Story:
        assert self.session.problem is problem, f"the problem is {self.session.problem}, the story wants {problem}"
        assert answers(self.session) == offered
        return self

    def pages(self, place: int) -> int:
        return len(self.session.dossier.materials[place].pages)

    def path(self) -> tuple[str, ...]:
        return tuple(path(self.session))

    def is_doing(self, activity: Activity) -> Story:
        assert self.session.activity == activity
        return self

    def asked_for(self, kind: type[_Kind]) -> _Kind:
        """The one effect of this kind that the last event brought."""
        found = [effect for effect in self.last if isinstance(effect, kind)]
        assert len(found) == 1, f"{kind.__name__} wanted once, the last event brought {self.last}"
        return found[0]

    def asked_for_nothing(self) -> Story:
        assert self.last == ()
        return self

    # stretches that many stories walk

    def wakes(self) -> Story:
        return self.does(e.Woken()).screen("home")

    def lays_card(self, **changes: object) -> Story:
        return self.tells(e.CardRead(card(**changes), "sam_card", "genuine"))

    def comes_to(self, step: str, *, item: str = RESIDENCE_PERMIT) -> Story:
        """From the attract screen along the path of the residence permit to `step`."""
        self.wakes()
        for here, stretch in self._stretches(item):
            if current(self.session) == step:
                return self
            if current(self.session) == here:
                stretch()
        return self.screen(step)

    def goes_on(self) -> Story:
        """Whatever leads onward from here when nothing goes wrong."""
        if not self.session.awake:
            return self.does(e.Woken())
        here = current(self.session)
        if here == "papers":
            return self.lays_page().does(e.MaterialFinished())
        return next((stretch for step, stretch in self._stretches(RESIDENCE_PERMIT) if step == here), lambda: self)()

    def _stretches(self, item: str) -> tuple[tuple[str, Callable[[], Story]], ...]:
        return (
            ("home", lambda: self.lays_card()),
            ("item", lambda: self.does(e.ItemChosen(item))),
            ("locality", lambda: self.does(e.LocalityChosen("changan"))),
            ("guide", lambda: self.does(e.GuideRead())),
            ("consent", lambda: self.does(e.ConsentGiven())),
            ("form", self.fills_form),
            ("papers", self.lays_papers),
            ("review", lambda: self.does(e.Reviewed())),
            ("sign", lambda: self.does(e.Signed(SIGNATURE))),
            ("submit", lambda: self.tells(e.Sealed(FILING))),
            ("receipt", lambda: self.print_ends("receipt")),
            ("notice", lambda: self.does(e.FinishTapped())),
        )

    def fills_form(self) -> Story:
        for key, value in ANSWERS.items():
            self.does(e.AnswerGiven(key, value))
        return self.does(e.AnswersConfirmed())

    def fills_whatever_is_asked(self) -> Story:
        """One field of whichever item, or the list of answers confirmed."""
        field = form.current(self.session, catalogue())
        if field is None:
            return self.does(e.AnswersConfirmed())
        by_kind = {
            FieldKind.PHONE: "13800138000",
            FieldKind.ADDRESS: "西安市长安区虚构路1号",
            FieldKind.NUMBER: "3",
            FieldKind.DATE: "2026-01-31",
            FieldKind.TEXT: "虚构",
        }
        value = field.choices[0][0] if field.choices else by_kind[field.kind]
        return self.does(e.AnswerGiven(field.key, value))

    def is_at(self, step: str) -> bool:
        return current(self.session) == step

    def lays_papers(self) -> Story:
        while current(self.session) == "papers":
            self.lays_page().does(e.MaterialFinished())
        return self

    def lays_page(self, *faults: str) -> Story:
        return self.tells(e.PageJudged(page(self.session.next_page_id, *faults)))

    def print_ends(self, what: str, fault: PrinterFault | None = None, *, job: int | None = 7) -> Story:
        outcome = PrintProven(7, 1) if fault is None else PrintFailed(fault, "", job)
        return self.tells(e.PrintEnded(what, outcome))

    def print_is_unproven(self, what: str) -> Story:
        return self.tells(e.PrintEnded(what, PrintUnproven(7, "history lost")))

    def printer_waits(self, *faults: PrinterFault) -> Story:
        return self.tells(e.PrintMoved(PrintProgress(1, 1, faults)))
