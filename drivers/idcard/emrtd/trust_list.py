"""The states that we trust: a folder of their country signing certificates (CSCA), and who signed what under them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import pem, x509

from drivers.idcard.emrtd import signatures
from drivers.protocols import Doubt

_ENDINGS = (".cer", ".crt", ".der", ".pem")


class TrustListBroken(ValueError):
    """A file of the folder is no certificate of an authority."""


@dataclass(frozen=True)
class TrustList:
    anchors: tuple[x509.Certificate, ...] = ()

    @classmethod
    def of_folder(cls, folder: Path) -> TrustList:
        """Every certificate in it, DER or PEM. Raises TrustListBroken, and OSError when there is no such folder."""
        return cls(tuple(_anchor(path) for path in sorted(folder.iterdir()) if path.suffix.lower() in _ENDINGS))

    def doubts_about(self, signer: x509.Certificate, *, at: datetime) -> tuple[Doubt, ...]:
        """What speaks against a document signer's certificate at that moment. Nothing, if all is well."""
        named = [anchor for anchor in self.anchors if anchor.subject.hashable == signer.issuer.hashable]
        doubts = () if _is_valid(signer, at) else (Doubt.SIGNER_EXPIRED,)
        if not named:
            return (*doubts, Doubt.NO_TRUST_ANCHOR)
        try:
            parents = [anchor for anchor in named if _has_signed(anchor, signer)]
        except signatures.AlgorithmUnknown:
            return (*doubts, Doubt.UNKNOWN_ALGORITHM)
        if not parents:
            return (*doubts, Doubt.BAD_CERTIFICATE)
        return doubts if _any_valid(parents, at) else (*doubts, Doubt.ANCHOR_EXPIRED)


def _anchor(path: Path) -> x509.Certificate:
    content = path.read_bytes()
    try:
        if pem.detect(content):
            content = pem.unarmor(content)[2]
        certificate = x509.Certificate.load(content, strict=True)
        is_authority = certificate.ca
    except (ValueError, TypeError) as error:
        raise TrustListBroken(f"{path.name}: {error}") from None
    if not is_authority:
        raise TrustListBroken(f"{path.name}: not an authority's certificate")
    return certificate


def _has_signed(anchor: x509.Certificate, certificate: x509.Certificate) -> bool:
    return signatures.is_valid(
        signatures.public_key(anchor.public_key),
        certificate["signature_algorithm"],
        signature=certificate["signature_value"].native,
        data=certificate["tbs_certificate"].dump(),
    )


def _is_valid(certificate: x509.Certificate, at: datetime) -> bool:
    return bool(certificate.not_valid_before <= at <= certificate.not_valid_after)


def _any_valid(certificates: Iterable[x509.Certificate], at: datetime) -> bool:
    return any(_is_valid(certificate, at) for certificate in certificates)
