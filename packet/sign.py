"""Signatures over exact bytes, with the algorithm and the key named beside the value (SM2 will be asked for)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from packet.errors import BadSignature

ED25519 = "ed25519"


@dataclass(frozen=True)
class Signed:
    """One signature as it travels. `value` is base64."""

    algorithm: str
    key_id: str
    value: str


class Signer(Protocol):
    @property
    def algorithm(self) -> str: ...

    @property
    def key_id(self) -> str: ...

    def sign(self, data: bytes) -> Signed: ...


class Verifier(Protocol):
    def verify(self, data: bytes, signed: Signed) -> None:
        """Raises BadSignature unless `signed` was made over exactly `data` by the key this verifier stands for."""


class Ed25519Signer:
    algorithm = ED25519

    def __init__(self, key: Ed25519PrivateKey, *, key_id: str) -> None:
        self._key = key
        self.key_id = key_id

    def sign(self, data: bytes) -> Signed:
        return Signed(self.algorithm, self.key_id, base64.b64encode(self._key.sign(data)).decode("ascii"))


class Ed25519Verifier:
    algorithm = ED25519

    def __init__(self, key: Ed25519PublicKey, *, key_id: str) -> None:
        self._key = key
        self.key_id = key_id

    def verify(self, data: bytes, signed: Signed) -> None:
        if (signed.algorithm, signed.key_id) != (self.algorithm, self.key_id):
            raise BadSignature("made with another algorithm or key")
        try:
            self._key.verify(base64.b64decode(signed.value, validate=True), data)
        except (InvalidSignature, binascii.Error, ValueError):
            raise BadSignature("does not belong to these bytes") from None
