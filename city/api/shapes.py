"""What devices send to `/v1`, as frozen values. Read strictly by `packet.wire`."""

from __future__ import annotations

from dataclasses import dataclass

from packet.sign import Signed


@dataclass(frozen=True)
class MissingAsked:
    parts: tuple[str, ...]


@dataclass(frozen=True)
class DossierSent:
    manifest: str  # base64 of the exact bytes
    signature: Signed


@dataclass(frozen=True, repr=False)
class ProgressAsked:
    """Either both halves of a receipt, or the number of a card that was just read."""

    filing_number: str = ""
    progress_code: str = ""
    citizen_number: str = ""
    language: str = "zh-CN"


@dataclass(frozen=True, repr=False)
class NoticeAsked:
    case_number: str
    filing_number: str = ""
    progress_code: str = ""
    citizen_number: str = ""
