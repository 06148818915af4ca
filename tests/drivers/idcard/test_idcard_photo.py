"""The photo's plug-in: what it may do to us, and what no photo may do to a read."""

from __future__ import annotations

import os
import shlex
import sys
import time
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from drivers import registry
from drivers.emulators.cards import CARDS, PHOTO_HEAD, emulated, photo_block
from drivers.emulators.sam import SamEmulator
from drivers.idcard import photo
from drivers.idcard.photo import NoPortrait, PhotoDecoder
from drivers.idcard.sam_serial import SamSerialReader

PLUG_IN = Path(__file__).with_name("photo_plug_in.py")
BLOCK = photo_block("nobody")
EXPECTED = np.array([[(x, y, sum(BLOCK) % 256) for x in range(102)] for y in range(126)], np.uint8)
"""What the plug-in makes of `BLOCK`."""


def command(manner: str, path: Path | None = None) -> str:
    return shlex.join([sys.executable, "-I", "-S", str(PLUG_IN), manner, *([str(path)] if path else [])])


def decoder(manner: str, path: Path | None = None, *, timeout_s: float = 20.0) -> PhotoDecoder:
    return PhotoDecoder(command(manner, path), timeout_s=timeout_s)


@pytest.mark.parametrize("manner", ["raw", "bmp"])
def test_a_plug_in_opens_the_block(manner):
    portrait = decoder(manner).decode(BLOCK)
    assert not isinstance(portrait, NoPortrait), portrait
    np.testing.assert_array_equal(portrait, EXPECTED)


@pytest.mark.parametrize(
    ("manner", "why"),
    [
        ("crash", NoPortrait.DECODER_FAILED),
        ("fail", NoPortrait.DECODER_FAILED),
        ("memory", NoPortrait.DECODER_FAILED),
        ("flood", NoPortrait.NOT_A_PORTRAIT),
        ("garbage", NoPortrait.NOT_A_PORTRAIT),
        ("wide", NoPortrait.NOT_A_PORTRAIT),
        ("cut_bmp", NoPortrait.NOT_A_PORTRAIT),
    ],
)
def test_a_plug_in_that_goes_wrong_gives_no_portrait(manner, why):
    assert decoder(manner).decode(BLOCK) is why


@pytest.mark.parametrize("manner", ["hang", "hang_after"])
def test_a_plug_in_that_hangs_is_ended_in_time(manner):
    begun_s = time.monotonic()
    assert decoder(manner, timeout_s=0.7).decode(BLOCK) is NoPortrait.TOO_LATE
    assert time.monotonic() - begun_s < 5


def test_what_the_plug_in_started_ends_with_it(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    pipe = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert decoder("brood", tmp_path / "pipe", timeout_s=1.5).decode(BLOCK) is NoPortrait.TOO_LATE
        child = int(os.read(pipe, 20))
    finally:
        os.close(pipe)
    deadline_s = time.monotonic() + 5
    while _runs(child):
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


def test_a_plug_in_that_does_not_listen_is_no_trouble():
    assert not isinstance(decoder("deaf").decode(BLOCK), NoPortrait)


def test_a_face_never_reaches_a_disk(tmp_path: Path):
    assert decoder("file", tmp_path / "face").decode(BLOCK) is NoPortrait.DECODER_FAILED
    assert not (tmp_path / "face").exists() or (tmp_path / "face").stat().st_size == 0


def test_a_plug_in_learns_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TONGBAN_SECRET", "x")
    portrait = decoder("environment").decode(BLOCK)
    assert not isinstance(portrait, NoPortrait)
    told = portrait.reshape(-1, 3)[::-1].tobytes()
    assert b"PATH" in told
    assert b"TONGBAN_SECRET" not in told


def test_a_program_that_is_not_there():
    assert PhotoDecoder("/no/such/decoder --fast").decode(BLOCK) is NoPortrait.DECODER_FAILED


@pytest.mark.parametrize(
    ("block", "why"),
    [
        (b"", NoPortrait.NO_PHOTO),
        (BLOCK[:-1], NoPortrait.UNKNOWN_BLOCK),
        (BLOCK + b"\0", NoPortrait.UNKNOWN_BLOCK),
        (bytes(1024), NoPortrait.UNKNOWN_BLOCK),
        (PHOTO_HEAD.replace(b"\x66", b"\x67").ljust(1024, b"\0"), NoPortrait.UNKNOWN_BLOCK),
    ],
)
def test_only_a_block_of_the_known_coding_is_given_away(block, why):
    assert decoder("raw").decode(block) is why


def test_without_a_plug_in():
    assert PhotoDecoder().decode(BLOCK) is NoPortrait.NO_DECODER


@pytest.mark.parametrize(
    ("card_photo", "manner", "why"),
    [
        (BLOCK, "raw", None),
        (BLOCK, "", NoPortrait.NO_DECODER),
        (BLOCK, "crash", NoPortrait.DECODER_FAILED),
        (b"", "raw", NoPortrait.NO_PHOTO),
    ],
)
def test_a_card_is_read_whatever_becomes_of_its_photo(tmp_path: Path, card_photo, manner, why):
    emulator = SamEmulator(tmp_path / "reader")
    emulator.plug()
    reader = registry.id_card_reader(
        "sam_serial",
        {"port": str(emulator.link), "photo_decoder": command(manner) if manner else "", "photo_timeout_s": 20.0},
    )
    assert isinstance(reader, SamSerialReader)
    try:
        laid = emulated(CARDS["beilin_woman"])
        emulator.lay(type(laid)(text=laid.text, photo=card_photo, appended_address=laid.appended_address))
        card = reader.read(timeout_s=10, cancel=Event(), on_stage=lambda _stage: None)
        assert (card.name, card.photo) == (CARDS["beilin_woman"].name, card_photo)
        portrait = reader.portrait(card)
        assert (portrait if isinstance(portrait, NoPortrait) else None) is why
    finally:
        reader.close()
        emulator.unplug()


@pytest.mark.parametrize("wrong", [{"photo_decoder": "decoder 'open"}, {"photo_timeout_s": 0}, {"photo_memory_mb": -1}])
def test_options_that_make_no_sense_are_told_at_the_start(wrong):
    with pytest.raises(registry.OptionsWrong):
        registry.id_card_reader("sam_serial", {"port": "/dev/null", **wrong})


def test_the_emulated_block_has_the_head_of_real_ones():
    assert photo.BLOCK_HEAD == PHOTO_HEAD


def _runs(pid: int) -> bool:
    """Whether it still does anything: an orphan that nobody has buried yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
