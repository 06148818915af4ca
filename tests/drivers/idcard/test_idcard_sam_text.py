"""The 256 bytes of text, in all four layouts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from drivers.emulators.cards import CARDS, encode_text
from drivers.errors import CardUnreadable, DeviceGarbled
from drivers.idcard import nations, sam_text
from drivers.protocols import CardData, CardKind, Sex

SAM_CARDS = {key: card for key, card in CARDS.items() if card.kind is not CardKind.SOCIAL_SECURITY}


def parse(text: bytes) -> CardData:
    return sam_text.card_data(text, device="reader")


def with_field(text: bytes, offset: int, size: int, value: str) -> bytes:
    return text[:offset] + value.ljust(size // 2).encode("utf-16-le") + text[offset + size :]


@pytest.fixture
def resident() -> bytes:
    return encode_text(CARDS["yanta_man"])


@pytest.mark.parametrize("key", SAM_CARDS)
def test_every_invented_holder_reads_back_whole(key):
    text = encode_text(SAM_CARDS[key])

    assert len(text) == 256
    assert parse(text) == SAM_CARDS[key]


def test_fields_lie_where_the_published_table_puts_them(resident):
    def at(offset: int, size: int) -> str:
        return resident[offset : offset + size].decode("utf-16-le").rstrip()

    assert at(0, 30) == "韩志远"
    assert at(30, 2) == "1"
    assert at(32, 4) == "01"
    assert at(36, 16) == "19791123"
    assert at(122, 36) == CARDS["yanta_man"].number
    assert at(158, 30) == "西安市公安局雁塔分局"
    assert (at(188, 16), at(204, 16)) == ("20210315", "20410315")
    assert at(248, 2) == ""


@pytest.mark.parametrize(
    ("key", "mark"), [("hk_permit", "J"), ("foreigner_2017", "I"), ("foreigner_2023", "Y"), ("beilin_woman", " ")]
)
def test_the_kind_mark_tells_the_layout(key, mark):
    assert encode_text(CARDS[key])[248:250].decode("utf-16-le") == mark


def test_a_card_without_end_is_long_term_and_no_date(resident):
    assert parse(with_field(resident, 204, 16, "长期")).valid_to is None


def test_a_blank_end_is_not_long_term(resident):
    with pytest.raises(DeviceGarbled):
        parse(with_field(resident, 204, 16, ""))


@pytest.mark.parametrize("wrong", ["20230231", "2023123", "abcdefgh", "２０２３０１０１", "00000000"])
def test_an_end_that_is_no_date_is_garbled(resident, wrong):
    with pytest.raises(DeviceGarbled):
        parse(with_field(resident, 204, 16, wrong))


def test_a_birth_whose_day_nobody_knows_is_none(resident):
    assert parse(with_field(resident, 36, 16, "19380000")).birth is None


def test_a_birth_that_is_no_number_is_garbled(resident):
    with pytest.raises(DeviceGarbled):
        parse(with_field(resident, 36, 16, "1938年"))


@pytest.mark.parametrize(
    ("code", "sex"),
    [
        ("1", Sex.MALE),
        ("2", Sex.FEMALE),
        ("0", Sex.UNKNOWN),
        ("9", Sex.UNSTATED),
        (" ", Sex.UNKNOWN),
        ("5", Sex.UNKNOWN),
    ],
)
def test_a_sex_that_is_not_told_is_never_guessed(resident, code, sex):
    assert parse(with_field(resident, 30, 2, code)).sex is sex


def test_a_blank_nation_stays_blank(resident):
    card = parse(with_field(resident, 32, 4, ""))

    assert card.nation == ""
    assert nations.nation_name(card.nation) == ""


@pytest.mark.parametrize(("code", "name"), [("01", "汉"), ("24", "拉祜"), ("25", "水"), ("26", "东乡"), ("56", "基诺")])
def test_no_nation_is_off_by_one(code, name):
    assert nations.nation_name(code) == name


def test_all_nations_have_one_code():
    assert len(nations.NATIONS) == 58
    assert len(set(nations.NATIONS.values())) == 58


def test_a_name_outside_the_basic_plane_survives():
    assert parse(encode_text(CARDS["rare_name"])).name == "吴𬀩"


def test_a_name_of_fifteen_units_fills_its_field(resident):
    assert parse(with_field(resident, 0, 30, "甲" * 15)).name == "甲" * 15


def test_a_name_cut_inside_a_character_is_garbled(resident):
    half = ("甲" * 14).encode("utf-16-le") + "𬀩".encode("utf-16-le")[:2]

    with pytest.raises(DeviceGarbled):
        parse(half + resident[30:])


def test_zero_bytes_pad_as_well_as_spaces(resident):
    assert parse(resident.replace(b" \0", b"\0\0")) == CARDS["yanta_man"]


def test_a_check_character_in_small_letters_is_the_same(resident):
    assert parse(with_field(resident, 122, 36, "11010519491231002x")).number == "11010519491231002X"


def test_an_unknown_layout_is_not_read_as_a_resident(resident):
    with pytest.raises(CardUnreadable) as caught:
        parse(with_field(resident, 248, 2, "K"))

    assert caught.value.reason == "wrong_kind"


def test_a_long_latin_name_is_joined_from_its_two_fields():
    card = CARDS["foreigner_2023"]
    assert len(card.latin_name) > 35

    assert parse(encode_text(card)).latin_name == card.latin_name


def test_a_space_at_the_seam_of_a_long_latin_name_is_kept():
    name = "A" * 34 + " " + "BCD"
    card = replace(CARDS["foreigner_2023"], latin_name=name, name=name)

    assert parse(encode_text(card)).latin_name == name


def test_a_holder_without_chinese_name_is_called_by_the_latin_one():
    card = replace(CARDS["foreigner_2017"], name=CARDS["foreigner_2017"].latin_name)

    assert parse(encode_text(card)).name == card.latin_name


@pytest.mark.parametrize("length", [0, 1, 255, 257])
def test_text_of_another_length_is_garbled(length):
    with pytest.raises(DeviceGarbled):
        parse(bytes(length))


def test_errors_do_not_quote_the_card(resident):
    with pytest.raises(DeviceGarbled) as caught:
        parse(with_field(resident, 204, 16, "20991399"))

    assert "20991399" not in str(caught.value)


@settings(deadline=None)
@given(text=st.binary(min_size=256, max_size=256))
@example(text=bytes(256))
@example(text=b" \0" * 128)
def test_noise_gives_a_typed_error_or_a_card_and_nothing_else(text):
    try:
        card = parse(text)
    except (DeviceGarbled, CardUnreadable):
        return
    assert isinstance(card, CardData)


days = st.dates(date(1900, 1, 1), date(2099, 12, 31))
plain = st.text(st.characters(codec="utf-16-le", exclude_categories=["Cs", "Zs", "Cc"]), max_size=15).filter(
    lambda text: len(text.encode("utf-16-le")) <= 30 and text == text.strip()
)


@settings(deadline=None)
@given(name=plain, issuer=plain, birth=days, valid_from=days, valid_to=st.none() | days, sex=st.sampled_from(Sex))
def test_what_can_be_written_reads_back(name, issuer, birth, valid_from, valid_to, sex):
    card = replace(
        CARDS["yanta_man"],
        name=name,
        issuer=issuer,
        birth=birth,
        valid_from=valid_from,
        valid_to=valid_to,
        sex=sex,
    )

    assert parse(encode_text(card)) == card
