"""Tag, length, value as in ISO 8825-1 (BER), with tags of one or two bytes and lengths of up to four."""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.idcard.apdu import AnswerBroken


class TlvBroken(AnswerBroken):
    """The bytes are no sequence of whole objects. The message holds no content."""


@dataclass(frozen=True)
class Item:
    tag: int
    value: bytes = field(repr=False)


def items(data: bytes) -> tuple[Item, ...]:
    """Every object at the top level. Raises TlvBroken."""
    found = []
    at = 0
    while at < len(data):
        tag, begin, length = _head(data, at)
        at = begin + length
        if at > len(data):
            raise TlvBroken(f"object {tag:X} is cut off")
        found.append(Item(tag, data[begin:at]))
    return tuple(found)


def only(data: bytes, tag: int) -> bytes:
    """The value of the one object that `data` must be. Raises TlvBroken."""
    found = items(data)
    if len(found) != 1 or found[0].tag != tag:
        raise TlvBroken(f"not one object {tag:X}")
    return found[0].value


def find(data: bytes, tag: int) -> bytes | None:
    """The value of the first object with that tag; None when there is none. Raises TlvBroken."""
    return next((item.value for item in items(data) if item.tag == tag), None)


def whole_length(beginning: bytes) -> int:
    """Length of the object that begins so, head and value. Raises TlvBroken when the head itself is cut off."""
    _, begin, length = _head(beginning, 0)
    return begin + length


def encode(tag: int, value: bytes) -> bytes:
    size = len(value)
    if size < 0x80:
        length = bytes((size,))
    else:
        digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
        length = bytes((0x80 | len(digits),)) + digits
    return tag.to_bytes(2 if tag > 0xFF else 1, "big") + length + value


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """Tag, where the value begins, its length."""
    try:
        tag = data[at]
        at += 1
        if tag & 0x1F == 0x1F:
            if data[at] & 0x80:
                raise TlvBroken("tag of more than two bytes")
            tag = tag << 8 | data[at]
            at += 1
        length = data[at]
        at += 1
    except IndexError:
        raise TlvBroken("cut off within a head") from None
    if length >= 0x80:
        size = length & 0x7F
        if not 1 <= size <= 4 or at + size > len(data):
            raise TlvBroken("length that is no length")
        length = int.from_bytes(data[at : at + size], "big")
        at += size
    return tag, at, length
