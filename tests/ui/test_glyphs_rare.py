"""Names may hold any character of the chip; a box where a character should be is no way to greet a citizen."""

from __future__ import annotations

import pytest

from ui.glyphs import code_point, drawable, lacking, undrawable


def test_common_text_needs_no_look_into_the_font():
    assert lacking("请把身份证放在读卡区，亮蓝灯的地方。Back 123") == ""


@pytest.mark.parametrize("name", ["张𠅤国", "李㛃", "王𬭎"])
def test_rare_characters_of_names_are_drawn_by_one_of_the_two_faces(name):
    assert drawable(name)


def test_a_character_of_extension_b_comes_from_the_second_face():
    assert lacking("张𠀀国") == "𠀀"
    assert drawable("张𠀀国")


def test_what_no_face_has_is_told():
    assert not drawable("\ue000")
    assert undrawable("王\ue000𠀀𰀀") == "\ue000𰀀"
    assert [code_point(c) for c in "\ue000𰀀"] == ["U+E000", "U+30000"]


def test_what_nobody_sees_is_not_missed():
    assert drawable("葛\U000e0100\u200b")  # a chosen variant, a place to break
