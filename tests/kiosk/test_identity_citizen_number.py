"""公民身份号码 after GB 11643."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.identity import CitizenNumber, NotACitizenNumber, check_character

SAMPLE = "11010519491231002X"  # published with the standard


@pytest.mark.parametrize("text", [SAMPLE, "932682198501010017", "911124198108030024", "931586198001010028"])
def test_published_samples_are_numbers(text):
    assert CitizenNumber(text).text == text


def test_a_number_tells_division_birth_and_sex():
    number = CitizenNumber(SAMPLE)

    assert number.division_code == "110105"
    assert number.birth == date(1949, 12, 31)
    assert number.sex.name == "FEMALE"


def test_a_number_prints_masked():
    assert str(CitizenNumber(SAMPLE)) == "110105**********2X"
    assert "1949" not in repr(CitizenNumber(SAMPLE))


@pytest.mark.parametrize(
    "typed", ["11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ"]
)
def test_typing_is_forgiven(typed):
    assert CitizenNumber.parse(typed).text == SAMPLE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "110105194912310021",  # check character
        "11010519491231002",
        "11010519491231002XX",
        "1101051949123100X2",
        "010105194912310020",
        "11010519491331002X",
        "１１０１０５１９４９１２３１００２X",  # the type itself forgives nothing
        "١١٠١٠٥١٩٤٩١٢٣١٠٠٢X",
        "11010519491231002X\n",
    ],
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(NotACitizenNumber):
        CitizenNumber(text)


@pytest.mark.parametrize("body", ["11010519490230002", "11010519490001002"])
def test_a_day_that_never_was_is_refused_although_the_check_character_fits(body):
    with pytest.raises(NotACitizenNumber):
        CitizenNumber(body + check_character(body))


@settings(deadline=None)
@given(
    division=st.integers(110000, 659999),
    birth=st.dates(date(1900, 1, 1), date(2030, 1, 1)),
    sequence=st.integers(0, 999),
    place=st.integers(0, 16),
    other=st.integers(1, 9),
)
def test_one_wrong_digit_is_always_noticed(division, birth, sequence, place, other):
    body = f"{division}{birth:%Y%m%d}{sequence:03d}"
    number = body + check_character(body)
    digit = (int(number[place]) + other) % 10
    wrong = number[:place] + str(digit) + number[place + 1 :]

    assert CitizenNumber(number).birth == birth
    with pytest.raises(NotACitizenNumber):
        CitizenNumber(wrong)


@settings(deadline=None)
@given(text=st.text(max_size=40))
def test_the_refusal_never_quotes_what_was_typed(text):
    with contextlib.suppress(NotACitizenNumber):
        CitizenNumber.parse(text)
        return
    with pytest.raises(NotACitizenNumber, match=r"^(not 17 digits|the check character|no day of birth)"):
        CitizenNumber.parse(text)
