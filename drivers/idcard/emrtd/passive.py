"""Passive authentication (ICAO 9303-11, 5.1): the security object's signature, its signer, and what it signed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import algos, cms, core, x509

from drivers.idcard.apdu import AnswerBroken
from drivers.idcard.emrtd import signatures, tlv
from drivers.idcard.emrtd.files import File
from drivers.idcard.emrtd.trust_list import TrustList
from drivers.protocols import Doubt

_SIGNED_HASHES = "2.23.136.1.1.1"


class SecurityObjectBroken(AnswerBroken):
    """The file holds no signed list of hashes."""


@dataclass(frozen=True)
class SecurityObject:
    """The hashes of the data groups by number, and what speaks against whoever signed them."""

    algorithm: str
    hashes: Mapping[int, bytes]
    doubts: tuple[Doubt, ...]

    def signed(self, number: int, file: bytes) -> bool:
        """Whether `file` is the data group that was signed."""
        return hmac.compare_digest(hashlib.new(self.algorithm, file).digest(), self.hashes.get(number, b""))


class _Hash(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields = [("number", core.Integer), ("value", core.OctetString)]  # noqa: RUF012  # its way of declaring


class _Hashes(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _Hash


class _HashList(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("version", core.Integer),
        ("algorithm", algos.DigestAlgorithm),
        ("hashes", _Hashes),
        ("lds_version", core.Any, {"optional": True}),
    ]


def open_security_object(file: bytes, *, trust: TrustList, at: datetime) -> SecurityObject:
    """`at` must know its time zone. Raises SecurityObjectBroken."""
    try:
        signed = _signed_data(tlv.only(file, File.SOD.tag))
        content = bytes(signed["encap_content_info"]["content"])
        (signer_info,) = signed["signer_infos"]
        hashes = _HashList.load(content, strict=True)
        algorithm = hashes["algorithm"]["algorithm"].native
        signer = _signer(signed, signer_info)
        object_ = SecurityObject(
            algorithm=algorithm,
            hashes={entry["number"].native: entry["value"].native for entry in hashes["hashes"]},
            doubts=(*_doubts_about_signature(signer, signer_info, content), *trust.doubts_about(signer, at=at)),
        )
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise SecurityObjectBroken(f"security object: {type(error).__name__}") from None
    if algorithm not in signatures.HASHES:
        raise SecurityObjectBroken("security object: unknown hash")
    return object_


def _signed_data(value: bytes) -> cms.SignedData:
    info = cms.ContentInfo.load(value, strict=True)
    signed = info["content"]
    if info["content_type"].native != "signed_data":
        raise SecurityObjectBroken("security object: not signed data")
    if signed["encap_content_info"]["content_type"].dotted != _SIGNED_HASHES:
        raise SecurityObjectBroken("security object: signs something else")
    return signed


def _signer(signed: cms.SignedData, signer_info: cms.SignerInfo) -> x509.Certificate:
    """The certificate that the signature names. Raises SecurityObjectBroken when it does not lie beside it."""
    wanted = signer_info["sid"]
    for choice in signed["certificates"]:
        certificate = choice.chosen
        if wanted.name == "subject_key_identifier":
            is_it = certificate.key_identifier == wanted.native
        else:
            is_it = (certificate.issuer.hashable, certificate.serial_number) == (
                wanted.chosen["issuer"].hashable,
                wanted.chosen["serial_number"].native,
            )
        if is_it:
            return certificate
    raise SecurityObjectBroken("security object: without its signer's certificate")


def _doubts_about_signature(signer: x509.Certificate, signer_info: cms.SignerInfo, content: bytes) -> tuple[Doubt, ...]:
    digest = signer_info["digest_algorithm"]["algorithm"].native
    attributes = {attribute["type"].native: attribute["values"] for attribute in signer_info["signed_attrs"]}
    if digest not in signatures.HASHES:
        return (Doubt.UNKNOWN_ALGORITHM,)
    if (
        attributes["content_type"][0].dotted != _SIGNED_HASHES
        or attributes["message_digest"][0].native != hashlib.new(digest, content).digest()
    ):
        return (Doubt.BAD_SIGNATURE,)
    try:
        is_valid = signatures.is_valid(
            signatures.public_key(signer.public_key),
            signer_info["signature_algorithm"],
            signature=signer_info["signature"].native,
            # Signed as a set of its own, sent with a tag of its place (RFC 5652, 5.4).
            data=b"\x31" + signer_info["signed_attrs"].dump()[1:],
            digest=digest,
        )
    except signatures.AlgorithmUnknown:
        return (Doubt.UNKNOWN_ALGORITHM,)
    return () if is_valid else (Doubt.BAD_SIGNATURE,)
