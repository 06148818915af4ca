"""The papers of a dossier: pure changes of its materials and their pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from config.schema import ServiceItem
from kiosk.dossier import Dossier, Material, Page
from kiosk.session import Session


def empty(item: ServiceItem) -> tuple[Material, ...]:
    return tuple(Material(requirement) for requirement in item.materials)


def carried_over(item: ServiceItem, old: tuple[Material, ...]) -> tuple[Material, ...]:
    """Materials of another item; what was already laid under the camera for the same requirement is kept."""
    by_requirement = {material.requirement: material for material in old}
    return tuple(by_requirement.get(requirement, Material(requirement)) for requirement in item.materials)


def named(dossier: Dossier, key: str) -> Material | None:
    return next((material for material in dossier.materials if material.requirement.key == key), None)


def first_open(dossier: Dossier) -> Material | None:
    return next((material for material in dossier.materials if not material.finished), None)


def current(session: Session) -> Material | None:
    """The material on the screen: the one chosen in the review, else the first that is not finished."""
    return named(session.dossier, session.material_key) or first_open(session.dossier)


def is_full(material: Material) -> bool:
    return len(material.pages) >= material.requirement.max_pages


def has_page(material: Material, page_id: int) -> bool:
    return any(page.page_id == page_id for page in material.pages)


def with_material(dossier: Dossier, changed: Material) -> Dossier:
    return dossier.with_(
        materials=tuple(
            changed if material.requirement.key == changed.requirement.key else material
            for material in dossier.materials
        )
    )


def with_page(material: Material, page: Page, *, in_place_of: int | None) -> Material:
    """The page at the end, or where the page `in_place_of` lies. A full material takes no further page."""
    if in_place_of is not None and has_page(material, in_place_of):
        pages = tuple(page if old.page_id == in_place_of else old for old in material.pages)
    elif is_full(material):
        pages = material.pages
    else:
        pages = (*material.pages, page)
    return replace(material, pages=pages, absent=False)


def without_page(material: Material, page_id: int) -> Material:
    return replace(material, pages=tuple(page for page in material.pages if page.page_id != page_id))


def with_page_moved(material: Material, page_id: int, by: int) -> Material:
    """The page further to the front (-1) or to the end (+1); nothing happens beyond the ends."""
    places = [page.page_id for page in material.pages]
    if page_id not in places:
        return material
    source = places.index(page_id)
    target = min(max(source + by, 0), len(places) - 1)
    pages = list(material.pages)
    pages.insert(target, pages.pop(source))
    return replace(material, pages=tuple(pages))


def counted(item: ServiceItem | None, pages: Mapping[str, int]) -> tuple[Material, ...]:
    """Materials of which nothing is left but how many pages they had: enough for a receipt."""
    requirements = item.materials if item is not None else ()
    return tuple(
        Material(
            requirement,
            pages=tuple(Page(number, b"", b"", 0, 0, 0, "") for number in range(1, pages.get(requirement.key, 0) + 1)),
            finished=True,
            absent=not pages.get(requirement.key),
        )
        for requirement in requirements
    )


def page_counts(dossier: Dossier) -> tuple[tuple[str, int], ...]:
    return tuple((material.requirement.key, len(material.pages)) for material in dossier.materials)
