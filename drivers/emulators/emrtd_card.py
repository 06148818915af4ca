"""The chip of a travel document: answers commands from the first to the last, and misbehaves when told to.

Put it into a `virtual_card.VirtualCard` and that into a slot of `pcscd.PrivatePcscd`. The documents themselves, and
people who never were, are in `emrtd_documents`.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from drivers.idcard.apdu import AnswerBroken
from drivers.idcard.emrtd import ciphers, security_infos, tlv
from drivers.idcard.emrtd.agreement import Group, private_key
from drivers.idcard.emrtd.ciphers import TRIPLE_DES, Suite
from drivers.idcard.emrtd.commands import APPLICATION, Command
from drivers.idcard.emrtd.pace import Password
from drivers.idcard.emrtd.security_infos import PaceInfo

Fault: TypeAlias = Callable[[int, bytes], bytes]
"""Number of the command from 0, the right answer -> the answer that is given."""

CARD_ACCESS = 0x011C
ATTRIBUTES = 0x2F01

_OK = 0x9000
_NOT_SATISFIED = 0x6982
_WRONG_DATA = 0x6A80
_NOT_FOUND = 0x6A82
_WRONG_PASSWORD = 0x6300
_UNKNOWN = 0x6D00
_SESSION_LOST = 0x6988


@dataclass(frozen=True)
class Chip:
    """What a document is made of. Files by identifier; those of the master file are `CARD_ACCESS` and `ATTRIBUTES`.

    `chip_key` is the secret number of Chip Authentication on `chip_group`.
    """

    files: Mapping[int, bytes]
    mrz_information: str
    card_access_number: str = ""
    knows_bac: bool = True
    knows_short_ids: bool = True
    active_key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | None = None
    chip_group: Group | None = None
    chip_key: int = 0


class _Status(Exception):
    """Ends a command with that status word."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


@dataclass
class EmrtdApplication:
    """`ChipApplication` of one document. `commands` keeps what was asked, as it came over the wire."""

    chip: Chip
    fault: Fault = field(default=lambda _number, answer: answer)
    random: Callable[[int], bytes] = secrets.token_bytes
    commands: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._session: _Session | None = None
        self._is_selected = False
        self._file: bytes | None = None
        self._challenge = b""
        self._pace: _PaceTalk | None = None

    def answer(self, command: bytes) -> bytes:
        self.commands.append(command)
        return self.fault(len(self.commands) - 1, self._answer(command))

    def _answer(self, raw: bytes) -> bytes:
        try:
            command = _parse(raw)
            if not command.cla & 0x0C:
                self._session = None if self._session and command.ins != 0xC0 else self._session
                data, status = self._carry_out(command)
                return data + status.to_bytes(2, "big")
            if self._session is None:
                raise _Status(_NOT_SATISFIED)
            session = self._session
            data, status = self._carry_out(session.unprotect(command))
            return session.protect(data, status, is_odd=bool(command.ins & 1))
        except _Status as end:
            return end.status.to_bytes(2, "big")
        except (AnswerBroken, ValueError, IndexError):
            self._session = None
            return _SESSION_LOST.to_bytes(2, "big")

    def _carry_out(self, command: Command) -> tuple[bytes, int]:
        doings = {
            0xA4: self._select,
            0xB0: self._read,
            0xB1: self._read_far,
            0x84: self._get_challenge,
            0x82: self._external_authenticate,
            0x22: self._set_template,
            0x86: self._general_authenticate,
            0x88: self._internal_authenticate,
        }
        doing = doings.get(command.ins)
        if doing is None:
            return b"", _UNKNOWN
        try:
            return doing(command), _OK
        except _Status as end:
            return b"", end.status

    # --- files ----------------------------------------------------------------------------------------------------

    def _select(self, command: Command) -> bytes:
        if command.p1 == 0x04:
            if command.data != APPLICATION:
                raise _Status(_NOT_FOUND)
            self._is_selected = True
            return b""
        self._file = self._open(int.from_bytes(command.data, "big"))
        return b""

    def _read(self, command: Command) -> bytes:
        if command.p1 & 0x80:
            if not self.chip.knows_short_ids and self._is_selected:
                raise _Status(0x6A86)
            self._file = self._open(self._long_id(command.p1 & 0x1F))
            return self._part(command.p2, command.expected)
        return self._part(command.p1 << 8 | command.p2, command.expected)

    def _read_far(self, command: Command) -> bytes:
        offset = int.from_bytes(tlv.only(command.data, 0x54), "big")
        content = self._part(offset, (command.expected or 256) - 4)
        return tlv.encode(0x53, content)

    def _part(self, offset: int, expected: int | None) -> bytes:
        if self._file is None:
            raise _Status(0x6986)
        if offset >= len(self._file):
            raise _Status(0x6B00)
        return self._file[offset : offset + (expected or 0)]

    def _long_id(self, short_id: int) -> int:
        if self._is_selected:
            return 0x0100 | short_id
        return {0x1C: CARD_ACCESS, 0x01: ATTRIBUTES}.get(short_id, 0)

    def _open(self, file: int) -> bytes:
        is_public = not self._is_selected and file in (CARD_ACCESS, ATTRIBUTES)
        if not is_public and self._session is None:
            raise _Status(_NOT_SATISFIED if self._is_selected else _NOT_FOUND)
        if file not in self.chip.files:
            raise _Status(_NOT_FOUND)
        return self.chip.files[file]

    # --- basic access ---------------------------------------------------------------------------------------------

    def _get_challenge(self, _command: Command) -> bytes:
        if not self.chip.knows_bac or not self._is_selected:
            raise _Status(_UNKNOWN)
        self._challenge = self.random(8)
        return self._challenge

    def _external_authenticate(self, command: Command) -> bytes:
        seed = hashlib.sha1(self.chip.mrz_information.encode("ascii")).digest()[:16]
        encryption_key, mac_key = (TRIPLE_DES.derive(seed, purpose) for purpose in (1, 2))
        secret, code = command.data[:-8], command.data[-8:]
        opened = TRIPLE_DES.decrypt(encryption_key, secret)
        is_right = hmac.compare_digest(TRIPLE_DES.token(mac_key, secret), code)
        if not is_right or not self._challenge or opened[8:16] != self._challenge:
            raise _Status(_WRONG_PASSWORD)
        theirs, their_key, our_key = opened[:8], opened[16:], self.random(16)
        sent = TRIPLE_DES.encrypt(encryption_key, self._challenge + theirs + our_key)
        self._session = _Session.of_secret(
            TRIPLE_DES,
            bytes(one ^ other for one, other in zip(our_key, their_key, strict=True)),
            counter=int.from_bytes(self._challenge[4:] + theirs[4:], "big"),
        )
        self._challenge = b""
        return sent + TRIPLE_DES.token(mac_key, sent)

    # --- PACE and chip authentication -----------------------------------------------------------------------------

    def _set_template(self, command: Command) -> bytes:
        objects = {item.tag: item.value for item in tlv.items(command.data)}
        if (command.p1, command.p2) == (0xC1, 0xA4):
            self._pace = self._begin_pace(objects)
        elif (command.p1, command.p2) == (0x41, 0xA6):
            self._renew(TRIPLE_DES, objects[0x91])
        elif (command.p1, command.p2) != (0x41, 0xA4) or self.chip.chip_group is None:
            raise _Status(_WRONG_DATA)
        return b""

    def _begin_pace(self, objects: Mapping[int, bytes]) -> _PaceTalk:
        infos = security_infos.parse(self.chip.files.get(CARD_ACCESS, b"\x31\x00")).pace
        wanted = [info for info in infos if info.oid_bytes == objects[0x80]]
        if 0x84 in objects:
            wanted = [info for info in wanted if info.parameter_id == objects[0x84][0]]
        if not wanted:
            raise _Status(_WRONG_DATA)
        passwords = (
            Password.of_mrz(self.chip.mrz_information),
            Password.of_can(self.chip.card_access_number),
        )
        secret = next(one.secret for one in passwords if one.reference == objects[0x83][0])
        return _PaceTalk(wanted[0], secret, self.random)

    def _general_authenticate(self, command: Command) -> bytes:
        objects = {item.tag: item.value for item in tlv.items(tlv.only(command.data, 0x7C))}
        if self._session is not None:
            infos = security_infos.parse(tlv.only(self.chip.files[0x010E], 0x6E))
            self._renew(infos.chip_protocols[0].suite, objects[0x80])
            return tlv.encode(0x7C, b"")
        if self._pace is None:
            raise _Status(0x6985)
        tag, value = self._pace.step(objects)
        self._session = self._pace.session
        return tlv.encode(0x7C, tlv.encode(tag, value))

    def _renew(self, suite: Suite, their_key: bytes) -> None:
        """The answer to this very command still goes out under the former keys."""
        group = self.chip.chip_group
        if group is None:
            raise _Status(_WRONG_DATA)
        shared = group.agree(self.chip.chip_key, group.decode(their_key))
        self._session = _Session.of_secret(suite, group.secret(shared))

    # --- active authentication ------------------------------------------------------------------------------------

    def _internal_authenticate(self, command: Command) -> bytes:
        key = self.chip.active_key
        if key is None or self._session is None:
            raise _Status(_UNKNOWN)
        if isinstance(key, rsa.RSAPrivateKey):
            return sign_with_recovery(key, command.data, self.random)
        r, s = decode_dss_signature(key.sign(command.data, ec.ECDSA(hashes.SHA256())))
        size = (key.key_size + 7) // 8
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def sign_with_recovery(key: rsa.RSAPrivateKey, challenge: bytes, random: Callable[[int], bytes]) -> bytes:
    """ISO 9796-2, scheme 1, with SHA-1."""
    size = (key.key_size + 7) // 8
    message = random(size - 22)
    representative = b"\x6a" + message + hashlib.sha1(message + challenge).digest() + b"\xbc"
    numbers = key.private_numbers()
    signed = pow(int.from_bytes(representative, "big"), numbers.d, numbers.public_numbers.n)
    return signed.to_bytes(size, "big")


class _PaceTalk:
    """The document's side of PACE, step by step."""

    def __init__(self, info: PaceInfo, secret: bytes, random: Callable[[int], bytes]) -> None:
        self._info = info
        self._random = random
        self._key = info.suite.derive(secret, ciphers.PASSWORD)
        self._nonce = random(16)
        self._group: Group = info.group
        self._keys: tuple[bytes, bytes] = (b"", b"")
        self._secret = b""
        self.session: _Session | None = None

    def step(self, objects: Mapping[int, bytes]) -> tuple[int, bytes]:
        if 0x81 in objects:
            ours, _, shared = self._agree(objects[0x81])
            self._group = self._info.group.mapped(int.from_bytes(self._nonce, "big"), shared)
            return 0x82, ours
        if 0x83 in objects:
            ours, theirs, shared = self._agree(objects[0x83])
            self._keys, self._secret = (ours, theirs), self._group.secret(shared)
            return 0x84, ours
        if 0x85 in objects:
            mac_key = self._info.suite.derive(self._secret, ciphers.AUTHENTICATION)
            ours, theirs = self._keys
            if not hmac.compare_digest(self._token(mac_key, ours), objects[0x85]):
                raise _Status(_WRONG_PASSWORD)
            self.session = _Session.of_secret(self._info.suite, self._secret)
            return 0x86, self._token(mac_key, theirs)
        return 0x80, self._info.suite.encrypt(self._key, self._nonce)

    def _agree(self, theirs: bytes) -> tuple[bytes, bytes, Any]:
        private = private_key(self._group, self._random)
        ours = self._group.encode(self._group.public(private))
        return ours, theirs, self._group.agree(private, self._group.decode(theirs))

    def _token(self, mac_key: bytes, public_key: bytes) -> bytes:
        inner = tlv.encode(0x06, self._info.oid_bytes) + tlv.encode(self._info.group.key_tag, public_key)
        return self._info.suite.token(mac_key, tlv.encode(0x7F49, inner))


class _Session:
    """The document's side of secure messaging."""

    def __init__(self, suite: Suite, encryption_key: bytes, mac_key: bytes, counter: int) -> None:
        self._suite = suite
        self._encryption_key = encryption_key
        self._mac_key = mac_key
        self._counter = counter

    @classmethod
    def of_secret(cls, suite: Suite, secret: bytes, *, counter: int = 0) -> _Session:
        return cls(suite, suite.derive(secret, 1), suite.derive(secret, 2), counter)

    def unprotect(self, command: Command) -> Command:
        self._counter += 1
        objects = {item.tag: item.value for item in tlv.items(command.data)}
        code = objects.pop(0x8E)
        head = ciphers.pad(bytes((command.cla, command.ins, command.p1, command.p2)), self._suite.block)
        if self._mac(head + b"".join(tlv.encode(tag, value) for tag, value in objects.items())) != code:
            raise ValueError("wrong code")
        data = b""
        if 0x85 in objects:
            data = self._opened(objects[0x85])
        elif 0x87 in objects:
            data = self._opened(objects[0x87][1:])
        expected = None
        if 0x97 in objects:
            said = objects[0x97]
            expected = int.from_bytes(said, "big") or 1 << 8 * len(said)
        return Command(command.ins, command.p1, command.p2, data, expected, command.cla & ~0x0C)

    def protect(self, data: bytes, status: int, *, is_odd: bool) -> bytes:
        self._counter += 1
        objects = b""
        if data:
            padded = ciphers.pad(data, self._suite.block)
            secret = self._suite.encrypt(self._encryption_key, padded, counter=self._counter)
            objects = tlv.encode(0x85, secret) if is_odd else tlv.encode(0x87, b"\x01" + secret)
        objects += tlv.encode(0x99, status.to_bytes(2, "big"))
        return objects + tlv.encode(0x8E, self._mac(objects)) + status.to_bytes(2, "big")

    def _opened(self, secret: bytes) -> bytes:
        return ciphers.unpad(self._suite.decrypt(self._encryption_key, secret, counter=self._counter))

    def _mac(self, data: bytes) -> bytes:
        counted = self._counter.to_bytes(self._suite.block, "big") + data
        return self._suite.mac(self._mac_key, ciphers.pad(counted, self._suite.block))


def _parse(raw: bytes) -> Command:
    """ISO 7816-4, 5.1, all its cases."""
    cla, ins, p1, p2 = raw[:4]
    body = raw[4:]
    data, expected = b"", None
    if len(body) > 1 and body[0] == 0 and len(body) >= 3:
        size, body = 2, body[1:]
    else:
        size = 1
    if len(body) > size:
        length = int.from_bytes(body[:size], "big")
        data, body = body[size : size + length], body[size + length :]
    if body:
        expected = int.from_bytes(body, "big") or 1 << 8 * size
    return Command(ins, p1, p2, data, expected, cla)
