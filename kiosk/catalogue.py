"""Catalogue: every service item and locality of the city, and finding them by words or by pinyin."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from config.schema import CatalogueData, Competence, FormField, Locality, LocalityKind, ServiceItem
from kiosk.readings import reading

_T = TypeVar("_T")

# How good a find is. A name beats a further word, Chinese as typed beats pinyin, the beginning beats the middle.
_EXACT, _BEGINS, _CONTAINS, _SAID, _SOUNDS_FROM_START, _SOUNDS = 100, 90, 80, 70, 60, 40
_NAME, _WORD, _DEPARTMENT = 0, 5, 30


class Catalogue:
    """The same at every kiosk (R16): `digest` names its contents. Building it takes a moment, searching does not.

    `city` is the city's own row among the localities; raises ValueError when there is none.
    """

    def __init__(self, data: CatalogueData) -> None:
        self.items = data.items
        self.localities = data.localities
        self.digest = data.digest
        self._common_fields = data.common_fields
        cities = [row for row in data.localities.values() if row.kind is LocalityKind.CITY]
        if len(cities) != 1:
            raise ValueError(f"one locality of kind city is wanted, found {len(cities)}")
        self.city = cities[0]
        self._item_index = _Index(
            (
                item,
                (
                    (_NAME, item.name.zh),
                    (_NAME, item.name.en),
                    *((_WORD, word) for word in item.words),
                    (_DEPARTMENT, item.department.zh),
                    (_DEPARTMENT, item.department.en),
                ),
            )
            for _, item in sorted(self.items.items())
        )
        self._locality_index = _Index(
            (
                locality,
                (
                    (_NAME, locality.name.zh),
                    (_NAME, locality.name.en),
                    *((_WORD, word) for word in locality.address_words),
                ),
            )
            for locality in self.localities.values()
            if locality is not self.city
        )

    def search_items(self, query: str) -> tuple[ServiceItem, ...]:
        """Best first; all items in the order of their codes when nothing was typed."""
        return self._item_index.search(query)

    def search_localities(self, query: str) -> tuple[Locality, ...]:
        """What a citizen can choose, without the city's own row. Best first, else in the order of the plan."""
        return self._locality_index.search(query)

    def spoken_texts(self) -> frozenset[str]:
        """Every text whose reading the search asks for."""
        return self._item_index.spoken_texts() | self._locality_index.spoken_texts()

    def fields(self, item: ServiceItem) -> tuple[FormField, ...]:
        """Everything the form of this item holds: what every filing asks, then its own."""
        return self._common_fields + item.fields

    def only_locality(self, item: ServiceItem) -> Locality | None:
        """Where there is nothing to choose: what the city decides goes to the city."""
        return self.city if item.competence is Competence.CITY else None

    def proposed_locality(self, address: str) -> Locality | None:
        """The locality that an address on a card names; None when it is not in this city.

        A development zone wins over the district around it. Districts of other cities have the same names
        (长安区 of 石家庄, 新城区 of 呼和浩特), so a foreign city in front of the name refuses it; cards of the counties
        often leave the city out (陕西省蓝田县).
        """
        if not _may_be_in_this_city(address):
            return None
        named = [
            (locality.kind is LocalityKind.DEVELOPMENT_ZONE, len(word), locality)
            for locality in self.localities.values()
            if locality.kind is not LocalityKind.CITY
            for word in locality.address_words
            if word in address
        ]
        return max(named, key=lambda find: find[:2])[2] if named else None


def _may_be_in_this_city(address: str) -> bool:
    if re.search("西安市|西咸新区|^(陕西省?)?西安", address):
        return True
    province = re.match(r"(\w{2,3}省|\w{2,4}自治区)", address)
    if province and province.group() != "陕西省":
        return False
    return "市" not in address[:12]


@dataclass(frozen=True)
class _Wording:
    loss: int
    text: str  # folded
    syllables: tuple[str, ...]  # pinyin of each Chinese character; other characters stand for themselves


class _Index(Generic[_T]):
    def __init__(self, rows: Iterable[tuple[_T, tuple[tuple[int, str], ...]]]) -> None:
        self._rows = tuple(
            (row, tuple(_Wording(loss, _fold(text), _syllables(text)) for loss, text in wordings))
            for row, wordings in rows
        )

    def spoken_texts(self) -> frozenset[str]:
        return frozenset(
            wording.text.replace(" ", "") for _, wordings in self._rows for wording in wordings if wording.syllables
        )

    def search(self, query: str) -> tuple[_T, ...]:
        """Nothing is remembered: what a citizen typed must be gone with the visit."""
        parts = _fold(query).split()
        found: list[tuple[int, int]] = []
        for place, (_, wordings) in enumerate(self._rows):
            grades = [max(_grade(part, wording) for wording in wordings) for part in parts]
            if all(grade > 0 for grade in grades):
                found.append((-sum(grades), place))
        return tuple(self._rows[place][0] for _, place in sorted(found))


def _grade(part: str, wording: _Wording) -> int:
    """How well one typed part fits one wording, 0 when it does not."""
    text = wording.text
    if part == text:
        grade = _EXACT
    elif text.startswith(part):
        grade = _BEGINS
    elif _is_latin(part):
        if f" {part}" in text:
            grade = _CONTAINS
        else:
            start = _sounding_from(part, wording.syllables)
            if start is None:
                return 0
            grade = _SOUNDS_FROM_START if start == 0 else _SOUNDS
    elif part in text:
        grade = _CONTAINS
    elif len(text) >= 2 and not _is_latin(text) and text in part:
        grade = _SAID  # a whole sentence was typed: 我要办居住证
    else:
        return 0
    return max(1, grade - wording.loss)


def _sounding_from(part: str, syllables: tuple[str, ...]) -> int | None:
    """The first syllable from which `part` can be spoken."""
    return next(
        (
            start
            for start, syllable in enumerate(syllables)
            if syllable[0] == part[0] and _sounds(part, syllables[start:])
        ),
        None,
    )


def _sounds(part: str, syllables: tuple[str, ...]) -> bool:
    """Is `part` made of the beginnings of these syllables, one after another: gjj, gongjj, gongjijin."""
    if not part:
        return True
    if not syllables:
        return False
    first = syllables[0]
    length = 0
    while length < min(len(first), len(part)) and first[length] == part[length]:
        length += 1
    return any(_sounds(part[taken:], syllables[1:]) for taken in range(length, 0, -1))


def _syllables(text: str) -> tuple[str, ...]:
    return () if _is_latin(text) else reading(_fold(text).replace(" ", ""))


def _is_latin(text: str) -> bool:
    return text.isascii()


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace("'", "").split())
