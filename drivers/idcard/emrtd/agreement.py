"""Key agreement as PACE and Chip Authentication use it, on a curve or in a prime field alike."""

from __future__ import annotations

from typing import Any, Protocol, Self

from drivers.idcard.emrtd.commands import Random


class Group(Protocol):
    """See `curve.Curve` and `modular.Field`. Elements are of the group's own kind, and only passed on by others."""

    @property
    def order(self) -> int: ...
    @property
    def key_tag(self) -> int: ...
    def public(self, private: int) -> Any: ...
    def agree(self, private: int, other: Any) -> Any: ...
    def mapped(self, nonce: int, secret: Any) -> Self: ...
    def encode(self, element: Any) -> bytes: ...
    def decode(self, data: bytes) -> Any: ...
    def secret(self, element: Any) -> bytes: ...


def private_key(group: Group, random: Random) -> int:
    """At least 1, below the order."""
    bits = group.order.bit_length()
    while True:
        key = int.from_bytes(random((bits + 7) // 8), "big") >> (-bits % 8)
        if 0 < key < group.order:
            return key
