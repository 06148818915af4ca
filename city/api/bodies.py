"""Bodies of requests, read with an end: in bytes and in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request

from packet.digest import hex_of

SILENCE_S = 30.0
"""A line that says nothing for so long is cut; the device sends the part again."""


class BodyTooLarge(Exception):
    pass


class BodyChanged(Exception):
    """The body is not the one that was signed."""


class BodySilent(Exception):
    pass


async def pieces(request: Request, *, limit: int, silence_s: float = SILENCE_S) -> AsyncIterator[bytes]:
    """The body as it arrives. Raises BodyTooLarge, BodySilent, starlette's ClientDisconnect."""
    size = 0
    stream = request.stream().__aiter__()
    while True:
        try:
            piece = await asyncio.wait_for(anext(stream), silence_s)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise BodySilent from None
        size += len(piece)
        if size > limit:
            raise BodyTooLarge
        yield piece


async def whole(request: Request, *, limit: int, sha256: str) -> bytes:
    """A small body, compared with the digest its signature covers. Raises as `pieces` does, and BodyChanged."""
    data = b"".join([piece async for piece in pieces(request, limit=limit)])
    if hex_of(data) != sha256:
        raise BodyChanged
    return data
