"""Elliptic curves over a prime field: the arithmetic that PACE asks for beyond a key agreement.

`cryptography` offers key agreement only, which gives one coordinate and starts from the curve's own generator; generic
mapping adds points and makes a new generator. Keys here live for one card; nobody can measure their time from outside.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self, TypeAlias

from drivers.idcard.apdu import AnswerBroken

Point: TypeAlias = tuple[int, int]
_Jacobian: TypeAlias = tuple[int, int, int]  # x / z^2, y / z^3; z of 0 is the point at infinity

_INFINITY: _Jacobian = (1, 1, 0)


@dataclass(frozen=True)
class Curve:
    """y^2 = x^3 + ax + b. All of these have cofactor 1: every point of the curve is of the group."""

    name: str
    oid: str
    prime: int
    a: int
    b: int
    generator: Point
    order: int

    key_tag = 0x86
    """Tag of a public key within the authentication token."""

    @property
    def size(self) -> int:
        """Bytes of one coordinate."""
        return (self.prime.bit_length() + 7) // 8

    def public(self, private: int) -> Point:
        return self.agree(private, self.generator)

    def agree(self, private: int, other: Point) -> Point:
        return self._affine(self._times(private, other))

    def mapped(self, nonce: int, secret: Point) -> Self:
        """Generic mapping. Raises AnswerBroken for a generator that generates nothing."""
        return replace(self, generator=self._affine(self._add(self._times(nonce, self.generator), (*secret, 1))))

    def encode(self, element: Point) -> bytes:
        """Uncompressed."""
        return b"\x04" + b"".join(coordinate.to_bytes(self.size, "big") for coordinate in element)

    def decode(self, data: bytes) -> Point:
        """Raises AnswerBroken for what is no point of the curve: it could give away bits of a key."""
        if len(data) != 1 + 2 * self.size or data[0] != 0x04:
            raise AnswerBroken("a public key that is no point")
        x, y = (int.from_bytes(half, "big") for half in (data[1 : 1 + self.size], data[1 + self.size :]))
        p = self.prime
        if x >= p or y >= p or (y * y - (x * x + self.a) * x - self.b) % p:
            raise AnswerBroken("a public key beside its curve")
        return x, y

    def secret(self, element: Point) -> bytes:
        return element[0].to_bytes(self.size, "big")

    def _times(self, factor: int, point: Point) -> _Jacobian:
        total = _INFINITY
        for bit in f"{factor:b}":
            total = self._double(total)
            if bit == "1":
                total = self._add(total, (*point, 1))
        return total

    def _double(self, point: _Jacobian) -> _Jacobian:
        x, y, z = point
        p = self.prime
        if not z or not y:
            return _INFINITY
        yy = y * y % p
        s = 4 * x * yy % p
        zz = z * z % p
        m = (3 * x * x + self.a * zz * zz) % p
        x3 = (m * m - 2 * s) % p
        return x3, (m * (s - x3) - 8 * yy * yy) % p, 2 * y * z % p

    def _add(self, one: _Jacobian, other: _Jacobian) -> _Jacobian:
        if not one[2]:
            return other
        if not other[2]:
            return one
        p = self.prime
        (x1, y1, z1), (x2, y2, z2) = one, other
        z1z1, z2z2 = z1 * z1 % p, z2 * z2 % p
        u1, u2 = x1 * z2z2 % p, x2 * z1z1 % p
        s1, s2 = y1 * z2 * z2z2 % p, y2 * z1 * z1z1 % p
        h, r = (u2 - u1) % p, (s2 - s1) % p
        if not h:
            return self._double(one) if not r else _INFINITY
        hh = h * h % p
        hhh, v = h * hh % p, u1 * hh % p
        x3 = (r * r - hhh - 2 * v) % p
        return x3, (r * (v - x3) - s1 * hhh) % p, h * z1 * z2 % p

    def _affine(self, point: _Jacobian) -> Point:
        x, y, z = point
        if not z:
            raise AnswerBroken("the point at infinity")
        inverse = pow(z, -1, self.prime)
        square = inverse * inverse % self.prime
        return x * square % self.prime, y * square * inverse % self.prime
