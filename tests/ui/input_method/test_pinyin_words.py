"""What people of this city type comes first."""

from __future__ import annotations

import pytest

from ui.input_method.lattice import Lattice


@pytest.mark.parametrize(
    ("letters", "first"),
    [
        ("xianshiyanliangqu", "西安市阎良区"),
        ("shenfenzheng", "身份证"),
        ("zhangjianguo", "张建国"),
        ("fenghuanglujiedao", "凤凰路街道"),
        ("zhongguogongshangyinhang", "中国工商银行"),
        ("renminlu", "人民路"),
        ("shanxishengxianshi", "陕西省西安市"),
        ("bukaihukoubu", "补开户口簿"),
        ("huyiqu", "鄠邑区"),
        ("changanyinhang", "长安银行"),
        ("xas", "西安市"),
        ("sfz", "身份证"),
        ("zhongg", "中国"),
        ("xianshiylq", "西安市阎良区"),
        ("nvshi", "女士"),
        ("lvyouju", "旅游局"),
    ],
)
def test_first_candidate(method: Lattice, letters: str, first: str) -> None:
    assert method.compose(letters).candidates[0].text == first


@pytest.mark.parametrize(
    ("letters", "surname"), [("shan", "单"), ("ou", "区"), ("zha", "查"), ("hu", "鄠"), ("zhe", "喆")]
)
def test_rare_names_can_be_typed(method: Lattice, letters: str, surname: str) -> None:
    assert surname in {candidate.text for candidate in method.compose(letters).candidates}


def test_lue_is_lve(method: Lattice) -> None:
    assert "略" in {candidate.text for candidate in method.compose("lue").candidates[:5]}
    assert "略" in {candidate.text for candidate in method.compose("lve").candidates[:5]}


def test_fuzzy_sounds_are_off(method: Lattice) -> None:
    assert "身份证" not in {candidate.text for candidate in method.compose("senfenzeng").candidates}
