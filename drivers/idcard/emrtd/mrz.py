"""Machine readable zone (ICAO 9303-3 to -6): three lines of 30, two of 36 or two of 44, and what opens the chip.

Home-return permits (港澳居民来往内地通行证) and Taiwan permits carry three lines of 30.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from drivers.protocols import Sex

FILLER = "<"
_WEIGHTS = (7, 3, 1)
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CHARACTERS = re.compile(r"[A-Z0-9<]*", re.ASCII)
_EXPIRY_AHEAD = 50  # no document is valid for longer
_SEXES = {"M": Sex.MALE, "F": Sex.FEMALE, "<": Sex.UNSTATED, "X": Sex.UNSTATED}


class MrzWrong(ValueError):
    """No machine readable zone. `field` is the part that does not check; the message holds nothing of the text."""

    def __init__(self, field: str) -> None:
        super().__init__(f"machine readable zone: {field}")
        self.field = field


@dataclass(frozen=True, repr=False)
class Access:
    """What opens a chip: the number, birth and expiry printed on the page, or the card access number on its face."""

    mrz_information: str = ""
    card_access_number: str = ""

    @classmethod
    def of_page(cls, *, number: str, birth: date, expiry: date) -> Access:
        """From a person's typing: lower case, full-width characters and spaces are forgiven. Raises MrzWrong."""
        narrow = "".join(unicodedata.normalize("NFKC", number).split()).upper()
        if not narrow or not _CHARACTERS.fullmatch(narrow):
            raise MrzWrong("number")
        return cls(mrz_information=_information(narrow.ljust(9, FILLER), f"{birth:%y%m%d}", f"{expiry:%y%m%d}"))

    @classmethod
    def of_can(cls, typed: str) -> Access:
        """The six digits. Raises MrzWrong."""
        digits = "".join(unicodedata.normalize("NFKC", typed).split())
        if not re.fullmatch(r"[0-9]{6}", digits, re.ASCII):
            raise MrzWrong("card access number")
        return cls(card_access_number=digits)

    def __repr__(self) -> str:
        return "Access(***)"


@dataclass(frozen=True, repr=False)
class Mrz:
    """One document. Dates as six digits YYMMDD; a part of a birth that nobody knows is `<<`."""

    document_code: str
    issuer: str
    number: str
    nationality: str
    birth: str
    sex: Sex
    expiry: str
    surname: str
    given_names: str
    optional: str = ""

    @property
    def access(self) -> Access:
        return Access(mrz_information=_information(self.number.ljust(9, FILLER), self.birth, self.expiry))

    @property
    def is_passport(self) -> bool:
        return self.document_code.startswith("P")

    def birth_day(self, *, today: date) -> date | None:
        """The last such day up to the end of this year. None when the document does not know it."""
        return _day(self.birth, before=today.year)

    def expiry_day(self, *, today: date) -> date | None:
        return _day(self.expiry, before=today.year + _EXPIRY_AHEAD)

    def __repr__(self) -> str:
        return f"Mrz({self.document_code}, ***)"


def parse(text: str) -> Mrz:
    """From lines of text, or all lines in one as data group 1 holds them. Blanks around lines are forgiven.

    Raises MrzWrong, with the first field whose check digit is wrong.
    """
    joined = "".join(text.split()).upper()
    if not _CHARACTERS.fullmatch(joined):
        raise MrzWrong("characters")
    match len(joined):
        case 90:
            return _three_lines(joined[:30], joined[30:60], joined[60:])
        case 72:
            return _two_lines(joined[:36], joined[36:])
        case 88:
            return _two_lines(joined[:44], joined[44:])
    raise MrzWrong("length")


def check_digit(field: str) -> str:
    """7-3-1 over digits, letters from A as 10, and fillers as 0."""
    values = (0 if character == FILLER else _ALPHABET.index(character) for character in field)
    return str(sum(value * _WEIGHTS[place % 3] for place, value in enumerate(values)) % 10)


def _three_lines(first: str, second: str, third: str) -> Mrz:
    number, optional = first[5:14], first[15:]
    number_digit = first[14]
    if number_digit == FILLER and optional[:1] != FILLER:  # a number of more than nine goes on behind its check digit
        rest = optional.partition(FILLER)[0]
        number, number_digit, optional = number + rest[:-1], rest[-1], optional[len(rest) :]
    _check("number", number, number_digit)
    _check("birth", second[:6], second[6])
    _check("expiry", second[8:14], second[14])
    _check("composite", first[5:] + second[:7] + second[8:15] + second[18:29], second[29])
    return _mrz(first[:5], third, number, second[15:18], second[:6], second[7], second[8:14], optional + second[18:29])


def _two_lines(first: str, second: str) -> Mrz:
    number, number_digit, optional = second[:9], second[9], second[28:-1]
    if len(second) == 44:
        optional = second[28:42]
        if second[42] != FILLER or optional.strip(FILLER):
            _check("optional", optional, second[42].replace(FILLER, "0"))
    elif number_digit == FILLER and optional[:1] != FILLER:
        rest = optional.partition(FILLER)[0]
        number, number_digit, optional = number + rest[:-1], rest[-1], optional[len(rest) :]
    _check("number", number, number_digit)
    _check("birth", second[13:19], second[19])
    _check("expiry", second[21:27], second[27])
    _check("composite", second[:10] + second[13:20] + second[21:-1], second[-1])
    return _mrz(first[:5], first[5:], number, second[10:13], second[13:19], second[20], second[21:27], optional)


def _mrz(head: str, names: str, number: str, nationality: str, birth: str, sex: str, expiry: str, optional: str) -> Mrz:
    surname, _, given_names = names.strip(FILLER).partition(FILLER * 2)
    if sex not in _SEXES:
        raise MrzWrong("sex")
    return Mrz(
        document_code=head[:2].rstrip(FILLER),
        issuer=head[2:].rstrip(FILLER),
        number=number.rstrip(FILLER),
        nationality=nationality.rstrip(FILLER),
        birth=birth,
        sex=_SEXES[sex],
        expiry=expiry,
        surname=_words(surname),
        given_names=_words(given_names),
        optional=optional.strip(FILLER),
    )


def _information(number: str, birth: str, expiry: str) -> str:
    return "".join(field + check_digit(field) for field in (number, birth, expiry))


def _check(name: str, field: str, digit: str) -> None:
    if check_digit(field) != digit:
        raise MrzWrong(name)


def _words(name: str) -> str:
    return " ".join(word for word in name.split(FILLER) if word)


def _day(digits: str, *, before: int) -> date | None:
    """The latest such day in a year up to `before`."""
    if not digits.isdigit():
        return None
    year = before - (before - int(digits[:2])) % 100
    try:
        return date(year, int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return None
