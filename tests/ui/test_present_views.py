"""What screens say: the rules that hold for every view, without a window."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from config.language import load_texts
from kiosk.events import AnswerGiven
from kiosk.session import Modes
from kiosk.steps import StepId, current
from ui import gallery_world as world
from ui.gallery import states
from ui.present.keys import typed
from ui.present.parts import Context
from ui.present.views import VIEWS, overlay_of, view_of

TEXTS = load_texts()
STATES = {state.name: state for state in states()}
UI = Path(__file__).parents[2] / "ui"


def seen(name: str, language: str = "zh-CN", *, large: bool = False, local: dict[str, str] | None = None):
    """The step's view and what lies above it."""
    state = STATES[name]
    session = state.session.with_(modes=Modes(language, large))
    context = Context(
        TEXTS, language, world.CATALOGUE, world.CENTRE, world.NOW, dict(state.local) if local is None else local
    )
    return view_of(session, context), overlay_of(session, context)


def both(name: str, language: str = "zh-CN"):
    view, over = seen(name, language)
    return [view] if over is None else [view, over]


def words_of(value: object) -> str:
    """Every text in a view, whatever its repr leaves out."""
    if isinstance(value, str):
        return value + "\n"
    if isinstance(value, Mapping):
        return "".join(words_of(each) for each in value.values())
    if isinstance(value, tuple | frozenset):
        return "".join(words_of(each) for each in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return "".join(words_of(getattr(value, each.name)) for each in dataclasses.fields(value))
    return ""


def test_every_step_has_a_view_and_a_state_in_the_gallery():
    assert set(VIEWS) == set(StepId)
    assert {current(state.session) for state in STATES.values()} == set(StepId)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("name", STATES)
def test_no_view_holds_the_number_of_the_card(name, language):
    number = world.card().number
    for view in both(name, language):
        assert number not in words_of(view)
        assert number[6:14] not in words_of(view)  # the day of birth alone would tell a lot


@pytest.mark.parametrize("name", STATES)
def test_views_print_without_what_the_citizen_brought(name):
    card = world.card()
    for view in both(name):
        for secret in (card.name, card.address, "13900001234", "139 0000", "JFIF"):
            assert secret not in repr(view)


@pytest.mark.parametrize("name", STATES)
def test_titles_are_short_enough_for_one_look(name):
    for view in both(name):
        if view.key.startswith("problem.") or view.key == "case":
            continue  # a sentence of the table, the name of the item
        assert len(re.findall(r"[\u4e00-\u9fff]", view.frame.title)) <= 14, view.frame.title


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("name", STATES)
def test_nothing_says_accepted_before_the_window_has(name, language):
    for view in both(name, language):
        if view.key.startswith("case"):
            continue  # the city tells when it accepted
        said = re.sub(r"受理后 \d+ 个工作日|\d+ working days from acceptance", "", words_of(view))  # the promise
        assert "受理" not in said
        assert "accept" not in said.lower()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("name", STATES)
def test_no_placeholder_is_left_in_a_text(name, language):
    for view in both(name, language):
        left = [word for word in words_of(view).splitlines() if "{" in word and "{page}" not in word]
        assert not left


def test_every_text_of_the_screens_is_used():
    """A text that no view names is a text nobody will ever read, or one whose key was mistyped in a view."""
    sources = "\n".join(path.read_text(encoding="utf-8") for path in UI.rglob("*.py"))
    computed = tuple({*re.findall(r'f"((?:[a-z_]+\.)+[a-z_]*)\{', sources), "papers.check."})
    areas = ("attract", "home", "card", "item", "locality", "guide", "consent", "form", "papers", "review", "sign")
    areas += ("submit", "receipt", "notice", "done", "trace", "cases", "case", "common", "apply")
    unused = []
    for key in TEXTS.keys():  # noqa: SIM118  # Texts is no mapping
        bare = re.sub(r"\.(say|hint|value|note)$", "", key)
        if (
            key.split(".")[0] not in areas
            or f'"{bare}"' in sources
            or f'"{key}"' in sources
            or key.startswith(computed)
        ):
            continue
        unused.append(key)
    assert sorted(unused) == []


def test_the_waiting_time_is_told_in_seconds_only_near_its_end():
    _, early = seen("idle.early")
    _, late = seen("idle.late")
    assert (early.seconds, late.seconds) == ("", "12")
    assert 0 < late.share < 1


def test_a_phone_number_is_grouped_while_it_is_typed():
    for text, shown in (("139", "139"), ("1390", "139 0"), ("13900001234", "139 0000 1234")):
        view, _ = seen("form.phone", local={"text": text})
        assert view.shown == shown
    assert view.frame.primary.act == AnswerGiven("phone", "13900001234")


def test_an_empty_required_field_cannot_be_sent_and_an_optional_one_can_be_skipped():
    view, _ = seen("form.phone_empty")
    assert not view.frame.primary.enabled
    assert view.frame.secondary is None
    view, _ = seen("form.optional")
    assert view.frame.secondary.act == AnswerGiven("remark", "")


def test_the_address_of_the_card_stands_in_the_field_already():
    view, _ = seen("form.address")
    assert view.shown == world.card().address
    assert view.frame.primary.enabled


def test_a_fault_goes_away_as_soon_as_somebody_types():
    view, _ = seen("form.phone_fault")
    assert view.fault
    view, _ = seen("form.phone_fault", local={"text": "1"})
    assert not view.fault


def test_what_the_camera_sees_becomes_title_and_chips():
    waiting, _ = seen("papers.wait")
    assert waiting.frame.title == TEXTS.t("guidance.cut_right", "zh-CN")
    assert [notice.tone.value for notice in waiting.checks] == ["ok", "ok", "warn"]
    good, _ = seen("papers.good")
    assert {notice.tone.value for notice in good.checks} == {"ok"}


def test_a_full_material_is_finished_with_the_primary_button():
    view, _ = seen("papers.full")
    assert view.frame.primary.id == "papers.finish"
    assert view.frame.secondary is None
    view, _ = seen("papers.good")
    assert (view.frame.primary.id, view.frame.secondary.id) == ("papers.capture", "papers.finish")
    view, _ = seen("papers.optional")
    assert view.frame.secondary.id == "papers.absent"


def test_an_item_bound_to_presence_offers_another_item_and_no_way_on():
    view, _ = seen("guide.presence")
    assert view.frame.primary.id == "guide.other"
    assert world.PRESENCE_ITEM.presence_reason.zh in view.state[0].text


def test_the_city_is_no_choice_among_the_localities():
    view, _ = seen("locality.proposed")
    assert len(view.places) == 21
    assert "locality.xian" not in {choice.id for choice in view.places}
    assert [choice.id for choice in view.places if choice.chosen] == ["locality.yanliang"]


def test_large_text_leaves_subtitles_out():
    normal, _ = seen("review")
    large, _ = seen("review", large=True)
    assert normal.frame.hint
    assert not large.frame.hint


def test_problem_screens_have_two_sentences_and_a_way_on():
    for name in STATES:
        if name.startswith("problem."):
            _, over = seen(name)
            assert over.frame.title
            assert over.now
            assert over.frame.primary is not None
            assert world.CENTRE.phone in over.phone.text


@pytest.mark.parametrize(
    ("text", "key", "after"),
    [("12", "3", "123"), ("12", "delete", "1"), ("", "delete", ""), ("12", "clear", ""), ("a", "space", "a ")],
)
def test_keys(text, key, after):
    assert typed(text, key, max_length=3) == after


def test_a_full_field_takes_no_further_key():
    assert typed("123", "4", max_length=3) == "123"
