"""The filing number on the citizen's receipt: `XA01-261124-007-K`.

Kiosk, day (Beijing time, yymmdd), how many filings of that day, and a check character (ISO 7064 MOD 37-36), which
catches every single wrong character and nearly every swap of two neighbours when a number is read out on the phone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "CST")

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FORM = re.compile(r"([0-9A-Z]{1,24})-([0-9]{6})-([0-9]{3,6})-([0-9A-Z])")


@dataclass(frozen=True)
class FilingNumber:
    kiosk: str
    day: str  # yymmdd
    count: int

    def __str__(self) -> str:
        body = f"{self.kiosk}-{self.day}-{self.count:03d}"
        return f"{body}-{check_character(body)}"


def make_filing_number(*, kiosk_id: str, at: datetime, count: int) -> FilingNumber:
    """`count` starts at 1 every day. Letters and digits of the kiosk id are kept, in capitals."""
    kiosk = "".join(c for c in kiosk_id.upper() if c in _ALPHABET)[:24]
    return FilingNumber(kiosk, day_of(at), count)


def day_of(at: datetime) -> str:
    day: date = at.astimezone(BEIJING).date()
    return day.strftime("%y%m%d")


def parse_filing_number(text: str) -> FilingNumber | None:
    """None when the form or the check character is wrong. Spaces around and small letters are forgiven."""
    form = _FORM.fullmatch(text.strip().upper())
    if form is None:
        return None
    number = FilingNumber(form[1], form[2], int(form[3]))
    return number if str(number) == text.strip().upper() else None


def check_character(text: str) -> str:
    """ISO 7064 MOD 37-36 over the letters and digits of `text`."""
    product = 36
    for character in text:
        if character == "-":
            continue
        total = (product + _ALPHABET.index(character)) % 36 or 36
        product = total * 2 % 37
    return _ALPHABET[(37 - product) % 36]
