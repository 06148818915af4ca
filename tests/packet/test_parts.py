from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packet.parts import PartsWriter, read_part


@given(st.lists(st.binary(max_size=40)), st.integers(1, 32))
def test_parts_are_the_same_however_the_bytes_arrive(pieces: list[bytes], part_bytes: int) -> None:
    out = io.BytesIO()
    writer = PartsWriter(out, part_bytes=part_bytes)
    for piece in pieces:
        writer.write(piece)
    whole = b"".join(pieces)
    expected = [whole[i : i + part_bytes] for i in range(0, len(whole), part_bytes)]
    assert out.getvalue() == whole
    assert [(part.sha256, part.size) for part in writer.parts()] == [
        (hashlib.sha256(part).hexdigest(), len(part)) for part in expected
    ]


def test_one_part_is_read_without_the_others(tmp_path: Path) -> None:
    file = tmp_path / "sealed"
    whole = bytes(range(200))
    with file.open("wb") as out:
        writer = PartsWriter(out, part_bytes=64)
        writer.write(whole)
    parts = writer.parts()
    assert [read_part(file, parts, index) for index in range(4)] == [whole[i : i + 64] for i in range(0, 200, 64)]


def test_a_short_write_is_an_error() -> None:
    class Half:
        def write(self, data: bytes) -> int:
            return len(data) // 2

    with pytest.raises(OSError, match="short write"):
        PartsWriter(Half()).write(b"abcd")
