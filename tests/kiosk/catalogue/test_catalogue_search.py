"""Finding items and localities as citizens type: words, sentences, pinyin, its initials, English."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from config.schema import CatalogueData
from kiosk.catalogue import Catalogue
from tests.kiosk.story import catalogue


def names(query: str) -> list[str]:
    return [item.name.zh for item in catalogue().search_items(query)]


def places(query: str) -> list[str]:
    return [locality.name.zh for locality in catalogue().search_localities(query)]


@pytest.mark.parametrize(
    "query",
    ["居住证", "居住证申领", "居住", "暂住证", "我要办居住证", "jzz", "JZZ", "juzhuzheng", "juzhu", "juzz", "jzzsl",
     "residence permit", "Residence", "permit resid", "  居住证  "],
)  # fmt: skip
def test_the_residence_permit_is_found_first(query: str) -> None:
    assert names(query)[0] == "居住证申领"


@pytest.mark.parametrize("query", ["zzzz", "没有这件事", "!", "居住证 zzzz"])
def test_what_does_not_exist_is_not_found(query: str) -> None:
    assert names(query) == []


def test_nothing_typed_shows_everything_in_the_order_of_the_codes() -> None:
    assert [item.code for item in catalogue().search_items("")] == sorted(catalogue().items)


def test_every_item_is_found_first_by_its_own_name_and_by_its_initials() -> None:
    for item in catalogue().items.values():
        assert names(item.name.zh)[0] == item.name.zh
        assert names(item.name.en)[0] == item.name.zh


def test_a_name_comes_before_a_department() -> None:
    by_department = names("公安")
    assert "居住证申领" in by_department
    assert names("gongan")[-1] in by_department


@pytest.mark.parametrize(
    ("query", "name"),
    [("changan", "长安区"), ("ca", "长安区"), ("gx", "高新区"), ("cb", "浐灞生态区"), ("户县", "鄠邑区"),
     ("hy", "鄠邑区"), ("Yanta", "雁塔区"), ("沣东", "西咸新区"), ("hkjd", "航空基地")],
)  # fmt: skip
def test_localities_are_found_as_they_are_called(query: str, name: str) -> None:
    assert places(query)[0] == name


def test_the_citys_own_row_cannot_be_chosen() -> None:
    assert "西安市" not in places("")
    assert len(places("")) == 21


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("陕西省西安市长安区韦曲街道虚构路1号", "长安区"),
        ("西安市雁塔区高新区虚构路2号", "高新区"),
        ("陕西省蓝田县虚构镇", "蓝田县"),
        ("陕西省户县虚构村", "鄠邑区"),
        ("陕西省西咸新区沣东新城虚构街", "西咸新区"),
        ("西安市阎良区航空基地虚构路", "航空基地"),
        ("陕西西安碑林区虚构巷", "碑林区"),
        ("河北省石家庄市长安区虚构路1号", None),
        ("内蒙古自治区呼和浩特市新城区虚构路", None),
        ("陕西省宝鸡市高新区虚构路", None),
        ("四川省成都市西安路高新区1号", None),
        ("陕西省西安市", None),
        ("", None),
    ],
)
def test_the_address_on_the_card_proposes_a_locality(address: str, name: str | None) -> None:
    proposed = catalogue().proposed_locality(address)
    assert (proposed.name.zh if proposed else None) == name


def test_two_hundred_items_are_searched_in_five_milliseconds() -> None:
    few = list(catalogue().items.values())
    many = {f"9{number:08d}": replace(few[number % len(few)], code=f"9{number:08d}") for number in range(200)}
    big = Catalogue(CatalogueData(items=many, localities=catalogue().localities, common_fields=(), digest=""))
    typed = {query: timed(big, query) for query in ("jzz", "juzhu", "居住", "permit", "gjj")}
    assert max(typed.values()) < 0.005, typed


def timed(big: Catalogue, query: str) -> float:
    started = time.thread_time()  # of this thread alone: what else the machine does is not the question
    big.search_items(query)
    return time.thread_time() - started


def test_a_catalogue_without_the_city_is_refused() -> None:
    districts = {key: row for key, row in catalogue().localities.items() if row is not catalogue().city}
    with pytest.raises(ValueError, match="kind city"):
        Catalogue(CatalogueData(items={}, localities=districts, common_fields=(), digest=""))
