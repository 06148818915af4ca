"""Plays every story, and says which step or problem no story has met."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from config.language import load_texts
from kiosk.problems import TABLE, Answer, Problem
from kiosk.step import StepId
from tests.kiosk.journeys import mishaps, tracings, visits  # noqa: F401  (the stories register themselves)
from tests.kiosk.story import STORIES, Story


@pytest.mark.parametrize("tell", STORIES, ids=lambda tell: tell.__name__)
def test_story(tell: Callable[[Story], None]) -> None:
    tell(Story())


@cache
def all_told() -> tuple[set[str], set[Problem]]:
    walked: set[str] = set()
    problems: set[Problem] = set()
    for tell in STORIES:
        visit = Story()
        tell(visit)
        walked |= visit.walked
        problems |= visit.problems
    return walked, problems


def test_every_step_is_walked_in_a_story() -> None:
    assert {step.value for step in StepId} - all_told()[0] == set()


def test_every_problem_is_provoked_in_a_story() -> None:
    assert set(Problem) - all_told()[1] == set()


def test_every_problem_has_its_row() -> None:
    assert set(TABLE) == set(Problem)


def test_every_problem_and_answer_has_its_texts() -> None:
    keys = load_texts().keys()
    wanted = {f"problem.{row.value}.{part}" for row in Problem for part in ("happened", "now", "staff")}
    wanted |= {f"common.answer.{answer.value}" for answer in Answer}
    assert wanted - keys == set()
    told = {key.split(".")[1] for key in keys if key.startswith("problem.")}
    assert told - {row.value for row in Problem} == set(), "texts of problems that are not in the table"
