"""Frozen dataclasses to canonical JSON bytes and strictly back.

Canonical = UTF-8, keys sorted, no spaces, so that equal values have equal bytes and a signature over the bytes is a
signature over the value. Reading refuses unknown, missing and doubled fields, wrong types and unpaired surrogates.
"""

from __future__ import annotations

import dataclasses
import json
import typing
from functools import cache
from typing import Any, TypeVar

from packet.errors import BadShape

T = TypeVar("T")


def encode(value: object) -> bytes:
    """The canonical bytes of a dataclass made of str, int, bool, tuples and such dataclasses."""
    return to_json(_plain(value))


def to_json(value: object) -> bytes:
    """Plain JSON values in the same canonical form."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def decode(kind: type[T], data: bytes, *, error: type[BadShape] = BadShape, limit: int = 1 << 20) -> T:
    """Read `data` as `kind`. Raises `error`, never anything else, whatever the bytes are."""
    try:
        return typing.cast(T, _read(kind, parse_json(data, limit=limit), ""))
    except error:
        raise
    except BadShape as wrong:
        raise error(wrong.where, wrong.wanted) from wrong


def parse_json(data: bytes, *, limit: int) -> object:
    """JSON without doubled keys, NaN or unpaired surrogates. Raises BadShape."""
    if len(data) > limit:
        raise BadShape("", f"at most {limit} bytes")
    try:
        value: object = json.loads(data.decode(), object_pairs_hook=_without_doubles, parse_constant=_refuse_constant)
        json.dumps(value, ensure_ascii=False).encode()  # an unpaired surrogate fails here
    except BadShape:
        raise
    except (ValueError, RecursionError):
        # The cause would quote the text, and the text may be a citizen's.
        raise BadShape("", "JSON in UTF-8") from None
    return value


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(member) for member in value]
    if isinstance(value, (str, int)):
        return value
    raise TypeError(f"cannot be written: {type(value).__name__}")


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise BadShape("", "every key once")
    return result


def _refuse_constant(_: str) -> object:
    raise BadShape("", "plain numbers")


@cache
def _fields(kind: type) -> dict[str, tuple[Any, bool]]:
    """Field name -> (type, required)."""
    hints = typing.get_type_hints(kind)
    return {
        f.name: (
            hints[f.name],
            f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING,
        )
        for f in dataclasses.fields(kind)
    }


def _read(kind: Any, value: object, where: str) -> object:
    if dataclasses.is_dataclass(kind):
        return _read_dataclass(typing.cast(type, kind), value, where)
    if typing.get_origin(kind) is tuple:
        return _read_tuple(typing.get_args(kind), value, where)
    if kind in (str, int, bool) and type(value) is kind:
        return value
    raise BadShape(where, kind.__name__ if isinstance(kind, type) else str(kind))


def _read_dataclass(kind: type, value: object, where: str) -> object:
    if not isinstance(value, dict):
        raise BadShape(where, "an object")
    fields = _fields(kind)
    if value.keys() - fields.keys():
        raise BadShape(where, "known fields only")
    for name, (_, required) in fields.items():
        if required and name not in value:
            raise BadShape(_join(where, name), "to be there")
    return kind(**{name: _read(fields[name][0], member, _join(where, name)) for name, member in value.items()})


def _read_tuple(members: tuple[Any, ...], value: object, where: str) -> object:
    if not isinstance(value, list):
        raise BadShape(where, "a list")
    if members[-1] is Ellipsis:
        return tuple(_read(members[0], member, f"{where}[{i}]") for i, member in enumerate(value))
    if len(value) != len(members):
        raise BadShape(where, f"{len(members)} members")
    return tuple(_read(k, member, f"{where}[{i}]") for i, (k, member) in enumerate(zip(members, value, strict=True)))


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
