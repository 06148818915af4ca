"""代收件通知书: made once, when the handling window passes the dossier, and handed out as it was stored."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from city import words
from city.cases import NoticeFacts, application_of
from city.progress import with_code
from city.rules import DeliveryWay
from city.storage import cases as storage
from city.storage.files import Blobs, fetch
from city.storage.models import Case
from config.schema import CatalogueData
from packet.application import Application
from paper.documents import CollectedMaterial, CollectionNotice, HandlingWindow, ServiceCentre
from paper.render import render

COMPLAINTS_PHONE = "12345"  # 政务服务便民热线
LANGUAGE = "zh-CN"  # an official paper is in Chinese, whatever the screen spoke
DIGEST_SHOWN = 12


class UnknownCase(LookupError):
    """No case of this receipt or citizen has this number. Does not tell which part did not fit."""


def notice_pdf(
    session: Session,
    *,
    blobs: Blobs,
    case_number: str,
    filing_number: str = "",
    progress_code: str = "",
    citizen_number: str = "",
) -> bytes | None:
    """The stored notice, for who holds the receipt (both halves) or the card; None = not issued yet.

    Raises UnknownCase.
    """
    if citizen_number:
        own = list(storage.by_citizen(session, citizen_number))
    else:
        own = with_code(storage.by_receipt(session, filing_number), progress_code)
    case = next((case for case in own if case.number == case_number), None)
    if case is None:
        raise UnknownCase
    return fetch(blobs, case.notice.sha256) if case.notice else None


def render_notice(facts: NoticeFacts) -> bytes:
    return render(compose_notice(facts)).pdf


def compose_notice(facts: NoticeFacts) -> CollectionNotice:
    """Every field of the notice. The case must have a consultation that agreed."""
    case, catalogue = facts.case, facts.catalogue
    application = application_of(case)
    answers = dict(application.answers)
    consultation = [c for c in case.consultations if not c.struck][-1]
    return CollectionNotice(
        language=LANGUAGE,
        notice_number=facts.number,
        case_number=case.number,
        filing_number=case.filing_number,
        progress_code=case.progress_code,
        check=facts.check,
        mode=words.MODES.get(application.mode, application.mode),
        issued_at=facts.issued_at,
        issuer=f"{_name(case.window, catalogue)}“全市通办”综合窗口",
        applicant_name=case.applicant_name,
        applicant_number_masked=words.masked(case.applicant_number),
        item_name=case.item_name,
        item_code=case.item_code,
        item_version=application.item_version,
        centre=_centre(application, catalogue),
        kiosk_id=case.kiosk_id,
        collected_at=case.collected_at,
        window=_window(case, catalogue),
        materials=_materials(case, catalogue),
        identity_check=words.PROOF_METHODS.get(application.identity.method, application.identity.method),
        identity_checked_at=_proven_at(application),
        consultation_channel=words.CHANNELS[consultation.channel],
        consultation_person=consultation.person,
        consultation_at=consultation.at,
        consultation_outcome=words.OUTCOMES[consultation.outcome],
        promised_days=case.promised_days,
        delivery=_delivery(answers.get("delivery", "")),
        complaints_phone=COMPLAINTS_PHONE,
        data_pushed_at=case.received_at,
        return_address=answers.get("return_address", ""),
    )


def _centre(application: Application, catalogue: CatalogueData) -> ServiceCentre:
    """Who received the filing and stays answerable for it (R28).

    Where the packet does not say so, the comprehensive window of the receiving locality is.
    """
    place = catalogue.localities.get(application.receiving_locality)
    window = _name(application.receiving_locality, catalogue)
    name = application.receiving_centre or f"{window}政务服务中心"
    if application.first_responsible:  # never with the telephone of somebody else
        return ServiceCentre(name, "", application.first_responsible, application.first_responsible_phone)
    return ServiceCentre(
        name=name,
        address=place.window.place.zh if place else "",
        first_responsible=f"{window}“全市通办”综合窗口",
        phone=place.window.phone if place else "",
    )


def _window(case: Case, catalogue: CatalogueData) -> HandlingWindow:
    place = catalogue.localities.get(case.window)
    return HandlingWindow(
        locality=_name(case.window, catalogue),
        place=place.window.place.zh if place else "",
        phone=place.window.phone if place else "",
    )


def _materials(case: Case, catalogue: CatalogueData) -> tuple[CollectedMaterial, ...]:
    item = catalogue.items.get(case.item_code)
    copies = {material.key: material.copies for material in item.materials} if item else {}
    return tuple(
        CollectedMaterial(
            name=material.name,
            copies=copies.get(material.key, 1),
            pages=len(material.pages),
            original=material.original,
            evidence_grade=material.evidence_grade,
            digest=material.sha256[:DIGEST_SHOWN],
        )
        for material in case.materials
    )


def _proven_at(application: Application) -> datetime:
    return datetime.fromisoformat(application.identity.proven_at)


def _delivery(value: str) -> str:
    return words.DELIVERY_WAYS[DeliveryWay(value)] if value in set(DeliveryWay) else value


def _name(key: str, catalogue: CatalogueData) -> str:
    place = catalogue.localities.get(key)
    return place.name.zh if place else key
