"""Diffie-Hellman in a prime field: the arithmetic that PACE asks for beyond a key agreement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from drivers.idcard.apdu import AnswerBroken


@dataclass(frozen=True)
class Field:
    """A subgroup of `order` elements modulo `prime`. Elements are integers, on the wire without leading zero bytes."""

    prime: int
    generator: int
    order: int

    key_tag = 0x84
    """Tag of a public key within the authentication token."""

    def public(self, private: int) -> int:
        return pow(self.generator, private, self.prime)

    def agree(self, private: int, other: int) -> int:
        return pow(other, private, self.prime)

    def mapped(self, nonce: int, secret: int) -> Self:
        """Generic mapping. Raises AnswerBroken for a generator that generates nothing."""
        generator = pow(self.generator, nonce, self.prime) * secret % self.prime
        if generator <= 1:
            raise AnswerBroken("the mapping leads to no generator")
        return replace(self, generator=generator)

    def encode(self, element: int) -> bytes:
        return element.to_bytes((element.bit_length() + 7) // 8, "big")

    def decode(self, data: bytes) -> int:
        """Raises AnswerBroken for what is no element of the subgroup: it could give away bits of a key."""
        element = int.from_bytes(data, "big")
        if not 1 < element < self.prime - 1 or pow(element, self.order, self.prime) != 1:
            raise AnswerBroken("a public key outside its group")
        return element

    def secret(self, element: int) -> bytes:
        return element.to_bytes((self.prime.bit_length() + 7) // 8, "big")
