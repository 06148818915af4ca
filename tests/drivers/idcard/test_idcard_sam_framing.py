"""Frames of the SAM reader, byte by byte. The examples are published ones."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.emulators.cards import CARDS, emulated
from drivers.idcard import sam_commands, sam_framing
from drivers.idcard.sam_framing import PREAMBLE, Broken, Incomplete, Reply, Whole, take

FOUND = bytes.fromhex("AAAAAA9669 0008 00009F 00000000 97")
SELECTED = bytes.fromhex("AAAAAA9669 000C 000090 0000000000000000 9C")


def read_reply() -> bytes:
    card = emulated(CARDS["yanta_man"])
    return sam_framing.reply(0x90, bytes.fromhex("01000400") + card.text + card.photo)


def replies(buffer: bytes) -> list[Reply]:
    """Every whole reply in a stream, faults skipped."""
    found = []
    while True:
        match take(buffer):
            case Whole(reply, rest):
                found.append(reply)
                buffer = rest
            case Broken(_, rest):
                buffer = rest
            case Incomplete(_):
                return found


def replies_in_pieces(pieces: list[bytes]) -> list[Reply]:
    """As a driver does it: what is kept stands before what comes next."""
    found, buffer = [], b""
    for piece in pieces:
        buffer += piece
        while not isinstance(taken := take(buffer), Incomplete):
            if isinstance(taken, Whole):
                found.append(taken.reply)
            buffer = taken.rest
        buffer = taken.keep
    return found


@pytest.mark.parametrize(
    ("command", "frame"),
    [
        (sam_commands.STATUS, "AAAAAA9669 0003 11FF ED"),
        (sam_commands.SAM_NUMBER, "AAAAAA9669 0003 12FF EE"),
        (sam_commands.FIND, "AAAAAA9669 0003 2001 22"),
        (sam_commands.SELECT, "AAAAAA9669 0003 2002 21"),
        (sam_commands.READ, "AAAAAA9669 0003 3001 32"),
        (sam_commands.APPENDED_ADDRESS, "AAAAAA9669 0003 3003 30"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_requests_are_the_published_bytes(command, frame):
    assert command.frame == bytes.fromhex(frame)


@pytest.mark.parametrize(
    ("frame", "sw3", "data"),
    [
        (FOUND, 0x9F, bytes(4)),
        (SELECTED, 0x90, bytes(8)),
        (bytes.fromhex("AAAAAA9669 0004 000041 45"), 0x41, b""),
        (bytes.fromhex("AAAAAA9669 0004 000032 36"), 0x32, b""),
    ],
)
def test_published_replies_are_understood(frame, sw3, data):
    assert take(frame) == Whole(Reply(0, 0, sw3, data), b"")


def test_what_follows_a_frame_is_left_as_it_is():
    assert take(FOUND + SELECTED) == Whole(Reply(0, 0, 0x9F, bytes(4)), SELECTED)


def test_the_reply_to_a_read_has_the_published_length():
    frame = read_reply()

    assert len(frame) == 1295
    assert frame[5:7] == bytes.fromhex("0508")


def test_a_frame_split_at_every_byte_is_the_same_frame():
    frame = read_reply()
    (whole,) = replies(frame)

    for at in range(len(frame) + 1):
        assert replies_in_pieces([frame[:at], frame[at:]]) == [whole]


def test_a_frame_that_comes_byte_by_byte_is_the_same_frame():
    assert len(replies_in_pieces([bytes((one,)) for one in FOUND + SELECTED])) == 2


def test_a_frame_cut_at_any_length_is_never_taken_for_whole():
    frame = read_reply()

    for length in range(len(frame)):
        assert isinstance(take(frame[:length]), Incomplete)


def test_a_frame_after_a_cut_one_is_found():
    # A frame cut inside its length may claim as many as 170 bytes of what follows before it gives way.
    for length in range(len(FOUND)):
        assert replies(FOUND[:length] + SELECTED + bytes(170))[-1].sw3 == 0x90


def test_any_single_wrong_byte_is_noticed():
    for at in range(len(SELECTED)):
        damaged = SELECTED[:at] + bytes((SELECTED[at] ^ 0x40,)) + SELECTED[at + 1 :]
        assert replies(damaged) == []


@pytest.mark.parametrize("length", [0, 1, 2, 3, 8186, 65535])
def test_impossible_lengths_are_refused_at_once(length):
    assert isinstance(take(PREAMBLE + length.to_bytes(2, "big")), Broken)


def test_extra_preamble_bytes_are_junk():
    assert [reply.sw3 for reply in replies(b"\xaa\xaa\xaa\x96" + b"\xaa" * 7 + FOUND)] == [0x9F]


@settings(deadline=None)
@given(junk=st.binary(max_size=60).filter(lambda junk: PREAMBLE not in junk + PREAMBLE[:4]))
def test_junk_before_the_preamble_is_skipped(junk):
    assert [reply.sw3 for reply in replies(junk + FOUND)] == [0x9F]


@settings(deadline=None)
@given(sw3=st.integers(0, 255), data=st.binary(max_size=300), cuts=st.lists(st.integers(0, 310), max_size=6))
def test_what_is_framed_comes_out_however_it_is_cut(sw3, data, cuts):
    frame = sam_framing.reply(sw3, data)
    edges = [0, *sorted(min(cut, len(frame)) for cut in cuts), len(frame)]
    pieces = [frame[a:b] for a, b in itertools.pairwise(edges)]

    assert replies_in_pieces(pieces) == [Reply(0, 0, sw3, data)]


@settings(deadline=None)
@given(noise=st.binary(max_size=400))
def test_noise_never_raises_and_what_is_kept_is_an_end_of_it(noise):
    taken = take(noise)

    match taken:
        case Incomplete(keep):
            assert noise.endswith(keep)
        case Whole(_, rest) | Broken(_, rest):
            assert noise.endswith(rest)
            assert len(rest) < len(noise)


def test_a_reply_does_not_print_its_data():
    (reply,) = replies(read_reply())

    assert "data" not in repr(reply)
