"""What the citizen is told of the five working days in which the window must say what is missing."""

from __future__ import annotations

import pytest

from config.language import load_texts
from config.schema import Language
from kiosk.session import Modes, Tracing
from ui import gallery_world as world
from ui.gallery import states
from ui.present.parts import Context, Mark
from ui.present.progress import CaseView, case

TEXTS = load_texts()
DUE = "2026-05-25"


def shown(*, language: Language = "zh-CN", large: bool = False, **changes: object) -> CaseView:
    base = next(state.session for state in states() if state.name == "case.collected")
    found = world.case(**changes)
    session = base.with_(
        modes=Modes(language, large),
        tracing=Tracing(filing_number="x", cases=(found,), chosen=found.case_number),
    )
    return case(session, Context(TEXTS, language, world.CATALOGUE, world.CENTRE, world.NOW))


def waits(view: CaseView) -> str:
    [note] = [step.note for step in view.milestones if step.mark is Mark.NOW]
    return note


def test_the_day_is_named_while_it_has_not_passed() -> None:
    assert waits(shown(notice_due_on=DUE)) == "材料缺不缺，窗口最晚 2026年5月25日告诉您"


@pytest.mark.parametrize("state", ["collected", "supplement_asked", "remote_passed", "originals_posted"])
def test_a_lapse_and_what_it_means_is_said_until_acceptance(state: str) -> None:
    note = waits(shown(state=state, notice_due_on=DUE, notice_lapsed=True))
    assert note == "到 2026年5月25日窗口没有告知缺什么，依法从窗口收到材料那天起就算受理"


@pytest.mark.parametrize("state", ["accepted", "decided", "delivered", "returned"])
def test_after_acceptance_nothing_is_said_of_it(state: str) -> None:
    late = shown(state=state, notice_due_on=DUE, notice_lapsed=True)
    assert late.milestones == shown(state=state).milestones


def test_an_older_city_that_names_no_day_leaves_the_screen_as_it_was() -> None:
    assert waits(shown()) == "等窗口审核"


def test_it_is_said_in_english_too() -> None:
    assert waits(shown(language="en", notice_due_on=DUE)).startswith("by 25/5/2026")


@pytest.mark.parametrize("large", [False, True])
def test_what_is_missing_leaves_room_for_the_lapse(large: bool) -> None:
    view = shown(
        large=large, state="supplement_asked", supplement=("户口簿缺本人页",), notice_due_on=DUE, notice_lapsed=True
    )
    assert [step.mark for step in view.milestones] == [Mark.DONE, Mark.NOW]
