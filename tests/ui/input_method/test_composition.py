"""A composition: what is taken, what is left, and what nonsense does."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.pinyin_dictionary import listed
from ui.input_method.dictionary import Dictionary, DictionaryMissing, write
from ui.input_method.lattice import Lattice
from ui.input_method.protocol import MAX_LETTERS


def _texts(method: Lattice, letters: str) -> list[str]:
    return [candidate.text for candidate in method.compose(letters).candidates]


def test_nothing_typed_offers_nothing(small: Lattice) -> None:
    assert small.compose("").candidates == ()


def test_choosing_a_word_keeps_the_rest(method: Lattice) -> None:
    composition = method.compose("renminlu")
    people = [candidate.text for candidate in composition.candidates].index("人民")
    assert composition.chosen(people) == ("人民", "lu")
    assert composition.chosen(0) == ("人民路", "")


def test_the_rest_does_not_begin_with_an_apostrophe(small: Lattice) -> None:
    composition = small.compose("xi'an")
    west = [candidate.text for candidate in composition.candidates].index("西")
    assert composition.chosen(west) == ("西", "an")


def test_an_apostrophe_parts_syllables(small: Lattice) -> None:
    assert _texts(small, "xian")[0] == "先"
    assert _texts(small, "xi'an")[0] == "西安"
    assert "先" not in _texts(small, "xi'an")
    assert small.compose("xi'an").shown == "xi an"


def test_letters_can_be_taken_as_they_are(small: Lattice) -> None:
    assert _texts(small, "icbc")[-1] == "icbc"


def test_a_number_that_is_no_candidate(small: Lattice) -> None:
    with pytest.raises(IndexError):
        small.compose("xi").chosen(99)


@given(st.text(max_size=80))
def test_anything_at_all_can_be_typed(method: Lattice, letters: str) -> None:
    composition = method.compose(letters)
    assert len(composition.letters) <= MAX_LETTERS
    assert bool(composition.candidates) == bool(composition.letters)
    for number in range(len(composition.candidates)):
        text, rest = composition.chosen(number)
        assert text
        assert len(rest) < len(composition.letters)


@given(st.text(alphabet="abghinosuxz'", max_size=60))
def test_every_run_of_letters_has_candidates(method: Lattice, letters: str) -> None:
    composition = method.compose(letters)
    assert bool(composition.candidates) == bool(composition.letters)


def test_typing_leaves_no_file_and_no_text_in_repr(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    write(path, [("西安", "xi an", 50)])
    before = path.read_bytes()
    dictionary = Dictionary(path)
    composition = Lattice(dictionary).compose("xian")
    dictionary.close()
    assert [entry.name for entry in tmp_path.iterdir()] == ["words.sqlite"]
    assert path.read_bytes() == before
    assert "xian" not in repr(composition)
    assert "西安" not in repr(composition)


def test_a_missing_dictionary_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DictionaryMissing, match="set-up"):
        Dictionary(tmp_path / "none.sqlite")


def test_the_same_words_give_the_same_bytes(tmp_path: Path) -> None:
    words = [("西安", "xi an", 50), ("先", "xian", 90)]
    write(tmp_path / "one", words)
    write(tmp_path / "other", reversed(words))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_word_lists_name_a_reading_that_does_not_fit() -> None:
    assert list(listed("单=shan 尉迟=yuchi # 注")) == [("单", "shan"), ("尉迟", "yu chi")]
    with pytest.raises(ValueError, match="尉迟"):
        list(listed("尉迟=yu"))
