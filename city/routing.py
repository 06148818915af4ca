"""Which of the city's comprehensive windows handles a filing, and why.

The item's competence decides first, the place second. A division code decides nothing: development zones have none
of their own, and lie inside districts that have one.
"""

from __future__ import annotations

from dataclasses import dataclass

from config.schema import CatalogueData, Competence, Locality, LocalityKind


@dataclass(frozen=True)
class Route:
    """`window` is the key of the locality whose window handles the case; `why` are sentences for staff (why here)."""

    window: str
    why: tuple[str, ...]


class NoCityWindow(LookupError):
    """The catalogue has no locality of kind `city`, so nothing can be routed."""


def route(item_code: str, locality: str, catalogue: CatalogueData) -> Route:
    """Total over every item and locality, known or not: what cannot be placed goes to the city's own window.

    A dossier that has been collected must never be left lying because a code is new to us.
    Raises NoCityWindow.
    """
    city = _city(catalogue)
    item = catalogue.items.get(item_code)
    place = catalogue.localities.get(locality)
    if item is None:
        return Route(city.key, (f"事项编码 {item_code} 不在现行目录中", f"先由{city.name.zh}窗口接收并转办"))
    if item.competence is Competence.CITY:
        why = [f"“{item.name.zh}”由市级部门（{item.department.zh}）办理"]
        if place is not None and place.key != city.key:
            why.append(f"申请人选择的属地是{place.name.zh}，该事项不下放到区县和开发区")
        return Route(city.key, tuple(why))
    if place is None:
        return Route(city.key, (f"属地代号 {locality} 不在窗口表中", f"先由{city.name.zh}窗口接收并转办"))
    if place.kind is LocalityKind.CITY:
        return Route(city.key, (f"“{item.name.zh}”由属地办理", "申请人选择市本级，由市级窗口接收并转办"))
    why = [f"“{item.name.zh}”由属地（{item.department.zh}）办理", f"申请人选择的属地是{place.name.zh}"]
    if place.kind is LocalityKind.DEVELOPMENT_ZONE:
        why.append(f"{place.name.zh}是开发区，没有单独的行政区划代码，按属地名称而不按区划代码分派")
    return Route(place.key, tuple(why))


def _city(catalogue: CatalogueData) -> Locality:
    for place in catalogue.localities.values():
        if place.kind is LocalityKind.CITY:
            return place
    raise NoCityWindow("no locality of kind city")
