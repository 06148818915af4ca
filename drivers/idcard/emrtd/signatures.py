"""Signatures in certificates and security objects: RSA (both paddings) and ECDSA, named the way ASN.1 names them."""

from __future__ import annotations

from typing import TypeAlias

from asn1crypto import algos, keys
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from drivers.idcard.emrtd.security_infos import curve_of

PublicKey: TypeAlias = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class AlgorithmUnknown(Exception):
    """A curve, hash or signature that we cannot compute."""


def public_key(info: keys.PublicKeyInfo) -> PublicKey:
    """Raises AlgorithmUnknown, and ValueError for a key that is none."""
    algorithm = info["algorithm"]["algorithm"].native
    if algorithm in ("rsa", "rsassa_pss"):
        numbers = info["public_key"].parsed
        return rsa.RSAPublicNumbers(numbers["public_exponent"].native, numbers["modulus"].native).public_key()
    if algorithm == "ec":
        curve = curve_of(info["algorithm"]["parameters"])
        try:
            known = ec.get_curve_for_oid(x509.ObjectIdentifier(curve.oid if curve else "0.0"))
            return ec.EllipticCurvePublicKey.from_encoded_point(known(), bytes(info["public_key"]))
        except (LookupError, UnsupportedAlgorithm):
            pass
    raise AlgorithmUnknown("public key")


def is_valid(
    key: PublicKey, algorithm: algos.SignedDigestAlgorithm, *, signature: bytes, data: bytes, digest: str = ""
) -> bool:
    """`digest` names the hash where the algorithm leaves it open. Raises AlgorithmUnknown."""
    try:
        scheme = algorithm.signature_algo
        named = algorithm["algorithm"].native
        chosen = HASHES[digest if named in ("rsassa_pkcs1v15", "ecdsa") else algorithm.hash_algo]
    except (ValueError, KeyError):
        raise AlgorithmUnknown("signature") from None
    try:
        if scheme == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(chosen))
        elif scheme == "rsassa_pkcs1v15" and isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), chosen)
        elif scheme == "rsassa_pss" and isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, _pss(algorithm), chosen)
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _pss(algorithm: algos.SignedDigestAlgorithm) -> padding.PSS:
    parameters = algorithm["parameters"]
    mask = HASHES.get(parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native)
    if mask is None:
        raise AlgorithmUnknown("mask")
    return padding.PSS(padding.MGF1(mask), parameters["salt_length"].native)
