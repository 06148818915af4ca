"""Identifiers a packet is known by."""

from __future__ import annotations

import re
import uuid

_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_DEVICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def make_packet_id(*, unix_ms: int, random: bytes) -> str:
    """A UUIDv7 (RFC 9562): grows with time, so rows lie in the order of filing. `random` is 10 bytes."""
    if len(random) != 10:
        raise ValueError("10 random bytes are needed")
    value = (unix_ms & ((1 << 48) - 1)) << 80 | int.from_bytes(random, "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def is_packet_id(text: str) -> bool:
    return _UUID7.fullmatch(text) is not None


def is_device_id(text: str) -> bool:
    return _DEVICE.fullmatch(text) is not None


def is_sha256(text: str) -> bool:
    return _SHA256.fullmatch(text) is not None
