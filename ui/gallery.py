"""Every screen with every state worth seeing: `python -m ui.gallery --out DIR [--shape ...] [--mode ...] [--lang ...]`.

Adding a state here is enough: golden pictures and all checks of tests/ui walk this list.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.language import Texts, load_texts
from drivers.protocols import PrinterFault, PrintProgress, ReadStage
from kiosk.dossier import Dossier, Material
from kiosk.problems import Problem
from kiosk.scanning.preview import PreviewFrame, PreviewSlot
from kiosk.session import (
    Asking,
    Idle,
    Judging,
    Modes,
    Printing,
    ReadingCard,
    Resting,
    Sealing,
    Session,
    Tracing,
    Watching,
    Work,
    WorkKind,
)
from ui import gallery_world as world
from ui.environment import prepare
from ui.present.parts import Context
from ui.theme import Panel

PANELS: Mapping[str, Panel] = {
    "portrait": Panel(1080, 1920, 267.8),
    "landscape": Panel(1920, 1080, 476.1),
}
MODES: Mapping[str, tuple[bool, bool]] = {"normal": (False, False), "large": (True, False), "contrast": (False, True)}
"""Name -> large text, high contrast."""


@dataclass(frozen=True)
class State:
    """One picture: a session, and what only the screen knows."""

    name: str
    session: Session
    local: Mapping[str, str] = field(default_factory=dict)
    preview: str = ""  # "", "none", "wait", "good"
    strokes: tuple[tuple[tuple[float, float], ...], ...] = ()


def _session(**changes: Any) -> Session:
    return Session(number=1, now_s=1000.0, idle=Idle(1180.0), awake=True).with_(**changes)


def _apply(until: str, **changes: Any) -> Session:
    return _session(journey="apply", dossier=world.dossier(until=until)).with_(**changes)


def _papers(taken: int, *, index: int = 0, **changes: Any) -> Session:
    base = world.dossier(until="papers")
    rows = []
    for place, requirement in enumerate(world.ITEM.materials):
        if place < index:
            rows.append(Material(requirement, world.REGISTER_PAGES[:1], finished=True))
        else:
            rows.append(Material(requirement, world.REGISTER_PAGES[:taken] if place == index else ()))
    return _session(journey="apply", dossier=base.with_(materials=tuple(rows))).with_(**changes)


def _filed(**changes: Any) -> Session:
    filed = Dossier(item=world.ITEM, locality=world.YANLIANG, filing=world.FILING)
    return _session(journey="apply", dossier=filed.with_(**changes.pop("dossier", {}))).with_(**changes)


def _progress(**changes: Any) -> Session:
    return _session(journey="progress").with_(**changes)


def _case(**changes: object) -> Session:
    found = world.case(**changes)
    return _progress(tracing=Tracing(filing_number="x", cases=(found,), chosen=found.case_number))


def _problem(found: Problem, base: Session) -> Session:
    return base.with_(problem=found)


_SIGNATURE = (
    ((0.12, 0.1), (0.3, 0.09), (0.22, 0.2), (0.13, 0.3)),
    ((0.36, 0.08), (0.38, 0.3), (0.44, 0.27)),
    ((0.3, 0.18), (0.5, 0.15), (0.62, 0.14), (0.66, 0.22), (0.58, 0.31)),
)


def states() -> tuple[State, ...]:
    """All of them, in the order of the visit."""
    asking_page = _apply(
        "form", field_key="return_address", dossier=world.dossier(until="form").with_(answers=world.ANSWERS[:1])
    )
    asking_choice = _apply("form", dossier=world.dossier(until="form").with_(answers=world.ANSWERS[:2]))
    asking_bank = _apply("form", dossier=world.dossier(until="form").with_(answers=world.ANSWERS[:3]))
    asking_remark = _apply("form", dossier=world.dossier(until="form").with_(answers=world.ANSWERS[:4]))
    all_answered = _apply("form", dossier=world.dossier(until="form").with_(answers=world.ANSWERS))
    presence = world.dossier(until="guide").with_(item=world.PRESENCE_ITEM)
    printing = Printing("receipt", PrintProgress(1, 1))
    judged = world.page(9, "补贴申请表", ("glare", "cut_left"))
    home = _session()
    return (
        State("attract", _session(awake=False)),
        State("home", home),
        State("home.receipt_found", home.with_(found=world.RECEIPT_FOUND)),
        State("card.waiting", _apply("card", activity=ReadingCard(ReadStage.WAITING))),
        State("card.reading", _apply("card", activity=ReadingCard(ReadStage.READING))),
        State("card.lift", _apply("card", activity=ReadingCard(ReadStage.LIFT_CARD))),
        State("item.all", _apply("item")),
        State("item.search", _apply("item", query="jz"), local={"text": "", "letters": "jz"}),
        State(
            "item.composing",
            _apply("item", query="居住 zheng"),
            local={"text": "居住", "letters": "zheng", "script": "zh"},
        ),
        State("item.none", _apply("item", query="qqq")),
        State("locality.proposed", _apply("locality")),
        State(
            "locality.unknown",
            _apply(
                "locality",
                dossier=world.dossier(until="locality").with_(
                    identity=world.identity(address="甘肃省天水市秦州区建设路1号")
                ),
            ),
        ),
        State("guide", _apply("guide")),
        State("guide.printing", _apply("guide", activity=Printing("guide"))),
        State("guide.presence", _apply("guide", dossier=presence)),
        State("consent", _apply("consent")),
        State("form.phone", _apply("form"), local={"text": "1390000"}),
        State("form.phone_empty", _apply("form")),
        State("form.phone_fault", _apply("form", field_fault="field_fault.phone", field_key="phone")),
        State("form.address", asking_page),
        State("form.choice", asking_choice),
        State("form.text", asking_bank, local={"text": "中国工商银行"}),
        State("form.composing", asking_bank, local={"text": "中国", "letters": "gongshangyinhang", "script": "zh"}),
        State("form.chosen", asking_bank, local={"text": "中国工商", "letters": "yinhang"}),
        State("form.optional", asking_remark),
        State("form.answers", all_answered),
        State("papers.empty", _papers(0, activity=Watching("no_page", 0.0, 1000.0)), preview="none"),
        State("papers.wait", _papers(1, activity=Watching("cut_right", 0.0)), preview="wait"),
        State("papers.good", _papers(1, activity=Watching("good", 0.6)), preview="good"),
        State("papers.optional", _papers(0, index=3, activity=Watching("no_page", 0.0, 1000.0)), preview="none"),
        State("papers.full", _papers(2, index=1, activity=Resting())),
        State("papers.judged", _papers(1, activity=Judging(judged))),
        State(
            "papers.page", _papers(2, activity=Watching("no_page", 0.0, 1000.0)), local={"page": "2"}, preview="none"
        ),
        State("review", _apply("review")),
        State("sign.empty", _apply("sign")),
        State("sign.drawn", _apply("sign"), local={"signed": "1"}, strokes=_SIGNATURE),
        State("submit", _apply("submit", activity=Sealing())),
        State("receipt.printing", _filed(activity=printing, work=Work(WorkKind.RECEIPT, "0"))),
        State("notice.sending", _filed(dossier={"receipt": "proven"}, notice="sending")),
        State("notice.waiting", _filed(dossier={"receipt": "proven"}, notice="waiting")),
        State("notice.unreachable", _filed(dossier={"receipt": "proven"}, notice="unreachable")),
        State("notice.supplement", _filed(dossier={"receipt": "proven"}, notice="supplement")),
        State(
            "notice.printing",
            _filed(
                dossier={"receipt": "proven"},
                notice="waiting",
                activity=Printing("notice", PrintProgress(1, 2)),
                work=Work(WorkKind.NOTICE, "c"),
            ),
        ),
        State("notice.printed", _filed(dossier={"receipt": "proven"}, notice="printed")),
        State("done", _filed(dossier={"receipt": "proven", "finished": True})),
        State("done.no_receipt", _filed(dossier={"receipt": "later", "finished": True})),
        State("trace.code", _progress(activity=Watching("no_page", 0.0, 1000.0)), preview="none"),
        State("trace.card", _progress(tracing=Tracing(by_card=True), activity=ReadingCard(ReadStage.WAITING))),
        State("trace.asking", _progress(tracing=Tracing(filing_number="x"), activity=Asking())),
        State(
            "cases",
            _progress(
                tracing=Tracing(
                    by_card=True,
                    cases=(
                        world.case(),
                        world.case(
                            case_number="C-2026-000077",
                            filing_number="YL01-260401-0003",
                            item_name="居住证申领",
                            state="decided",
                            collected_at="2026-04-01",
                        ),
                    ),
                )
            ),
        ),
        State("cases.none", _progress(tracing=Tracing(by_card=True, cases=()))),
        State("case.collected", _case(notice_due_on="2026-05-25")),
        State("case.lapsed", _case(notice_due_on="2026-05-25", notice_lapsed=True)),
        State("case.passed", _case(state="remote_passed", notice_number="阎代收〔2026〕0042号")),
        State(
            "case.accepted",
            _case(
                state="accepted",
                notice_number="阎代收〔2026〕0042号",
                accepted_at="2026-05-20",
                due_on="2026-06-03",
                working_days_left=8,
            ),
        ),
        State(
            "case.supplement", _case(state="supplement_asked", supplement=("户口簿缺本人页", "银行卡照片看不清卡号"))
        ),
        State(
            "case.decided",
            _case(
                state="decided",
                notice_number="阎代收〔2026〕0042号",
                accepted_at="2026-05-20",
                due_on="2026-06-03",
                working_days_left=3,
                result="准予发放，每月 50 元",
            ),
        ),
        State("problem.card", _problem(Problem.CARD_UNREADABLE, _apply("card"))),
        State("problem.camera", _problem(Problem.CAMERA_OUT, _papers(0))),
        State(
            "problem.paper_out",
            _problem(
                Problem.PRINTER_PAPER_OUT,
                _filed(activity=Printing("receipt", PrintProgress(1, 1, (PrinterFault.PAPER_OUT,)))),
            ),
        ),
        State("problem.city", _problem(Problem.CITY_UNREACHABLE, _progress(tracing=Tracing(filing_number="x")))),
        State("problem.unexpected", _problem(Problem.UNEXPECTED, _apply("consent"))),
        State("idle.early", _apply("consent", idle=Idle(1040.0, warned=True))),
        State("idle.late", _apply("consent", idle=Idle(1012.0, warned=True))),
        State("help", _apply("consent"), local={"overlay": "help"}),
        State("help.home", home, local={"overlay": "help"}),
        State("leave", _apply("review"), local={"overlay": "leave"}),
    )


class Exhibit:
    """A stage over fabricated sessions, in a window of one panel. One for each process: Kivy has one window."""

    def __init__(self, panel: Panel, texts: Texts | None = None) -> None:
        prepare(width=panel.width_px, height=panel.height_px, offscreen=True, fps=0)
        from kivy.base import EventLoop
        from kivy.clock import Clock
        from kivy.core.window import Window

        from ui.fonts import register_fonts
        from ui.screens.registry import load_screens
        from ui.stage import Stage

        register_fonts()
        load_screens()
        self._texts = texts or load_texts()
        self._input_method = world.input_method()
        self.sent: list[Any] = []
        self.session = states()[0].session
        self.preview = PreviewSlot()
        EventLoop.ensure_window()
        EventLoop.status = "started"
        self._loop = EventLoop
        self._clock = Clock
        self.stage = Stage(self, panel=panel, context_of=self._context)
        Window.add_widget(self.stage)
        gc.collect()
        gc.freeze()  # what was imported is not looked at again at every collection

    def send(self, event: Any) -> None:
        self.sent.append(event)

    def _context(self, session: Session, local: Mapping[str, str]) -> Context:
        return Context(
            texts=self._texts,
            language=session.modes.language,
            catalogue=world.CATALOGUE,
            centre=world.CENTRE,
            now=world.NOW,
            local=dict(local),
            input_method=self._input_method,
        )

    def show(self, state: State, *, language: str = "zh-CN", mode: str = "normal", draw: bool = True) -> None:
        """Put the state on the window; without `draw` only the layout is made."""
        large, contrast = MODES[mode]
        self.stage.forget()
        self.session = state.session.with_(modes=Modes(language, large, contrast))
        self.preview = PreviewSlot()
        if state.preview:
            self.preview.put(_preview(state.preview))
        self.stage.refresh()
        for key, value in state.local.items():
            self.stage.set_local(key, value)
        self.settle(draw=False)
        if state.preview:
            self.stage.screen.ids.preview.show_newest()
        if state.strokes:
            self.stage.screen.restore(state.strokes)
        self.settle(draw=draw)

    def settle(self, *, draw: bool = True) -> None:
        """Let the layout come to rest, and draw it."""
        for _ in range(5):
            self._clock.tick()
        if draw:
            self.draw()

    def draw(self) -> None:
        """One turn of Kivy's loop, with a picture."""
        self._loop.window.canvas.ask_update()
        self._loop.idle()

    def grab(self) -> Any:
        from ui.picture import grab

        return grab()


_previews: dict[str, PreviewFrame] = {}


def _preview(state: str) -> PreviewFrame:
    if state not in _previews:
        _previews[state] = world.preview(state)
    return _previews[state]


def main() -> int:
    parser = argparse.ArgumentParser(description="Pictures of every screen in every state.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--shape", choices=sorted(PANELS), default="portrait")
    parser.add_argument("--mode", choices=sorted(MODES), action="append")
    parser.add_argument("--lang", choices=("zh-CN", "en"), action="append")
    parser.add_argument("--only", default="", help="only states whose name begins with this")
    parser.add_argument("--width", type=int, default=0, help="make the pictures this wide")
    options = parser.parse_args()
    exhibit = Exhibit(PANELS[options.shape])
    options.out.mkdir(parents=True, exist_ok=True)
    for language in options.lang or ["zh-CN"]:
        for mode in options.mode or ["normal"]:
            for state in states():
                if state.name.startswith(options.only):
                    exhibit.show(state, language=language, mode=mode)
                    picture = exhibit.grab()
                    if options.width:
                        picture = picture.resize((options.width, round(picture.height * options.width / picture.width)))
                    picture.save(options.out / f"{options.shape}.{language}.{mode}.{state.name}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
