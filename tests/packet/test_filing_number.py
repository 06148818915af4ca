from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from packet.filing_number import check_character, make_filing_number, parse_filing_number

NIGHT = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)  # 01:30 on the 25th in Beijing
numbers = st.builds(
    lambda kiosk, count: str(make_filing_number(kiosk_id=kiosk, at=NIGHT, count=count)),
    st.from_regex(r"[A-Za-z][A-Za-z0-9.-]{0,12}", fullmatch=True),
    st.integers(1, 12_000),
)


def test_a_filing_number_says_where_when_and_the_how_manieth() -> None:
    assert str(make_filing_number(kiosk_id="xa-07", at=NIGHT, count=7)) == "XA07-261125-007-J"


@given(numbers)
def test_a_number_is_read_back_as_people_write_it(number: str) -> None:
    parsed = parse_filing_number(f" {number.lower()} ")
    assert parsed is not None
    assert str(parsed) == number


@given(numbers, st.data())
def test_one_wrong_character_is_noticed(number: str, data: st.DataObject) -> None:
    position = data.draw(st.sampled_from([i for i, c in enumerate(number) if c != "-"]))
    wrong = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    assume(wrong != number[position])
    assert parse_filing_number(number[:position] + wrong + number[position + 1 :]) is None


def test_nearly_every_swap_of_neighbours_is_noticed() -> None:
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    swaps = [(one, other) for one in alphabet for other in alphabet if one != other]
    silent = [
        swap for swap in swaps if check_character("XA" + "".join(swap)) == check_character("XA" + "".join(swap[::-1]))
    ]
    assert len(silent) < len(swaps) * 0.03


@given(st.text(max_size=40))
def test_other_texts_are_no_filing_numbers(text: str) -> None:
    parsed = parse_filing_number(text)
    assert parsed is None or str(parsed) == text.strip().upper()


@pytest.mark.parametrize(("body", "check"), [("A12425GABC1234002", "M")])
def test_the_check_character_is_the_one_of_iso_7064(body: str, check: str) -> None:
    """The example of the Global Release Identifier, which uses the same system."""
    assert check_character(body) == check
