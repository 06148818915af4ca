"""What our QR codes say. Short, in capitals and digits, so that a scanner reads them from a worn print.

`XATB1*R*<filing number>*<progress code>` on a receipt, `XATB1*N*<notice number>*<case number>*<check>` on a notice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

_HEAD = "XATB1"
_RECEIPT = "R"
_NOTICE = "N"
_FIELD = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,47}")
_LONGEST = 200


class UnknownCode(ValueError):
    """The text is no code of ours. The message does not repeat it: it may be anything somebody held up."""


@dataclass(frozen=True)
class ReceiptCode:
    """The two halves that open a filing's progress: its number and the secret code beside it."""

    filing_number: str
    progress_code: str

    def __post_init__(self) -> None:
        _check(self.filing_number, self.progress_code)

    def encode(self) -> str:
        return "*".join((_HEAD, _RECEIPT, self.filing_number, self.progress_code))


@dataclass(frozen=True)
class NoticeCode:
    """Names the case on a notice; `check` lets the city tell a printed notice from an invented one."""

    notice_number: str
    case_number: str
    check: str

    def __post_init__(self) -> None:
        _check(self.notice_number, self.case_number, self.check)

    def encode(self) -> str:
        return "*".join((_HEAD, _NOTICE, self.notice_number, self.case_number, self.check))


Code: TypeAlias = ReceiptCode | NoticeCode


def parse(text: str) -> Code:
    """The code that a scanner read. Spaces around it are forgiven. Raises UnknownCode for everything else."""
    parts = text.strip().split("*") if len(text) <= _LONGEST else []
    try:
        match parts:
            case [head, kind, filing_number, progress_code] if (head, kind) == (_HEAD, _RECEIPT):
                return ReceiptCode(filing_number, progress_code)
            case [head, kind, notice_number, case_number, check] if (head, kind) == (_HEAD, _NOTICE):
                return NoticeCode(notice_number, case_number, check)
    except ValueError:
        pass  # a field that cannot be ours
    raise UnknownCode("not a code of ours")


def _check(*fields: str) -> None:
    """Raises ValueError naming no value."""
    if not all(_FIELD.fullmatch(field) for field in fields):
        raise ValueError("a code's fields are 1 to 48 letters, digits and hyphens")
