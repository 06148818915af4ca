from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packet import wire
from packet.errors import BadManifest, BadShape


@dataclass(frozen=True)
class Inner:
    word: str
    count: int = 0


@dataclass(frozen=True)
class Outer:
    name: str
    is_open: bool
    pairs: tuple[tuple[str, str], ...]
    inner: tuple[Inner, ...]
    one: Inner


text = st.text(st.characters(exclude_categories=["Cs"]))
inners = st.builds(Inner, word=text, count=st.integers(-(2**53), 2**53))
outers = st.builds(
    Outer,
    name=text,
    is_open=st.booleans(),
    pairs=st.lists(st.tuples(text, text)).map(tuple),
    inner=st.lists(inners).map(tuple),
    one=inners,
)


@given(outers)
def test_what_is_written_is_read_back(value: Outer) -> None:
    assert wire.decode(Outer, wire.encode(value)) == value


@given(outers)
def test_equal_values_have_equal_bytes_whatever_the_order_of_keys(value: Outer) -> None:
    shuffled = json.dumps(dict(reversed(json.loads(wire.encode(value)).items()))).encode()
    assert wire.encode(wire.decode(Outer, shuffled)) == wire.encode(value)


@given(st.binary(max_size=300))
def test_garbage_is_refused_with_one_kind_of_error(data: bytes) -> None:
    with pytest.raises(BadShape):
        wire.decode(Outer, data)


@given(outers, st.data())
def test_every_cut_and_every_repetition_is_refused(value: Outer, data: st.DataObject) -> None:
    whole = wire.encode(value)
    cut = data.draw(st.integers(0, len(whole) - 1))
    for spoiled in (whole[:cut], whole + whole):
        with pytest.raises(BadShape):
            wire.decode(Outer, spoiled)


@pytest.mark.parametrize(
    "document",
    [
        '{"word":"a","word":"b"}',  # one key twice
        '{"word":"a","more":1}',
        '{"count":1}',
        '{"word":1}',
        '{"word":"a","count":true}',  # a bool is no number here
        '{"word":"a","count":1.0}',
        '{"word":"a","count":NaN}',
        '{"word":"\\ud800"}',  # half a character
        "[" * 100_000,
        '{"word":"a","count":' + "9" * 5000 + "}",
        "null",
        "",
    ],
)
def test_json_that_is_nearly_right_is_refused(document: str) -> None:
    with pytest.raises(BadShape):
        wire.decode(Inner, document.encode())


def test_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(BadShape, match="at most 10 bytes"):
        wire.decode(Inner, b'{"word":"abcdef"}', limit=10)


def test_the_error_is_of_the_kind_asked_for_and_repeats_no_value() -> None:
    with pytest.raises(BadManifest) as caught:
        wire.decode(
            Outer, b'{"name":"CANARY","is_open":"CANARY","pairs":[],"inner":[],"one":{"word":""}}', error=BadManifest
        )
    assert caught.value.where == "is_open"
    assert "CANARY" not in str(caught.value)
