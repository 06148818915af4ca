"""What a card says -> who stands there, or why that card cannot be used.

The card is data of the outside world: its number is checked after GB 11643, its expiry against a date that is passed
in, and what it proves is kept with it (R26).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from drivers.protocols import CardData, CardKind, ProofState, Sex
from kiosk.dossier import Identity
from kiosk.problems import Problem

SAM_CARD = "sam_card"
PCSC_CARD = "pcsc_card"

GENUINE = "genuine"
"""A SAM and the card proved themselves to each other."""

READ = "read"
"""The card's files were read; nothing proves that the card is not a copy."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]", re.ASCII)
_FOREIGNER_2017_SHAPE = re.compile(r"[A-Z]{3}[0-9]{12}", re.ASCII)
_TRAVEL_SHAPE = re.compile(r"[A-Z0-9]{5,22}", re.ASCII)

_TRAVEL_KINDS = (CardKind.PASSPORT, CardKind.TRAVEL_PERMIT)
_PCSC_KINDS = (CardKind.SOCIAL_SECURITY, *_TRAVEL_KINDS)


class NotACitizenNumber(ValueError):
    """The text is no number after GB 11643. The message never holds the text."""


@dataclass(frozen=True, repr=False)
class CitizenNumber:
    """公民身份号码: 18 characters after GB 11643, check character right. Prints masked.

    Holders of residence permits (81, 82, 83) and of the foreigners' card of 2023 (9) have numbers of the same make.
    """

    text: str

    def __post_init__(self) -> None:
        if not _SHAPE.fullmatch(self.text):
            raise NotACitizenNumber("not 17 digits and a check character")
        if self.text[17] != check_character(self.text[:17]):
            raise NotACitizenNumber("the check character is wrong")
        try:
            date(int(self.text[6:10]), int(self.text[10:12]), int(self.text[12:14]))
        except ValueError:
            raise NotACitizenNumber("no day of birth in it") from None

    @classmethod
    def parse(cls, typed: str) -> CitizenNumber:
        """From a person's typing: full-width characters, spaces and a small x are forgiven.

        Raises NotACitizenNumber.
        """
        return cls("".join(typed.translate(_NARROW).split()).upper())

    @property
    def division_code(self) -> str:
        """GB/T 2260 code of where the number was given, not of where the holder lives."""
        return self.text[:6]

    @property
    def birth(self) -> date:
        return date(int(self.text[6:10]), int(self.text[10:12]), int(self.text[12:14]))

    @property
    def sex(self) -> Sex:
        return Sex.MALE if int(self.text[16]) % 2 else Sex.FEMALE

    @property
    def masked(self) -> str:
        return f"{self.text[:6]}{'*' * 10}{self.text[16:]}"

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return "CitizenNumber(***)"


def check_character(first_17: str) -> str:
    """GB 11643 (ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_17, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def identify(card: CardData, *, at: datetime) -> Identity | Problem:
    """The identity that `card` proves at the moment `at`, or the problem that stands in its way."""
    problem = problem_with(card, today=at.date())
    if problem is not None:
        return problem
    method = method_of(card)
    return Identity(card=card, method=method, strength=strength_of(card), proven_at=at)


def problem_with(card: CardData, *, today: date) -> Problem | None:
    """Why this card cannot be used today; None when it can."""
    if not card.name or not _has_right_number(card):
        return Problem.CARD_UNREADABLE
    if card.valid_to is not None and card.valid_to < today:  # the last day still counts
        return Problem.CARD_EXPIRED
    return None


def method_of(card: CardData) -> str:
    return PCSC_CARD if card.kind in _PCSC_KINDS else SAM_CARD


def strength_of(card: CardData) -> str:
    """A SAM proves a card, and a travel document proves itself; what nothing has proven was merely read.

    Why a travel document is not proven, `card.genuineness` says.
    """
    if card.genuineness is not None:
        return GENUINE if card.genuineness.state is ProofState.GENUINE else READ
    return GENUINE if method_of(card) == SAM_CARD and card.reader_serial else READ


def _has_right_number(card: CardData) -> bool:
    if card.kind is CardKind.FOREIGNER_2017:
        return _FOREIGNER_2017_SHAPE.fullmatch(card.number) is not None  # its check digit's rule is not public
    if card.kind in _TRAVEL_KINDS:
        return _TRAVEL_SHAPE.fullmatch(card.number) is not None  # its check digit stayed in the machine readable lines
    try:
        number = CitizenNumber(card.number)
    except NotACitizenNumber:
        return False
    return card.birth is None or card.birth == number.birth


_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
