"""The manifest: what travels in the clear beside a sealed packet, signed by the device.

It names the packet, its parts and its place in the device's chain, and what routing needs. No personal data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from packet import wire
from packet.digest import SHA256, hex_of
from packet.errors import BadManifest
from packet.identifiers import is_device_id, is_packet_id, is_sha256
from packet.parts import Part

SCHEMA = "tongban.manifest/1"
MAX_MANIFEST_BYTES = 256 * 1024
MAX_SEALED_BYTES = 256 * 1024 * 1024
MAX_PART_BYTES = 8 << 20


@dataclass(frozen=True)
class Manifest:
    """`previous` is the digest of the manifest before it, "" for the first: together they show that none is missing."""

    schema: str
    packet_id: str  # UUIDv7
    device_id: str
    filing_number: str
    sequence: int  # of the device, from 1, without gaps
    previous: str
    item_code: str
    locality: str  # locality key
    parts: tuple[Part, ...]
    recipients: tuple[str, ...]  # public keys the packet is sealed to
    recipients_epoch: int
    device_time: str  # ISO 8601 with zone; may be wrong, is never a deadline
    boot_id: str
    monotonic_ms: int  # since that boot
    seal_algorithm: str
    sign_algorithm: str
    digest_algorithm: str

    def __post_init__(self) -> None:
        _check(self)

    def to_bytes(self) -> bytes:
        """The canonical bytes: what is signed, sent and kept."""
        return wire.encode(self)

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """Raises BadManifest, also for bytes that say the same in another way."""
        manifest = wire.decode(cls, data, error=BadManifest, limit=MAX_MANIFEST_BYTES)
        if manifest.to_bytes() != data:
            raise BadManifest("", "canonical bytes")
        return manifest

    @property
    def sealed_bytes(self) -> int:
        return sum(part.size for part in self.parts)


def manifest_digest(data: bytes) -> str:
    """What `previous` of the next manifest and the receipt name."""
    return hex_of(data)


def _check(m: Manifest) -> None:
    rules = (
        ("schema", m.schema == SCHEMA, SCHEMA),
        ("packet_id", is_packet_id(m.packet_id), "a UUIDv7"),
        ("device_id", is_device_id(m.device_id), "a device id"),
        ("filing_number", _is_plain(m.filing_number), "1 to 64 plain characters"),
        ("sequence", 1 <= m.sequence < 1 << 53, "a number from 1"),
        ("previous", m.previous == "" or is_sha256(m.previous), "a SHA-256 or nothing"),
        ("item_code", _is_plain(m.item_code), "1 to 64 plain characters"),
        ("locality", _is_plain(m.locality), "1 to 64 plain characters"),
        ("parts", 1 <= len(m.parts) <= 2000, "1 to 2000 parts"),
        ("parts", all(is_sha256(p.sha256) and 0 < p.size <= MAX_PART_BYTES for p in m.parts), "sound parts"),
        ("parts", m.sealed_bytes <= MAX_SEALED_BYTES, f"at most {MAX_SEALED_BYTES} bytes"),
        ("recipients", 1 <= len(m.recipients) <= 16, "1 to 16 recipients"),
        ("recipients", all(0 < len(r) <= 4096 for r in m.recipients), "recipients of sane length"),
        ("recipients_epoch", 0 <= m.recipients_epoch < 1 << 53, "a number from 0"),
        ("device_time", _is_time(m.device_time), "ISO 8601 with zone"),
        ("boot_id", len(m.boot_id) <= 64 and m.boot_id.isascii(), "a boot id"),
        ("monotonic_ms", 0 <= m.monotonic_ms < 1 << 53, "a number from 0"),
        ("seal_algorithm", _is_plain(m.seal_algorithm), "an algorithm id"),
        ("sign_algorithm", _is_plain(m.sign_algorithm), "an algorithm id"),
        ("digest_algorithm", m.digest_algorithm == SHA256.algorithm, SHA256.algorithm),
    )
    for field, holds, wanted in rules:
        if not holds:
            raise BadManifest(field, wanted)


def _is_plain(text: str) -> bool:
    return 1 <= len(text) <= 64 and text.isascii() and text.isprintable() and " " not in text


def _is_time(text: str) -> bool:
    try:
        return len(text) <= 40 and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
