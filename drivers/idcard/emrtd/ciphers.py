"""The two families of ciphers that secure messaging, BAC and PACE use (ICAO 9303-11, 9.7 and 9.8).

One interface, so that the protocols above do not ask which it is. Lengths in bytes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

ENCRYPTION = 1
AUTHENTICATION = 2
PASSWORD = 3

MAC_LENGTH = 8


class Suite(Protocol):
    """A cipher and its authentication code."""

    @property
    def block(self) -> int: ...

    def derive(self, secret: bytes, purpose: int) -> bytes:
        """The key for a `purpose`, one of the numbers above."""

    def encrypt(self, key: bytes, data: bytes, *, counter: int | None = None) -> bytes:
        """Whole blocks in CBC mode. `counter` is the one of secure messaging, where it counts."""

    def decrypt(self, key: bytes, data: bytes, *, counter: int | None = None) -> bytes:
        """Whole blocks in CBC mode. Raises ValueError for anything else."""

    def mac(self, key: bytes, data: bytes) -> bytes:
        """Eight bytes over whole blocks."""

    def token(self, key: bytes, data: bytes) -> bytes:
        """The authentication token of PACE over `data` of any length."""


class TripleDes:
    """Two-key 3DES, retail MAC (ISO 9797-1, algorithm 3)."""

    block = 8

    def derive(self, secret: bytes, purpose: int) -> bytes:
        key = hashlib.sha1(secret + purpose.to_bytes(4, "big")).digest()[:16]
        return bytes(_with_odd_parity(byte) for byte in key)

    def encrypt(self, key: bytes, data: bytes, *, counter: int | None = None) -> bytes:
        del counter  # it is part of the authentication code only
        encryptor = _cbc(key + key[:8]).encryptor()
        return encryptor.update(data) + encryptor.finalize()

    def decrypt(self, key: bytes, data: bytes, *, counter: int | None = None) -> bytes:
        del counter
        decryptor = _cbc(key + key[:8]).decryptor()
        return decryptor.update(data) + decryptor.finalize()

    def mac(self, key: bytes, data: bytes) -> bytes:
        # Single DES up to the last block, two-key 3DES for that one: the same as the standard's three steps at the end.
        single, last = data[: -self.block], data[-self.block :]
        chained = _cbc(key[:8] * 3).encryptor().update(single)[-self.block :] if single else bytes(self.block)
        return _cbc(key + key[:8], chained).encryptor().update(last)

    def token(self, key: bytes, data: bytes) -> bytes:
        return self.mac(key, pad(data, self.block))


@dataclass(frozen=True)
class Aes:
    """AES with CMAC. Keys above 128 bits are derived with SHA-256."""

    key_length: int
    block = 16

    def derive(self, secret: bytes, purpose: int) -> bytes:
        digest = hashlib.sha1 if self.key_length == 16 else hashlib.sha256
        return digest(secret + purpose.to_bytes(4, "big")).digest()[: self.key_length]

    def encrypt(self, key: bytes, data: bytes, *, counter: int | None = None) -> bytes:
        encryptor = Cipher(AES(key), modes.CBC(_start(key, counter))).encryptor()
        return encryptor.update(data) + encryptor.finalize()

    def decrypt(self, key: bytes, data: bytes, *, counter: int | None = None) -> bytes:
        decryptor = Cipher(AES(key), modes.CBC(_start(key, counter))).decryptor()
        return decryptor.update(data) + decryptor.finalize()

    def mac(self, key: bytes, data: bytes) -> bytes:
        code = CMAC(AES(key))
        code.update(data)
        return code.finalize()[:MAC_LENGTH]

    token = mac


TRIPLE_DES = TripleDes()
SUITES: dict[int, Suite] = {1: TRIPLE_DES, 2: Aes(16), 3: Aes(24), 4: Aes(32)}
"""By the last number of an object identifier of PACE or Chip Authentication."""


def pad(data: bytes, block: int) -> bytes:
    """ISO 9797-1, method 2."""
    return data + b"\x80" + bytes(-(len(data) + 1) % block)


def unpad(data: bytes) -> bytes:
    """Raises ValueError when there is no padding."""
    stripped = data.rstrip(b"\0")
    if stripped[-1:] != b"\x80":
        raise ValueError("no padding")
    return stripped[:-1]


def _with_odd_parity(byte: int) -> int:
    return byte if byte.bit_count() % 2 else byte ^ 1


def _cbc(key: bytes, start: bytes = bytes(8)) -> Cipher[modes.CBC]:
    return Cipher(TripleDES(key), modes.CBC(start))


def _start(key: bytes, counter: int | None) -> bytes:
    if counter is None:
        return bytes(16)
    return Cipher(AES(key), modes.ECB()).encryptor().update(counter.to_bytes(16, "big"))
