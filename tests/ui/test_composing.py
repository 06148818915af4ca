"""What a key does while pinyin is being typed: pure, over the few words of the gallery."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.language import load_texts
from kiosk.events import AnswerGiven, QueryChanged
from kiosk.session import Modes
from ui import __main__ as program
from ui import gallery_world as world
from ui.gallery import states
from ui.present.composing import CHINESE, LATIN, Entry, changed, entry_of
from ui.present.item import query_of
from ui.present.keys import key_rows
from ui.present.parts import Context, Local
from ui.present.views import view_of

TEXTS = load_texts()
METHOD = world.input_method()
STATES = {state.name: state for state in states()}
KEYS = [*string.ascii_lowercase, *string.digits, "-", "#", "space", "delete", "clear", "toggle"]


def after(entry: Entry, *keys: str, max_length: int = 30) -> Entry:
    for key in keys:
        following = changed(entry, Local("key", key), method=METHOD, max_length=max_length)
        assert following is not None
        entry = following
    return entry


def chosen(entry: Entry, number: int, *, max_length: int = 30) -> Entry:
    following = changed(entry, Local("candidate", str(number)), method=METHOD, max_length=max_length)
    assert following is not None
    return following


def chinese(text: str = "", letters: str = "") -> Entry:
    return Entry(text, letters, CHINESE)


def seen(name: str, language: str = "zh-CN", *, local: dict[str, str] | None = None, method=METHOD):
    state = STATES[name]
    shown = dict(state.local) if local is None else local
    context = Context(TEXTS, language, world.CATALOGUE, world.CENTRE, world.NOW, shown, method)
    return view_of(state.session.with_(modes=Modes(language)), context)


def test_letters_wait_until_they_are_words():
    assert after(chinese("中国"), *"yinhang") == chinese("中国", "yinhang")


def test_the_space_bar_takes_the_first_word():
    assert after(chinese("中国", "yinhang"), "space") == chinese("中国银行")
    assert after(chinese("中国"), "space") == chinese("中国 ")


def test_deleting_takes_letters_before_text():
    assert after(chinese("中国", "yi"), "delete", "delete", "delete") == chinese("中")


@pytest.mark.parametrize("key", ["8", "-", "#"])
def test_a_figure_settles_the_letters_and_follows_them(key):
    assert after(chinese("", "gongshang"), key) == chinese(f"工商{key}")


def test_choosing_a_short_word_keeps_the_other_letters():
    view = seen("form.composing")
    labels = [choice.label for choice in view.typing.candidates]
    entry = chosen(view.typing.entry, labels.index("工伤"))
    assert entry == chinese("中国工伤", "yinhang")
    assert chosen(entry, 0) == chinese("中国工伤银行")


def test_a_finger_that_is_slower_than_the_letters_chooses_nothing():
    assert chosen(chinese("中国", "yin"), 500) == chinese("中国", "yin")
    assert chosen(chinese("中国"), 0) == chinese("中国")


def test_the_letters_themselves_are_the_last_choice():
    assert seen("form.composing").typing.candidates[-1].label == "gongshangyinhang"


def test_the_switch_keeps_what_was_typed():
    latin = after(chinese("中国", "icbc"), "toggle")
    assert latin == Entry("中国icbc", "", LATIN)
    assert after(latin, "a", "space", "b", "toggle") == chinese("中国icbca b")


def test_clearing_takes_everything_but_the_script():
    assert after(chinese("中国", "yin"), "clear") == chinese()


def test_a_word_that_has_no_room_is_not_offered():
    entry = chosen(chinese("银", "gongshangyinhang"), 0, max_length=3)
    assert entry == chinese("银工商", "yinhang")
    assert after(entry, "a", "8", "space", max_length=3) == entry
    assert after(chinese("银工商"), "y", max_length=3) == chinese("银工商")


@given(st.lists(st.sampled_from(KEYS), max_size=40))
def test_no_order_of_keys_breaks_the_field(keys):
    entry = after(chinese(), *keys, max_length=6)
    assert len(entry.text) <= 6
    assert entry.script == CHINESE or not entry.letters


def test_without_an_input_method_letters_are_text():
    view = seen("form.text", local={"text": "", "letters": "abc", "script": CHINESE}, method=None)
    assert view.typing.entry == Entry("")
    assert changed(view.typing.entry, Local("key", "a"), method=None, max_length=9) == Entry("a")
    rows = key_rows("text", prefix="field", words=view.typing.key_words)
    assert "field.key.toggle" not in {key.choice.id for row in rows for key in row.keys}


def test_the_script_begins_as_the_language_of_the_visit():
    assert seen("form.text", local={}).typing.takes_pinyin
    assert not seen("form.text", "en", local={}).typing.takes_pinyin
    assert seen("form.text", "en", local={"script": CHINESE}).typing.takes_pinyin


def test_an_answer_is_not_sent_while_letters_remain():
    view = seen("form.composing")
    assert not view.frame.primary.enabled
    assert view.frame.hint == TEXTS.t("form.composing", "zh-CN")
    view = seen("form.composing", local={"text": "中国工商银行", "letters": ""})
    assert view.frame.primary.act == AnswerGiven("bank_name", "中国工商银行")


def test_a_phone_number_needs_no_words():
    view = seen("form.phone")
    assert not view.typing.takes_pinyin
    assert not view.typing.has_switch


@pytest.mark.parametrize(
    ("entry", "query"), [(chinese("居住", "zheng"), "居住 zheng"), (chinese("", "jz"), "jz"), (chinese("居住"), "居住")]
)
def test_letters_are_searched_as_pinyin_while_they_are_typed(entry, query):
    assert query_of(entry) == QueryChanged(query)
    assert "居住证申领" in {found.name.zh for found in world.CATALOGUE.search_items(query)}


def test_an_entry_lies_with_the_screen_and_comes_back():
    entry = chinese("居住", "zheng")
    context = Context(TEXTS, "zh-CN", world.CATALOGUE, world.CENTRE, world.NOW, dict(entry.local), METHOD)
    assert entry_of(context, "") == entry


def test_what_is_typed_is_in_no_repr():
    view = seen("form.composing")
    assert "中国" not in repr(view)
    assert "gong" not in repr(view)
    assert "工商" not in repr(view)
    assert "居住" not in repr(seen("item.composing").typing)


def test_a_kiosk_without_its_dictionary_says_so_and_serves_on(monkeypatch, caplog, tmp_path):
    monkeypatch.setattr(program, "DICTIONARY", tmp_path / "none.sqlite")
    assert program._input_method() is None
    assert "pinyin_dictionary_missing" in caplog.text
