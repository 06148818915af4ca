"""The signing authorities of Utopia (UTO), the state that ICAO 9303 invented, made anew from seeds whenever they are
wanted: country signing certificates, document signers, and the security objects that they sign."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from asn1crypto import algos, cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from drivers.idcard.emrtd import tlv

_LDS = "2.23.136.1.1.1"
_EXPONENT = 65537


@dataclass(frozen=True)
class Authority:
    """A country signing authority. Two of the same state and different seeds are two keys of one name."""

    state: str = "UT"
    seed: str = "csca"
    valid_from: datetime = datetime(2015, 1, 1, tzinfo=UTC)
    valid_to: datetime = datetime(2045, 1, 1, tzinfo=UTC)

    @property
    def key(self) -> ec.EllipticCurvePrivateKey:
        return ec_key(self.seed, ec.SECP384R1())

    @property
    def name(self) -> x509.Name:
        return _name(self.state, "Utopia CSCA")

    def certificate(self) -> bytes:
        """Self-signed, DER."""
        return _certificate(
            subject=self.name,
            issuer=self.name,
            public_key=self.key.public_key(),
            signed_by=self.key,
            validity=(self.valid_from, self.valid_to),
            is_authority=True,
        )

    def write(self, folder: Path, *, name: str = "utopia.cer") -> None:
        """Into a trust list."""
        (folder / name).write_bytes(self.certificate())


UTOPIA = Authority()


@dataclass(frozen=True)
class Signer:
    """A document signer, and the authority whose key signs for it."""

    authority: Authority = UTOPIA
    seed: str = "signer"
    valid_from: datetime = datetime(2018, 1, 1, tzinfo=UTC)
    valid_to: datetime = datetime(2042, 1, 1, tzinfo=UTC)

    @property
    def key(self) -> ec.EllipticCurvePrivateKey:
        return ec_key(self.seed, ec.BrainpoolP256R1())

    def certificate(self) -> bytes:
        return _certificate(
            subject=_name(self.authority.state, "Utopia Document Signer"),
            issuer=self.authority.name,
            public_key=self.key.public_key(),
            signed_by=self.authority.key,
            validity=(self.valid_from, self.valid_to),
            is_authority=False,
        )

    def security_object(self, data_groups: Mapping[int, bytes], *, digest: str = "sha256") -> bytes:
        """EF.SOD over these data groups."""
        content = _hash_list(data_groups, digest)
        certificate = asn1_x509.Certificate.load(self.certificate())
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": [_LDS]},
                {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
            ]
        )
        signature = self.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        signed = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [{"algorithm": "sha256"}],
                "encap_content_info": {"content_type": _LDS, "content": content},
                "certificates": [certificate],
                "signer_infos": [
                    {
                        "version": "v1",
                        "sid": cms.SignerIdentifier(
                            {
                                "issuer_and_serial_number": {
                                    "issuer": certificate.issuer,
                                    "serial_number": certificate.serial_number,
                                }
                            }
                        ),
                        "digest_algorithm": {"algorithm": "sha256"},
                        "signed_attrs": attributes,
                        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                        "signature": signature,
                    }
                ],
            }
        )
        return tlv.encode(0x77, cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def ec_key(seed: str, curve: ec.EllipticCurve) -> ec.EllipticCurvePrivateKey:
    """Always the same for the same seed. For play only."""
    return ec.derive_private_key(number(seed, curve.key_size // 2), curve)


@functools.cache
def rsa_key(seed: str, bits: int = 1024) -> rsa.RSAPrivateKey:
    """Always the same for the same seed. For play only."""
    p, q = (_prime(f"{seed} {half}", bits // 2) for half in "pq")
    private = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    return rsa.RSAPrivateNumbers(
        p, q, private, private % (p - 1), private % (q - 1), pow(q, -1, p), rsa.RSAPublicNumbers(_EXPONENT, p * q)
    ).private_key()


def public_key_info(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def number(seed: str, bits: int) -> int:
    """Of at most so many bits, drawn by its seed."""
    return int.from_bytes(hashlib.shake_256(seed.encode()).digest((bits + 7) // 8), "big") >> (-bits % 8)


def _prime(seed: str, bits: int) -> int:
    for attempt in count():
        candidate = number(f"{seed} {attempt}", bits) | 3 << bits - 2 | 1
        is_likely = all(candidate % small for small in (3, 5, 7, 11, 13, 17, 19, 23)) and candidate % _EXPONENT != 1
        # Fermat's test to a few bases: enough for numbers that nobody attacks.
        if is_likely and all(pow(base, candidate - 1, candidate) == 1 for base in (2, 3, 5, 7)):
            return candidate
    raise AssertionError("unreachable")


def _hash_list(data_groups: Mapping[int, bytes], digest: str) -> bytes:
    entries = b"".join(
        tlv.encode(0x30, core.Integer(group).dump() + core.OctetString(hashlib.new(digest, file).digest()).dump())
        for group, file in sorted(data_groups.items())
    )
    algorithm = algos.DigestAlgorithm({"algorithm": digest}).dump()
    return tlv.encode(0x30, core.Integer(0).dump() + algorithm + tlv.encode(0x30, entries))


def _name(state: str, common_name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, state), x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    )


def _certificate(
    *,
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    signed_by: ec.EllipticCurvePrivateKey,
    validity: tuple[datetime, datetime],
    is_authority: bool,
) -> bytes:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(number(f"{subject} {validity}", 64) + 1)
        .not_valid_before(validity[0])
        .not_valid_after(validity[1])
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    certificate = builder.sign(signed_by, hashes.SHA384(), ecdsa_deterministic=True)
    return certificate.public_bytes(serialization.Encoding.DER)
