"""The scanner window on its serial line, and the scanner that types."""

from __future__ import annotations

import os
import threading
import time
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers import registry
from drivers.barcode import scan_lines, wedge
from drivers.barcode.scan_lines import LineAssembler
from drivers.barcode.serial_scanner import SerialScanner
from drivers.barcode.wedge import WedgeAssembler
from drivers.emulators.scanner import ScannerEmulator
from drivers.errors import Cancelled, DeviceAbsent, DeviceBusy, DeviceTimeout

CODE = "XATB1*R*610100-2026-000123*K7QX"


@pytest.fixture
def window(tmp_path):
    emulator = ScannerEmulator(tmp_path / "scanner")
    emulator.plug()
    yield emulator
    emulator.unplug()


@pytest.fixture
def scanner(window):
    made = registry.code_scanner("serial", {"port": str(window.link), "outage_s": 1.0})
    yield made
    made.close()


def scan_while(scanner, world, *, timeout_s=5.0, cancel=None):
    """Scan once; `world` happens while the call waits."""
    hand = threading.Timer(0.15, world)
    hand.start()
    try:
        return scanner.scan(timeout_s=timeout_s, cancel=cancel or Event())
    finally:
        hand.join()


@pytest.mark.parametrize("line_end", [b"\r", b"\n", b"\r\n"])
def test_a_code_shown_is_read(tmp_path, line_end):
    window = ScannerEmulator(tmp_path / "scanner", line_end=line_end)
    window.plug()
    scanner = SerialScanner(port=str(window.link))
    try:
        assert scan_while(scanner, lambda: window.show(CODE)) == CODE
    finally:
        scanner.close()
        window.unplug()


def test_a_code_that_comes_in_pieces_is_one_code(scanner, window):
    def pieces():
        for at in range(0, len(CODE), 5):
            window.send(CODE[at : at + 5].encode())
        window.send(b"\r\n")

    assert scan_while(scanner, pieces) == CODE


def test_what_was_shown_before_anybody_asked_is_forgotten(scanner, window):
    scan_while(scanner, lambda: window.show(CODE))
    window.show("the last visitor's")

    assert scan_while(scanner, lambda: window.show("XA123456789CN")) == "XA123456789CN"


def test_nobody_shows_a_code(scanner):
    with pytest.raises(DeviceTimeout):
        scanner.scan(timeout_s=0.2, cancel=Event())


def test_cancelled_while_waiting(scanner):
    cancel = Event()

    with pytest.raises(Cancelled):
        scan_while(scanner, cancel.set, cancel=cancel)


def test_unplugged_and_back_while_waiting(scanner, window):
    def away_and_back():
        window.send(CODE[:9].encode())
        window.unplug()
        time.sleep(0.2)
        window.plug()
        end_s = time.monotonic() + 3
        while scanner._port is None and time.monotonic() < end_s:
            time.sleep(0.01)
        window.show("XA123456789CN")

    assert scan_while(scanner, away_and_back) == "XA123456789CN"


def test_unplugged_for_good(scanner, window):
    with pytest.raises(DeviceAbsent):
        scan_while(scanner, window.unplug)


def test_unplugged_and_back_between_two_visits(scanner, window):
    scan_while(scanner, lambda: window.show(CODE))
    window.unplug()
    window.plug()

    assert scan_while(scanner, lambda: window.show(CODE)) == CODE


def test_never_there_is_absent_and_closing_twice_is_harmless(tmp_path):
    scanner = SerialScanner(port=str(tmp_path / "nowhere"))

    with pytest.raises(DeviceAbsent):
        scanner.scan(timeout_s=1, cancel=Event())
    scanner.close()
    scanner.close()


def test_a_port_held_by_another_program_is_busy(scanner, window):
    scan_while(scanner, lambda: window.show(CODE))
    second = SerialScanner(port=str(window.link))

    with pytest.raises(DeviceBusy):
        second.scan(timeout_s=1, cancel=Event())


def test_no_descriptor_is_left_behind(scanner, window):
    scan_while(scanner, lambda: window.show(CODE))
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - counted, not walked
    for _ in range(5):
        window.unplug()
        window.plug()
        scan_while(scanner, lambda: window.show(CODE))

    assert len(os.listdir("/proc/self/fd")) <= before  # noqa: PTH208


class TestLines:
    def test_an_overlong_line_is_dropped_whole_and_the_next_is_read(self):
        lines = LineAssembler()

        assert lines.feed(b"9" * (scan_lines.LONGEST_BYTES + 1)) == ()
        assert lines.feed(b"tail\r\n" + CODE.encode() + b"\r\n") == (CODE,)

    def test_junk_is_no_code(self):
        assert LineAssembler().feed(b"\x1b[2J\r\n\r\n  \r\n\x02" + CODE.encode() + b"\x03\r\n") == (CODE,)

    @pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
    def test_chinese_is_understood_in_both_encodings(self, encoding):
        assert LineAssembler().feed("电子营业执照\n".encode(encoding)) == ("电子营业执照",)

    @settings(deadline=None)
    @given(st.lists(st.text("0123ABC*-", min_size=1, max_size=20), max_size=5), st.data())
    def test_codes_cut_anywhere_are_the_same_codes(self, codes, data):
        stream = b"".join(code.encode() + b"\r\n" for code in codes)
        cut = data.draw(st.integers(0, len(stream)))
        lines = LineAssembler()

        assert [*lines.feed(stream[:cut]), *lines.feed(stream[cut:])] == codes


class TestWedge:
    def typed(self, text, *, gap_s=0.005, start_s=100.0):
        assembler = WedgeAssembler()
        found = [assembler.key(character, start_s + at * gap_s) for at, character in enumerate(text)]
        return [code for code in found if code is not None]

    def test_a_scanner_types_a_code(self):
        assert self.typed(CODE + "\r") == [CODE]

    def test_a_person_typing_is_no_scanner(self):
        assert self.typed("13800000000\r", gap_s=0.2) == []

    def test_a_key_pressed_long_before_does_not_join_the_code(self):
        assembler = WedgeAssembler()
        assembler.key("7", 1.0)
        keys = [assembler.key(one, 2.0 + at * 0.01) for at, one in enumerate(CODE + "\n")]

        assert keys[-1] == CODE

    def test_an_endless_stream_is_dropped_and_the_next_code_is_read(self):
        assert self.typed("9" * (wedge.LONGEST + 50) + "\r" + CODE + "\r", gap_s=0.001) == [CODE]

    def test_a_code_with_a_control_character_is_dropped_whole(self):
        assert self.typed("XATB1\x1bXATB1\r" + CODE + "\r") == [CODE]

    def test_a_clock_set_back_begins_anew(self):
        assembler = WedgeAssembler()
        assembler.key("A", 10.0)

        assert [assembler.key(one, 5.0 + at * 0.01) for at, one in enumerate("1234\r")][-1] == "1234"
