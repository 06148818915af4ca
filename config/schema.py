"""The types that configuration is parsed into. Frozen, complete, already checked: nobody checks again.

`config.load` makes them from TOML and is called only by the program roots; everybody else receives values.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeVar, dataclass_transform

Language: TypeAlias = str
"""`zh-CN` or `en`."""

LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")


_T = TypeVar("_T")


@dataclass_transform(frozen_default=True)
def record(cls: type[_T]) -> type[_T]:
    """A frozen dataclass that refuses keys it does not know when it is parsed."""
    cls.__pydantic_config__ = {"extra": "forbid"}  # type: ignore[attr-defined]  # read by `config.load` only
    return dataclass(frozen=True)(cls)


@record
class Bilingual:
    zh: str
    en: str

    def __call__(self, language: Language) -> str:
        return self.zh if language == "zh-CN" else self.en


# --- localities and windows (annex 1 of the plan) -----------------------------------


class LocalityKind(enum.StrEnum):
    CITY = "city"
    DISTRICT = "district"
    COUNTY = "county"
    DEVELOPMENT_ZONE = "development_zone"


@record
class Window:
    """综合窗口: where the locality's comprehensive window stands and how to call it."""

    phone: str
    place: Bilingual


@record
class Locality:
    """属地. `key` is ours: development zones have no division code. `address_words` recognise it in an address."""

    key: str
    name: Bilingual
    kind: LocalityKind
    division_code: str  # GB/T 2260 six digits, "" for a development zone
    address_words: tuple[str, ...]
    window: Window


# --- service items ------------------------------------------------------------------


class ApplicantKind(enum.StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"


class Mode(enum.StrEnum):
    WHOLLY_ONLINE = "wholly_online"  # 全程网办
    COLLECTED_ON_BEHALF = "collected_on_behalf"  # 异地代收代办
    JOINT = "joint"  # 多地联办


class Complexity(enum.StrEnum):
    """Chooses the channel of the consultation: mail, phone, video (R50)."""

    SIMPLE = "simple"
    ORDINARY = "ordinary"
    COMPLEX = "complex"


class Competence(enum.StrEnum):
    """At which level the item is decided; routing starts here, not at the division code."""

    CITY = "city"
    LOCALITY = "locality"


@record
class MaterialRequirement:
    key: str
    name: Bilingual
    copies: int
    original: bool  # the paper original must follow by post
    max_pages: int
    required: bool
    hint: Bilingual


class FieldKind(enum.StrEnum):
    TEXT = "text"
    PHONE = "phone"
    ADDRESS = "address"
    CHOICE = "choice"
    DATE = "date"
    NUMBER = "number"


@record
class FormField:
    """`prefill` names a value that an earlier step already holds: `name`, `address`, `number` or ""."""

    key: str
    kind: FieldKind
    question: Bilingual
    example: Bilingual
    required: bool
    max_length: int
    prefill: str = ""
    choices: tuple[tuple[str, Bilingual], ...] = ()


@record
class ServiceItem:
    """政务服务事项: one TOML file in `config/items`. Working days as promised and as the law allows."""

    code: str
    name: Bilingual
    words: tuple[str, ...]  # further search words citizens use
    department: Bilingual
    competence: Competence
    applicants: tuple[ApplicantKind, ...]
    mode: Mode
    complexity: Complexity
    presence_required: bool
    conditions: Bilingual
    materials: tuple[MaterialRequirement, ...]
    fields: tuple[FormField, ...]  # its own; the common ones come from `Catalogue.common_fields`
    promised_days: int
    legal_days: int
    fee_fen: int  # 0 = free
    legal_basis: Bilingual
    version: str
    icon: str  # icon name of the UI's icon font
    presence_reason: Bilingual | None = None  # the law that asks the applicant to appear

    @property
    def originals_needed(self) -> bool:
        return any(m.original for m in self.materials)


@record
class CatalogueData:
    """All items, localities and the form fields every filing asks. `digest` is the same at every kiosk (R16)."""

    items: Mapping[str, ServiceItem]
    localities: Mapping[str, Locality]
    common_fields: tuple[FormField, ...]
    digest: str


# --- the kiosk ----------------------------------------------------------------------


@record
class Centre:
    """政务服务中心 where this kiosk stands."""

    name: Bilingual
    locality: str  # locality key
    address: Bilingual
    first_responsible: str
    phone: str


@record
class ScreenSettings:
    width_px: int
    height_px: int
    width_mm: float
    idle_warning_s: float
    idle_answer_s: float
    full_screen: bool


@record
class DeviceSettings:
    """`backend` is a row of `drivers.registry`; `options` go to that backend as they are."""

    backend: str
    options: Mapping[str, str | int | float | bool]


@record
class CitySettings:
    """What the courier needs to reach the city platform."""

    url: str
    platform_key: str  # Ed25519 public key of the platform, base64
    recipients: tuple[str, ...]  # age recipients: current, next, recovery
    recipients_epoch: int


@record
class KioskSettings:
    kiosk_id: str
    data_dir: Path
    centre: Centre
    screen: ScreenSettings
    card_readers: tuple[DeviceSettings, ...]
    camera: DeviceSettings
    printer: DeviceSettings
    city: CitySettings
    device_key_file: Path
    languages: tuple[Language, ...]


# --- the city -----------------------------------------------------------------------


@record
class CityServiceSettings:
    listen_host: str
    listen_port: int
    database_url: str
    files_dir: Path
    platform_key_file: Path  # Ed25519 private key that signs receipts and notices
    identity_files: tuple[Path, ...]  # age private keys that open packets
    session_hours: int
    public_url: str
