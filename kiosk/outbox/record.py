"""The dossier as the application record that is sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from drivers.protocols import CardData
from kiosk.dossier import Dossier, Filing, Identity, Material, Page
from kiosk.outbox.errors import SealFailed
from packet.application import (
    SCHEMA,
    ApplicantRecord,
    Application,
    IdentityProof,
    MaterialRecord,
    PageRecord,
)
from packet.archive import material_path


@dataclass(frozen=True)
class Place:
    """What every packet of this kiosk says about where it was filed, and under which texts and rules."""

    kiosk_id: str
    receiving_locality: str  # locality key of the centre where the kiosk stands
    catalogue_digest: str
    consent_version: str
    receiving_centre: str  # name of the centre, and who answers there for what was filed (R28, 首问负责)
    first_responsible: str
    first_responsible_phone: str


def application_record(dossier: Dossier, *, filing: Filing, place: Place, language: str) -> Application:
    """Raises SealFailed when a step of the visit is missing; that is a bug of the caller, not of the citizen."""
    identity, item, locality = dossier.identity, dossier.item, dossier.locality
    if identity is None or item is None or locality is None:
        raise SealFailed("dossier without identity, item or locality")
    if dossier.consent_at is None or dossier.signature is None:
        raise SealFailed("dossier without consent or signature")
    return Application(
        schema=SCHEMA,
        packet_id=filing.packet_id,
        filing_number=filing.filing_number,
        progress_code=filing.progress_code,
        mode=item.mode.value,
        item_code=item.code,
        item_version=item.version,
        catalogue_digest=place.catalogue_digest,
        locality=locality.key,
        receiving_locality=place.receiving_locality,
        kiosk_id=place.kiosk_id,
        collected_at=filing.collected_at.isoformat(),
        applicant=_applicant(identity.card),
        identity=_proof(identity),
        answers=dossier.answers,
        materials=tuple(
            _material(number, material) for number, material in enumerate(materials_with_pages(dossier), start=1)
        ),
        consent_version=place.consent_version,
        consent_at=dossier.consent_at.isoformat(),
        language=language,
        receiving_centre=place.receiving_centre,
        first_responsible=place.first_responsible,
        first_responsible_phone=place.first_responsible_phone,
    )


def materials_with_pages(dossier: Dossier) -> tuple[Material, ...]:
    return tuple(material for material in dossier.materials if material.pages)


def _applicant(card: CardData) -> ApplicantRecord:
    return ApplicantRecord(
        kind="person",
        name=card.name,
        number=card.number,
        card_kind=card.kind.value,
        sex=card.sex.value,
        birth=_day(card.birth),
        address=card.address,
        nation=card.nation,
        nationality=card.nationality,
        latin_name=card.latin_name,
        issuer=card.issuer,
        valid_from=_day(card.valid_from),
        valid_to=_day(card.valid_to),
    )


def _proof(identity: Identity) -> IdentityProof:
    return IdentityProof(
        method=identity.method,
        strength=identity.strength,
        reader_serial=identity.card.reader_serial,
        proven_at=identity.proven_at.isoformat(),
    )


def _material(number: int, material: Material) -> MaterialRecord:
    requirement = material.requirement
    return MaterialRecord(
        key=requirement.key,
        name=requirement.name.zh,
        file=material_path(number, requirement.key),
        original=requirement.original,
        pages=tuple(_page(page) for page in material.pages),
    )


def _page(page: Page) -> PageRecord:
    return PageRecord(page.width_px, page.height_px, page.dpi, page.sha256, page.faults)


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
