"""The closed table of problems: what can be said to a citizen when something does not work.

Each row has two sentences in `config/texts` (`problem.<code>.happened`, `problem.<code>.now`) and one for staff
(`problem.<code>.staff`); `docs/problems.md` is generated from the table.
"""

from __future__ import annotations

import enum


class Problem(enum.Enum):
    """Value = the small code at the bottom of the screen and the key of the texts."""

    CARD_UNREADABLE = "K101"
    CARD_REMOVED = "K102"
    CARD_WRONG_KIND = "K103"
    CARD_EXPIRED = "K104"
    CARD_READER_OUT = "K105"
    CAMERA_OUT = "K201"
    NO_PAGE = "K202"
    PRINTER_PAPER_OUT = "K301"
    PRINTER_JAM = "K302"
    PRINTER_OUT = "K303"
    PRINT_UNPROVEN = "K304"
    DISK_FULL = "K401"
    SEAL_FAILED = "K402"
    CITY_UNREACHABLE = "K501"
    CODE_UNKNOWN = "K502"
    NOTICE_NOT_READY = "K503"
    UNEXPECTED = "K900"
