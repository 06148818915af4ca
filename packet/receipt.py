"""The platform's signed receipt: the moment the packet is the city's and no longer the kiosk's.

The kiosk deletes a sealed file only after `check_receipt`. The same packet always gets the same receipt bytes.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from packet import wire
from packet.digest import hex_of
from packet.errors import BadReceipt
from packet.sign import Signed, Signer, Verifier

SCHEMA = "tongban.receipt/1"
_LIMIT = 64 * 1024


@dataclass(frozen=True)
class PlatformReceipt:
    """`received_at` is the platform's clock, the time that counts in law."""

    schema: str
    packet_id: str
    device_id: str
    sequence: int
    manifest_sha256: str
    received_at: str


@dataclass(frozen=True)
class SignedReceipt:
    """As it travels: base64 of the exact receipt bytes, and the signature over them."""

    receipt: str
    signature: Signed


def platform_key_id(key: Ed25519PublicKey) -> str:
    """The platform's keys are named after themselves, so that old receipts stay attributable after a change."""
    return f"platform-{hex_of(key.public_bytes_raw())[:16]}"


def sign_receipt(receipt: PlatformReceipt, signer: Signer) -> bytes:
    data = wire.encode(receipt)
    return wire.encode(SignedReceipt(base64.b64encode(data).decode("ascii"), signer.sign(data)))


def check_receipt(data: bytes, *, verifier: Verifier, packet_id: str, manifest_sha256: str) -> PlatformReceipt:
    """Raises BadReceipt or BadSignature unless the platform says here that it holds exactly this packet."""
    signed = wire.decode(SignedReceipt, data, error=BadReceipt, limit=_LIMIT)
    try:
        receipt_bytes = base64.b64decode(signed.receipt, validate=True)
    except (binascii.Error, ValueError):
        raise BadReceipt("receipt", "base64") from None
    verifier.verify(receipt_bytes, signed.signature)
    receipt = wire.decode(PlatformReceipt, receipt_bytes, error=BadReceipt, limit=_LIMIT)
    if receipt.schema != SCHEMA:
        raise BadReceipt("schema", SCHEMA)
    if receipt.packet_id != packet_id:
        raise BadReceipt("packet_id", "our packet")
    if receipt.manifest_sha256 != manifest_sha256:
        raise BadReceipt("manifest_sha256", "our manifest")
    return receipt
