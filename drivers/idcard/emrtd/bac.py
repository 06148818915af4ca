"""Basic Access Control (ICAO 9303-11, 4.3): who can read the printed page may read the chip."""

from __future__ import annotations

import hashlib
import hmac

from drivers.idcard.apdu import AnswerBroken, Transmit
from drivers.idcard.emrtd import commands
from drivers.idcard.emrtd.ciphers import AUTHENTICATION, ENCRYPTION, MAC_LENGTH, TRIPLE_DES, pad
from drivers.idcard.emrtd.commands import PlainChannel, Random, WrongPassword, demand
from drivers.idcard.emrtd.secure_messaging import SecureChannel

_NONCE = 8
_KEY = 16
_COUNTED = 4
"""So many bytes of each nonce begin the counter."""


def open_channel(transmit: Transmit, mrz_information: str, *, random: Random) -> SecureChannel:
    """`mrz_information`: number, birth and expiry with their check digits. The application must be selected.

    Raises WrongPassword, Refused, AnswerBroken.
    """
    plain = PlainChannel(transmit)
    seed = hashlib.sha1(mrz_information.encode("ascii")).digest()[:16]
    encryption_key = TRIPLE_DES.derive(seed, ENCRYPTION)
    mac_key = TRIPLE_DES.derive(seed, AUTHENTICATION)

    theirs = demand(plain.ask(commands.get_challenge()), "challenge")
    if len(theirs) != _NONCE:
        raise AnswerBroken(f"challenge of {len(theirs)} bytes")
    ours, our_key = random(_NONCE), random(_KEY)
    sent = TRIPLE_DES.encrypt(encryption_key, ours + theirs + our_key)
    answer = plain.ask(commands.external_authenticate(sent + _mac(mac_key, sent)))
    if answer.status != 0x9000:
        raise WrongPassword("basic access", answer.status)

    received, code = answer.data[:-MAC_LENGTH], answer.data[-MAC_LENGTH:]
    if len(received) != len(sent) or not hmac.compare_digest(_mac(mac_key, received), code):
        raise AnswerBroken("wrong authentication code in the answer to basic access")
    opened = TRIPLE_DES.decrypt(encryption_key, received)
    if opened[: 2 * _NONCE] != theirs + ours:
        raise AnswerBroken("an old answer to basic access")
    their_key = opened[2 * _NONCE :]
    return SecureChannel.of_secret(
        transmit,
        TRIPLE_DES,
        bytes(one ^ other for one, other in zip(our_key, their_key, strict=True)),
        counter=int.from_bytes(theirs[-_COUNTED:] + ours[-_COUNTED:], "big"),
    )


def _mac(key: bytes, data: bytes) -> bytes:
    return TRIPLE_DES.mac(key, pad(data, TRIPLE_DES.block))
