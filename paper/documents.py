"""What is printed, as values: plain strings, numbers and dates, already in the language of the paper.

`language` is `zh-CN` or `en`; it chooses the printed words, not the content. Times are aware; they are printed in
Beijing time. An empty string leaves its line out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ServiceCentre:
    """政务服务中心: where the kiosk stands."""

    name: str
    address: str
    first_responsible: str  # 首问负责人
    phone: str


@dataclass(frozen=True)
class HandlingWindow:
    """综合窗口 of the locality that handles the item."""

    locality: str
    place: str
    phone: str


@dataclass(frozen=True)
class CollectedMaterial:
    """One line of the list of materials. `original`: the paper original follows by post."""

    name: str
    copies: int
    pages: int
    original: bool
    evidence_grade: str = "C"  # 国办函〔2016〕108号
    digest: str = ""  # short form of the pages' SHA-256


@dataclass(frozen=True)
class DepositReceipt:
    """材料收件回执: says that materials were collected, never that they were accepted. Holds no name and no number."""

    language: str
    filing_number: str
    progress_code: str  # digits
    collected_at: datetime
    kiosk_id: str
    centre: ServiceCentre
    window: HandlingWindow
    item_name: str
    item_code: str
    department: str
    materials: tuple[CollectedMaterial, ...]
    promised_days: int  # working days
    copy: int = 0  # 0 = the original, n = the n-th copy

    @property
    def originals_needed(self) -> bool:
        return any(material.original for material in self.materials)


@dataclass(frozen=True)
class GuideMaterial:
    name: str
    copies: int
    original: bool
    required: bool
    hint: str


@dataclass(frozen=True)
class ItemGuide:
    """办事指南: everything that is asked, before anything is handed in (R29, one-time notice)."""

    language: str
    item_name: str
    item_code: str
    version: str
    department: str
    conditions: str
    materials: tuple[GuideMaterial, ...]
    promised_days: int
    legal_days: int
    fee_fen: int  # 0 = free
    legal_basis: str
    presence_reason: str  # why one must come in person, "" = one need not
    window: HandlingWindow
    centre: ServiceCentre
    printed_at: datetime


@dataclass(frozen=True, repr=False)
class CollectionNotice:
    """代收件通知书, issued by the handling locality after its remote pass. The only paper that names the applicant."""

    language: str
    notice_number: str
    case_number: str
    filing_number: str
    progress_code: str
    check: str  # see `codes.NoticeCode`
    mode: str  # 异地代收代办
    issued_at: datetime
    issuer: str  # who stamps
    applicant_name: str
    applicant_number_masked: str
    item_name: str
    item_code: str
    item_version: str
    centre: ServiceCentre
    kiosk_id: str
    collected_at: datetime
    window: HandlingWindow
    materials: tuple[CollectedMaterial, ...]
    identity_check: str  # how the kiosk knew who stood there
    identity_checked_at: datetime
    consultation_channel: str
    consultation_person: str
    consultation_at: datetime
    consultation_outcome: str
    promised_days: int
    delivery: str  # how the result comes back
    complaints_phone: str
    bundle_number: str = ""
    agent_name: str = ""
    data_pushed_at: datetime | None = None
    waybill: str = ""
    return_address: str = ""

    @property
    def originals_needed(self) -> bool:
        return any(material.original for material in self.materials)

    def __repr__(self) -> str:
        return f"CollectionNotice({self.notice_number}, ***)"
