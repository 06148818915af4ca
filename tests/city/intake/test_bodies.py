from __future__ import annotations

import asyncio

import pytest
from starlette.requests import Request

from city.api.bodies import BodySilent, BodyTooLarge, pieces


def body_of(*chunks: bytes, then_silence: bool = False) -> Request:
    queue = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]

    async def receive() -> dict[str, object]:
        if queue:
            return queue.pop(0)
        if then_silence:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": b"", "more_body": False}

    return Request({"type": "http", "method": "PUT", "headers": []}, receive)


def read(request: Request, *, limit: int = 100, silence_s: float = 5.0) -> bytes:
    async def collect() -> bytes:
        return b"".join([piece async for piece in pieces(request, limit=limit, silence_s=silence_s)])

    return asyncio.run(collect())


def test_a_body_is_read_to_its_end() -> None:
    assert read(body_of(b"ab", b"cd")) == b"abcd"


def test_a_body_beyond_the_limit_is_not_read_to_its_end() -> None:
    with pytest.raises(BodyTooLarge):
        read(body_of(b"x" * 60, b"x" * 60, then_silence=True))


def test_a_line_that_falls_silent_is_cut() -> None:
    with pytest.raises(BodySilent):
        read(body_of(b"ab", then_silence=True), silence_s=0.05)
