"""Filings for tests: an invented citizen, a real service item's shape, real JPEG pages, real keys."""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from PIL import Image

from config.schema import (
    ApplicantKind,
    Bilingual,
    Competence,
    Complexity,
    Locality,
    LocalityKind,
    MaterialRequirement,
    Mode,
    ServiceItem,
    Window,
)
from drivers.protocols import CardData, CardKind, Sex
from kiosk.dossier import Dossier, Identity, Material, Page, Signature
from kiosk.outbox import Outbox
from kiosk.outbox.record import Place
from packet.filing_number import BEIJING
from packet.keys import make_age_key, make_signing_key
from packet.seal import AgeSealer

NOON = datetime(2026, 11, 24, 12, 0, 0, tzinfo=BEIJING)
KIOSK_ID = "XA-07"

PLACE = Place(KIOSK_ID, "xincheng", "0" * 64, "2026-1", "新城区政务服务中心", "综合窗口值班长", "029-87654321")

CANARIES = ("金丝雀", "610114199003071238", "长安街零号金丝雀院", "13800138000", "CANARY-MOTHER")
"""Every word below that only the citizen may know. None may ever lie on the kiosk's disk."""

_BOTH = Bilingual("户口簿", "Household register")


def requirement(key: str, *, max_pages: int = 10) -> MaterialRequirement:
    return MaterialRequirement(key, _BOTH, 1, True, max_pages, True, Bilingual("", ""))


def item() -> ServiceItem:
    return ServiceItem(
        code="610114-0042",
        name=Bilingual("老年优待证办理", "Senior card"),
        words=(),
        department=Bilingual("民政局", "Civil affairs"),
        competence=Competence.LOCALITY,
        applicants=(ApplicantKind.PERSON,),
        mode=Mode.COLLECTED_ON_BEHALF,
        complexity=Complexity.SIMPLE,
        presence_required=False,
        presence_reason=None,
        conditions=Bilingual("", ""),
        materials=(requirement("household"), requirement("photo")),
        fields=(),
        promised_days=5,
        legal_days=20,
        fee_fen=0,
        legal_basis=Bilingual("", ""),
        version="1",
        icon="card",
    )


def locality(key: str = "yanliang") -> Locality:
    return Locality(key, Bilingual("阎良区", "Yanliang"), LocalityKind.DISTRICT, "610114", (), Window("029-1", _BOTH))


def page(page_id: int, *, width_px: int = 620, height_px: int = 877, noise: bool = True) -> Page:
    """A real JPEG; with noise it has the size of a scan, and no two are the same."""
    picture = Image.effect_noise((width_px, height_px), 40 if noise else 0)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    jpeg = out.getvalue()
    digest = hashlib.sha256(jpeg).hexdigest()
    return Page(page_id, jpeg, jpeg[:0], width_px, height_px, 75, digest, ("glare",) if page_id % 2 else ())


def dossier(*, pages: int = 2, big: bool = False) -> Dossier:
    size = {"width_px": 1240, "height_px": 1754} if big else {}
    made = tuple(page(number + 1, **size) for number in range(pages))
    first, second = made[: max(1, pages - 1)], made[max(1, pages - 1) :]
    card = CardData(
        kind=CardKind.RESIDENT,
        name=CANARIES[0],
        number=CANARIES[1],
        sex=Sex.MALE,
        birth=date(1990, 3, 7),
        address=CANARIES[2],
        nation="01",
        issuer="西安市公安局阎良分局",
        valid_from=date(2020, 1, 1),
        photo=b"CANARY-PHOTO" * 80,
        reader_serial="0501-20200101-0000000042",
    )
    return Dossier(
        identity=Identity(card, "sam_card", "genuine", NOON - timedelta(minutes=9)),
        item=item(),
        locality=locality(),
        guide_read=True,
        consent_at=NOON - timedelta(minutes=8),
        answers=(("phone", CANARIES[3]), ("mother", CANARIES[4])),
        answers_confirmed=True,
        materials=(
            Material(requirement("household"), first, finished=True),
            Material(requirement("photo"), second, finished=True),
        ),
        reviewed=True,
        signature=Signature((((0.1, 0.1), (0.5, 0.2), (0.9, 0.15)), ((0.2, 0.3),))),
    )


@dataclass(frozen=True)
class Keys:
    """Fresh key files of one kiosk and one platform."""

    folder: Path
    device_public: str
    platform_public: str
    recipients: tuple[str, ...]

    @property
    def device_file(self) -> Path:
        return self.folder / "device.pem"

    @property
    def platform_file(self) -> Path:
        return self.folder / "platform.pem"

    @property
    def identity_files(self) -> tuple[Path, ...]:
        return (self.folder / "current.age",)


def make_keys(folder: Path) -> Keys:
    folder.mkdir(parents=True, exist_ok=True)
    device = make_signing_key(folder / "device.pem")
    platform = make_signing_key(folder / "platform.pem")
    recipients = tuple(make_age_key(folder / f"{name}.age").public for name in ("current", "next", "recovery"))
    return Keys(folder, device.public, platform.public, recipients)


class SteppingClock:
    """Moves a second with every look, so that nothing depends on equal times."""

    def __init__(self, start: datetime = NOON) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def open_outbox(data_dir: Path, recipients: tuple[str, ...], **changes: object) -> Outbox:
    settings: dict[str, object] = {
        "place": PLACE,
        "sealer": AgeSealer(recipients),
        "recipients_epoch": 1,
        "clock": SteppingClock(),
        "random": os.urandom,
        "reserve_bytes": 0,
    }
    return Outbox(data_dir, **{**settings, **changes})  # type: ignore[arg-type]
