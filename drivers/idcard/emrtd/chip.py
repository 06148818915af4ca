"""Whether the chip itself is the one that was issued: Active and Chip Authentication (ICAO 9303-11, 6)."""

from __future__ import annotations

import hashlib
import hmac

from asn1crypto import keys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from drivers.idcard.apdu import AnswerBroken
from drivers.idcard.emrtd import commands, signatures
from drivers.idcard.emrtd.agreement import private_key
from drivers.idcard.emrtd.ciphers import TRIPLE_DES
from drivers.idcard.emrtd.commands import ANY_SHORT, Random, Refused, demand
from drivers.idcard.emrtd.files import File
from drivers.idcard.emrtd.secure_messaging import SecureChannel
from drivers.idcard.emrtd.security_infos import ChipKey, ChipProtocol, SecurityInfos

CHALLENGE = 8
_ANY_LONG = 1 << 16

_TRAILERS = {0x33: "sha1", 0x34: "sha256", 0x35: "sha512", 0x36: "sha384", 0x38: "sha224"}
"""ISO 10118 numbers of hashes, before the final CC of a recovered signature."""
_PLAIN_ECDSA = "0.4.0.127.0.7.1.1.4.1."
_ECDSA_HASHES = {"1": "sha1", "2": "sha224", "3": "sha256", "4": "sha384", "5": "sha512"}


def is_active_key_held(channel: SecureChannel, key_info: bytes, *, algorithm_oid: str | None, random: Random) -> bool:
    """Whether the chip signs a challenge with the key of data group 15. Refusing to is a no.

    Raises AlgorithmUnknown, AnswerBroken.
    """
    try:
        key = signatures.public_key(keys.PublicKeyInfo.load(key_info, strict=True))
    except (ValueError, TypeError) as error:
        raise AnswerBroken(f"key of active authentication: {type(error).__name__}") from None
    challenge = random(CHALLENGE)
    size = (key.key_size + 7) // 8 * (1 if isinstance(key, rsa.RSAPublicKey) else 2)
    expected = ANY_SHORT if size <= channel.payload(ANY_SHORT) else _ANY_LONG
    try:
        signature = demand(channel.ask(commands.internal_authenticate(challenge, expected=expected)), "challenge")
    except Refused:
        return False
    if isinstance(key, rsa.RSAPublicKey):
        return is_recovered(key, signature, challenge)
    return _is_signed(key, signature, challenge, algorithm_oid)


def is_recovered(key: rsa.RSAPublicKey, signature: bytes, challenge: bytes) -> bool:
    """ISO 9796-2, scheme 1: the signature gives back most of the message; the challenge is its end."""
    numbers = key.public_numbers()
    number = pow(int.from_bytes(signature, "big"), numbers.e, numbers.n)
    return is_representative(number.to_bytes((key.key_size + 7) // 8, "big"), challenge)


def is_representative(recovered: bytes, challenge: bytes) -> bool:
    """Whether it holds a message that ends with `challenge`, and its hash."""
    if recovered[-1] == 0xBC:
        algorithm, trailer = "sha1", 1
    elif recovered[-1] == 0xCC and recovered[-2] in _TRAILERS:
        algorithm, trailer = _TRAILERS[recovered[-2]], 2
    else:
        return False
    # 0110 for a message that goes on elsewhere, then any number of B and one A.
    begin = 1
    if recovered[0] == 0x6B:
        while begin < len(recovered) and recovered[begin] == 0xBB:
            begin += 1
        begin += 1
        if recovered[begin - 1 : begin] != b"\xba":
            return False
    elif recovered[0] != 0x6A:
        return False
    end = len(recovered) - trailer - hashlib.new(algorithm).digest_size
    if end < begin:
        return False
    said = recovered[end:-trailer]
    return hmac.compare_digest(hashlib.new(algorithm, recovered[begin:end] + challenge).digest(), said)


def is_chip_key_held(channel: SecureChannel, infos: SecurityInfos, *, random: Random) -> bool | None:
    """Whether the chip can go on speaking after an agreement with the key of data group 14; None when it offers none
    that we know. Ends the channel: ask this last.
    """
    chosen = _key_and_protocol(infos)
    if chosen is None:
        return None
    key, protocol = chosen
    private = private_key(key.group, random)
    ours = key.group.encode(key.group.public(private))
    key_id = [] if key.key_id is None else [(0x84, key.key_id.to_bytes((key.key_id.bit_length() + 7) // 8 or 1, "big"))]
    try:
        if protocol is None or protocol.suite is TRIPLE_DES:
            demand(channel.ask(commands.set_template(0x41, 0xA6, (0x91, ours), *key_id)), "chip authentication")
        else:
            begin = commands.set_template(0x41, 0xA4, (0x80, protocol.oid_bytes), *key_id)
            demand(channel.ask(begin), "chip authentication")
            go_on = commands.general_authenticate((0x80, ours), is_last=True)
            demand(channel.ask(go_on), "chip authentication")
        secret = key.group.secret(key.group.agree(private, key.group.decode(key.public_key)))
        suite = TRIPLE_DES if protocol is None else protocol.suite
        renewed = SecureChannel.of_secret(channel.transmit, suite, secret)
        demand(renewed.ask(commands.read_by_short_id(File.DG1.short_id, expected=1)), "first read")
    except (Refused, AnswerBroken):
        return False
    return True


def _key_and_protocol(infos: SecurityInfos) -> tuple[ChipKey, ChipProtocol | None] | None:
    for protocol in infos.chip_protocols:
        for key in infos.chip_keys:
            if key.key_id == protocol.key_id:
                return key, protocol
    return (infos.chip_keys[0], None) if infos.chip_keys and not infos.chip_protocols else None


def _is_signed(key: ec.EllipticCurvePublicKey, signature: bytes, challenge: bytes, oid: str | None) -> bool:
    if oid is None or not oid.startswith(_PLAIN_ECDSA) or oid[len(_PLAIN_ECDSA) :] not in _ECDSA_HASHES:
        raise signatures.AlgorithmUnknown("active authentication")
    half = len(signature) // 2
    numbers = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
    chosen = signatures.HASHES[_ECDSA_HASHES[oid[len(_PLAIN_ECDSA) :]]]
    try:
        key.verify(encode_dss_signature(*numbers), challenge, ec.ECDSA(chosen))
    except InvalidSignature:
        return False
    return True
