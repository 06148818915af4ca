"""Status bytes and the blocks of a reply."""

from __future__ import annotations

import pytest

from drivers.emulators.sam import SAM_NUMBER
from drivers.errors import CardUnreadable, DeviceAbsent, DeviceGarbled
from drivers.idcard import sam_commands


@pytest.mark.parametrize(
    ("sw3", "reason"),
    [
        (0x24, "unknown"),
        (0x31, "refused"),
        (0x32, "not_genuine"),
        (0x33, "not_genuine"),
        (0x40, "wrong_kind"),
        (0x41, "read_failed"),
        (0x47, "read_failed"),
        (0x80, "read_failed"),
        (0x81, "read_failed"),
        (0x91, "empty"),
    ],
)
def test_a_status_about_the_card_has_a_reason(sw3, reason):
    error = sam_commands.error_of("reader", sam_commands.READ, sw3)

    assert isinstance(error, CardUnreadable)
    assert error.reason == reason


@pytest.mark.parametrize("sw3", [0x60, 0x66])
def test_a_status_about_the_module_means_the_reader_is_out(sw3):
    assert isinstance(sam_commands.error_of("reader", sam_commands.STATUS, sw3), DeviceAbsent)


def test_every_other_status_is_garbled():
    known = {0x24, 0x31, 0x32, 0x33, 0x40, 0x41, 0x47, 0x60, 0x66, 0x80, 0x81, 0x91}

    for sw3 in set(range(256)) - known:
        assert isinstance(sam_commands.error_of("reader", sam_commands.READ, sw3), DeviceGarbled)


def test_the_sam_number_reads_as_printed_on_the_label():
    assert sam_commands.sam_number("reader", SAM_NUMBER) == "05.03-20197135-0012345678-0123456789"


@pytest.mark.parametrize("length", [0, 15, 17])
def test_a_sam_number_of_another_length_is_garbled(length):
    with pytest.raises(DeviceGarbled):
        sam_commands.sam_number("reader", bytes(length))


def test_text_and_photo_are_told_apart_by_their_lengths():
    blocks = sam_commands.card_blocks("reader", bytes.fromhex("01000400") + b"t" * 256 + b"p" * 1024)

    assert (blocks.text, blocks.photo) == (b"t" * 256, b"p" * 1024)


@pytest.mark.parametrize("head", ["01000400", "00FF0400", "01000000", "04000100"])
def test_lengths_that_do_not_fit_are_garbled(head):
    with pytest.raises(DeviceGarbled):
        sam_commands.card_blocks("reader", bytes.fromhex(head) + bytes(1279))


def test_a_block_cut_at_any_length_is_garbled():
    data = bytes.fromhex("01000400") + bytes(1280)

    for length in range(len(data)):
        with pytest.raises(DeviceGarbled):
            sam_commands.card_blocks("reader", data[:length])
