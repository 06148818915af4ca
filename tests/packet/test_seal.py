from __future__ import annotations

import errno
import io
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packet.errors import BadKey, UnsealError
from packet.keys import make_age_key
from packet.seal import AgeSealer
from packet.unseal import AgeUnsealer, read_age_identities


@pytest.fixture(scope="module")
def age_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    folder = tmp_path_factory.mktemp("age")
    return tuple(make_age_key(folder / f"{name}.age").file for name in ("current", "next", "recovery", "stranger"))


@pytest.fixture(scope="module")
def recipients(age_files: tuple[Path, ...]) -> tuple[str, ...]:
    return tuple(file.read_text().splitlines()[0].removeprefix("# public key: ") for file in age_files[:3])


def seal(data: bytes, recipients: tuple[str, ...]) -> bytes:
    out = io.BytesIO()
    AgeSealer(recipients).seal(io.BytesIO(data), out)
    return out.getvalue()


def unseal(data: bytes, file: Path) -> bytes:
    out = io.BytesIO()
    AgeUnsealer(read_age_identities([file])).unseal(io.BytesIO(data), out)
    return out.getvalue()


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 700_001])
def test_every_recipient_can_open_and_a_stranger_cannot(
    size: int, recipients: tuple[str, ...], age_files: tuple[Path, ...]
) -> None:
    data = bytes(i % 251 for i in range(size))
    sealed = seal(data, recipients)
    for file in age_files[:3]:
        assert unseal(sealed, file) == data
    with pytest.raises(UnsealError):
        unseal(sealed, age_files[3])


def test_old_identities_still_open_what_was_sealed_before(
    recipients: tuple[str, ...], age_files: tuple[Path, ...]
) -> None:
    out = io.BytesIO()
    AgeUnsealer(read_age_identities([age_files[3], age_files[0]])).unseal(io.BytesIO(seal(b"x", recipients)), out)
    assert out.getvalue() == b"x"


shares = st.floats(0, 1, exclude_max=True)


@given(cut=shares, position=shares, flip=st.integers(1, 255))
@settings(max_examples=60)
def test_cut_changed_or_lengthened_it_does_not_open(
    cut: float, position: float, flip: int, recipients: tuple[str, ...], age_files: tuple[Path, ...]
) -> None:
    sealed = seal(bytes(140_000), recipients)  # of no fixed length: age adds random grease to its header
    changed = bytearray(sealed)
    changed[int(position * len(sealed))] ^= flip
    for spoiled in (sealed[: int(cut * len(sealed))], bytes(changed), sealed + b"\0", sealed + sealed):
        with pytest.raises(UnsealError):
            unseal(spoiled, age_files[0])


@given(data=st.binary(max_size=500))
@settings(max_examples=50)
def test_garbage_does_not_open(age_files: tuple[Path, ...], data: bytes) -> None:
    with pytest.raises(UnsealError):
        unseal(data, age_files[0])


@pytest.mark.parametrize("size", [0, 1000, 65_536, 70_000, 400_000])
def test_the_disk_fills_up_at_any_write_and_sealing_never_looks_done(size: int, recipients: tuple[str, ...]) -> None:
    """The library below drops the error of its last write; a packet without its end must not pass for sealed."""

    class Disk:
        def __init__(self, room: int) -> None:
            self.room = room
            self.writes = 0

        def write(self, data: bytes) -> int:
            if self.writes == self.room:
                raise OSError(errno.ENOSPC, "No space left on device")
            self.writes += 1
            return len(data)

    roomy = Disk(1000)
    AgeSealer(recipients).seal(io.BytesIO(bytes(size)), roomy)
    for room in range(roomy.writes):
        with pytest.raises(OSError, match="No space left"):
            AgeSealer(recipients).seal(io.BytesIO(bytes(size)), Disk(room))


def test_a_short_write_is_an_error(recipients: tuple[str, ...]) -> None:
    class Half:
        def write(self, data: bytes) -> int:
            return len(data) // 2

    with pytest.raises(OSError, match="short write"):
        AgeSealer(recipients).seal(io.BytesIO(b"abc"), Half())


def test_an_error_of_the_source_comes_out_as_it_is(recipients: tuple[str, ...]) -> None:
    class Broken:
        def read(self, size: int = -1) -> bytes:
            raise KeyError(size)

    with pytest.raises(KeyError):
        AgeSealer(recipients).seal(Broken(), io.BytesIO())


def test_the_target_of_unsealing_may_refuse(recipients: tuple[str, ...], age_files: tuple[Path, ...]) -> None:
    class Full:
        def write(self, _data: bytes) -> int:
            raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OSError, match="full"):
        AgeUnsealer(read_age_identities(age_files[:1])).unseal(io.BytesIO(seal(bytes(9), recipients)), Full())


@pytest.mark.parametrize("bad", [(), ("",), ("age1nonsense",), ("ssh-ed25519 AAAA",)])
def test_keys_that_are_none_are_refused(bad: tuple[str, ...]) -> None:
    with pytest.raises(BadKey):
        AgeSealer(bad)
    with pytest.raises(BadKey):
        AgeUnsealer(bad)


def test_identity_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty.age"
    empty.write_text("# nothing\n")
    for file in (empty, tmp_path / "absent.age"):
        with pytest.raises(BadKey, match=file.name):
            read_age_identities([file])


def test_the_key_file_is_the_age_tools_own(age_files: tuple[Path, ...]) -> None:
    comment, secret = age_files[0].read_text().splitlines()
    assert comment.startswith("# public key: age1")
    assert secret.startswith("AGE-SECRET-KEY-1")
    assert (
        subprocess.run(["stat", "-c", "%a", age_files[0]], capture_output=True, text=True, check=True).stdout == "600\n"
    )
