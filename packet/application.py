"""What is inside a sealed packet, as the kiosk writes it and the city reads it.

The sealed payload is an uncompressed tar with `application.json` first, then `materials/NN-<key>.pdf` in the order of
`Application.materials`, then `signature.png`. Everything that says who the citizen is lives in here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from packet import wire
from packet.errors import BadApplication


@dataclass(frozen=True, repr=False)
class ApplicantRecord:
    """Dates are ISO 8601 dates, "" when unknown; `valid_to` "" means 长期."""

    kind: str  # config.schema.ApplicantKind
    name: str
    number: str
    card_kind: str  # drivers.protocols.CardKind
    sex: str
    birth: str
    address: str
    nation: str = ""
    nationality: str = "CHN"
    latin_name: str = ""
    issuer: str = ""
    valid_from: str = ""
    valid_to: str = ""


@dataclass(frozen=True)
class IdentityProof:
    """How, when and how strongly the kiosk knows who stood there (R26)."""

    method: str  # "sam_card" | "pcsc_card"
    strength: str  # "genuine" | "read"
    reader_serial: str
    proven_at: str  # ISO 8601 with zone


@dataclass(frozen=True)
class PageRecord:
    width_px: int
    height_px: int
    dpi: int
    sha256: str  # of the JPEG that is embedded in the PDF
    verdicts: tuple[str, ...] = ()  # faults the citizen chose to keep, e.g. "glare"


@dataclass(frozen=True)
class MaterialRecord:
    key: str
    name: str
    file: str  # path inside the tar
    original: bool
    pages: tuple[PageRecord, ...]
    evidence_grade: str = "C"  # 国办函〔2016〕108号: a kiosk scan is C until a window compares the original


@dataclass(frozen=True, repr=False)
class Application:
    schema: str  # "tongban.application/1"
    packet_id: str
    filing_number: str
    progress_code: str  # the secret half of the receipt's QR code
    mode: str
    item_code: str
    item_version: str
    catalogue_digest: str
    locality: str  # handling locality the citizen chose, a locality key
    receiving_locality: str
    kiosk_id: str
    collected_at: str
    applicant: ApplicantRecord
    identity: IdentityProof
    answers: tuple[tuple[str, str], ...] = field(repr=False)  # form field key -> value
    materials: tuple[MaterialRecord, ...]
    consent_version: str
    consent_at: str
    language: str
    # Who received it (R28, 首问负责), in Chinese as the notice prints it. "" = sealed before the kiosk said so.
    receiving_centre: str = ""
    first_responsible: str = ""
    first_responsible_phone: str = ""


SCHEMA = "tongban.application/1"
MAX_APPLICATION_BYTES = 1 << 20


def to_json(application: Application) -> bytes:
    """`application.json` of the sealed tar."""
    return wire.encode(application)


def from_json(data: bytes) -> Application:
    """Raises BadApplication, never anything else; its message repeats no value. What has a default may be missing."""
    application = wire.decode(Application, data, error=BadApplication, limit=MAX_APPLICATION_BYTES)
    if application.schema != SCHEMA:
        raise BadApplication("schema", SCHEMA)
    return application
