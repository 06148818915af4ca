"""Chinese line breaks: what may not begin or end a line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ui.linebreak import balanced, broken


def each_one_wide(text: str) -> float:
    return float(len(text))


def lines(text: str, width: int) -> tuple[str, ...]:
    return broken(text, width=width, measure=each_one_wide)


def test_no_line_begins_with_a_closing_mark():
    assert lines("请您携带身份证、户口簿", 7) == ("请您携带身份", "证、户口簿")


def test_no_line_ends_with_an_opening_mark():
    assert lines("打印代收《通知书》", 5) == ("打印代收", "《通知书》")


def test_numbers_and_latin_words_stay_whole():
    assert lines("请打029-86868920询问", 14) == ("请打029-86868920", "询问")
    assert lines("Lay your card here", 9) == ("Lay your", "card here")


def test_a_number_wider_than_the_line_is_broken_after_all():
    assert lines("6101140000", 4) == ("6101", "1400", "00")


def test_explicit_ends_of_lines_are_kept():
    assert lines("一\n二三", 9) == ("一", "二三")


def test_a_title_leaves_no_single_character_over():
    assert balanced("右边少一块，请往左移一点", width=11, measure=each_one_wide) == ("右边少一块，", "请往左移一点")
    assert balanced("高龄老人生活保健补贴申请", width=11, measure=each_one_wide) == ("高龄老人生活", "保健补贴申请")


@given(st.text(alphabet="中文字，。、（）《》abc 123", min_size=1, max_size=60), st.integers(8, 30))
def test_nothing_is_lost(text, width):
    got = lines(text, width)
    assert "".join(got).replace(" ", "") == text.replace(" ", "")
    assert all(len(line) <= max(width, 1) or len(line.split()) == 1 for line in got)
