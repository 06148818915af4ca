"""Password Authenticated Connection Establishment with generic mapping (ICAO 9303-11, 4.4).

Four steps: the document's nonce, encrypted with the password; a key agreement that turns it into a new generator; a
second agreement on that generator; a token from each side that shows that both came to the same key.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from drivers.idcard.apdu import AnswerBroken, Transmit
from drivers.idcard.emrtd import ciphers, commands, tlv
from drivers.idcard.emrtd.agreement import Group, private_key
from drivers.idcard.emrtd.commands import PlainChannel, Random, WrongPassword, demand
from drivers.idcard.emrtd.secure_messaging import SecureChannel
from drivers.idcard.emrtd.security_infos import PaceInfo

_PROTOCOL = 0x80
_PASSWORD = 0x83
_PARAMETERS = 0x84


@dataclass(frozen=True, repr=False)
class Password:
    """What a person can read from the document: its machine readable lines, or the six digits printed on its face."""

    reference: int
    secret: bytes

    @classmethod
    def of_mrz(cls, mrz_information: str) -> Password:
        return cls(reference=1, secret=hashlib.sha1(mrz_information.encode("ascii")).digest())

    @classmethod
    def of_can(cls, card_access_number: str) -> Password:
        return cls(reference=2, secret=card_access_number.encode("ascii"))


def open_channel(
    transmit: Transmit, info: PaceInfo, password: Password, *, random: Random, is_ambiguous: bool = False
) -> SecureChannel:
    """`is_ambiguous`: the document offers the protocol with several parameters, so they are named.

    Raises WrongPassword, Refused, AnswerBroken.
    """
    plain = PlainChannel(transmit)
    chosen = [(_PROTOCOL, info.oid_bytes), (_PASSWORD, bytes((password.reference,)))]
    if is_ambiguous:
        chosen.append((_PARAMETERS, bytes((info.parameter_id,))))
    demand(plain.ask(commands.set_template(0xC1, 0xA4, *chosen)), "PACE")

    nonce = _step(plain, 0x80)
    password_key = info.suite.derive(password.secret, ciphers.PASSWORD)
    try:
        opened_nonce = int.from_bytes(info.suite.decrypt(password_key, nonce), "big")
    except ValueError:
        raise AnswerBroken(f"PACE nonce of {len(nonce)} bytes") from None

    _, _, shared = _agree(plain, info.group, random, ours_in=0x81, theirs_in=0x82)
    mapped = info.group.mapped(opened_nonce, shared)
    ours, theirs, shared = _agree(plain, mapped, random, ours_in=0x83, theirs_in=0x84)

    secret = mapped.secret(shared)
    mac_key = info.suite.derive(secret, ciphers.AUTHENTICATION)
    token = _step(plain, 0x86, (0x85, _token(info, mac_key, theirs)), is_last=True)
    if not hmac.compare_digest(token, _token(info, mac_key, ours)):
        raise AnswerBroken("wrong token in PACE")
    return SecureChannel.of_secret(transmit, info.suite, secret)


def _agree(
    plain: PlainChannel, group: Group, random: Random, *, ours_in: int, theirs_in: int
) -> tuple[bytes, bytes, object]:
    """Both public keys and the shared element."""
    private = private_key(group, random)
    ours = group.encode(group.public(private))
    theirs = _step(plain, theirs_in, (ours_in, ours))
    if theirs == ours:
        raise AnswerBroken("our own key came back")
    return ours, theirs, group.agree(private, group.decode(theirs))


def _step(plain: PlainChannel, wanted: int, *objects: tuple[int, bytes], is_last: bool = False) -> bytes:
    answer = plain.ask(commands.general_authenticate(*objects, is_last=is_last))
    if is_last and answer.status != 0x9000:
        raise WrongPassword("PACE", answer.status)
    found = tlv.find(tlv.only(demand(answer, "PACE"), 0x7C), wanted)
    if found is None:
        raise AnswerBroken(f"no object {wanted:X} in PACE")
    return found


def _token(info: PaceInfo, mac_key: bytes, public_key: bytes) -> bytes:
    key = tlv.encode(0x06, info.oid_bytes) + tlv.encode(info.group.key_tag, public_key)
    return info.suite.token(mac_key, tlv.encode(0x7F49, key))
