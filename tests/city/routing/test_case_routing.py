"""Every item at every locality comes to exactly one of the 22 windows, and says why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from city.routing import NoCityWindow, route
from config.schema import Competence, LocalityKind
from tests.cityhall import catalogue

PAIRS = [(item, place) for item in catalogue().items.values() for place in catalogue().localities.values()]


def test_the_catalogue_has_the_22_windows_of_the_plan() -> None:
    kinds = [place.kind for place in catalogue().localities.values()]
    assert [kinds.count(kind) for kind in LocalityKind] == [1, 11, 2, 8]
    assert len(PAIRS) >= 15 * 22


def test_every_item_at_every_locality() -> None:
    for item, place in PAIRS:
        way = route(item.code, place.key, catalogue())
        expected = "xian" if item.competence is Competence.CITY else place.key
        assert way.window == expected, (item.code, place.key)
        assert way.window in catalogue().localities
        assert any(item.name.zh in why for why in way.why)


def test_a_division_code_decides_nothing() -> None:
    """The same answer when every division code is wiped or swapped."""
    wiped = {key: replace(place, division_code="610114") for key, place in catalogue().localities.items()}
    other = replace(catalogue(), localities=wiped)
    for item, place in PAIRS:
        assert route(item.code, place.key, other).window == route(item.code, place.key, catalogue()).window


def test_a_development_zone_keeps_its_own_cases_although_it_lies_inside_a_district() -> None:
    way = route("610114001", "hangkong", catalogue())
    assert way.window == "hangkong"
    assert any("没有单独的行政区划代码" in why for why in way.why)


@pytest.mark.parametrize(
    ("item", "place"), [("999999999", "yanta"), ("610114001", "atlantis"), ("", ""), ("x" * 500, "'; drop")]
)
def test_what_cannot_be_placed_goes_to_the_city_window_and_is_never_lost(item: str, place: str) -> None:
    way = route(item, place, catalogue())
    assert way.window == "xian"
    assert way.why


def test_a_catalogue_without_the_city_is_refused() -> None:
    places = {k: p for k, p in catalogue().localities.items() if p.kind is not LocalityKind.CITY}
    with pytest.raises(NoCityWindow):
        route("610114001", "yanta", replace(catalogue(), localities=places))
