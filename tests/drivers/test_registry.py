"""Backends by name."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from drivers import registry
from drivers.bench import Bench
from drivers.protocols import ReaderReady

KINDS = {
    "id card": registry.ID_CARD,
    "camera": registry.CAMERA,
    "printer": registry.PRINTER,
    "barcode": registry.BARCODE,
    "scanner": registry.SCANNER,
}


def test_a_reader_is_made_by_name_with_its_options():
    reader = registry.id_card_reader("sam_serial", {"port": "/dev/nowhere", "baud": 57600})

    assert type(reader).__name__ == "SamSerialReader"


def test_a_simulated_reader_looks_at_the_given_bench():
    bench = Bench()
    reader = registry.id_card_reader("simulated", {"reading_s": 0.1}, bench=bench)

    assert reader.status() == ReaderReady()
    bench.reader_plugged = False
    assert reader.status() != ReaderReady()


def test_an_unknown_backend_names_the_known_ones():
    with pytest.raises(registry.BackendUnknown, match="pcsc, sam_serial, simulated"):
        registry.id_card_reader("usb", {})


def test_an_option_nobody_knows_is_refused():
    with pytest.raises(registry.OptionsWrong, match="speed"):
        registry.id_card_reader("sam_serial", {"port": "/dev/nowhere", "speed": 9600})


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyzbar", None)
    monkeypatch.delitem(sys.modules, "drivers.barcode.pyzbar_decoder", raising=False)

    with pytest.raises(registry.BackendUnavailable, match="pyzbar"):
        registry.code_decoder("pyzbar")


def test_no_vendor_library_is_loaded_before_its_backend_is_chosen():
    script = (
        "import sys; from drivers import registry; from drivers.bench import Bench;"
        "registry.id_card_reader('simulated', {}, bench=Bench());"
        "print(sorted({'serial', 'smartcard', 'pyzbar', 'zxingcpp', 'cups', 'cv2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_names_a_class_that_is_there(kind):
    for row in KINDS[kind].values():
        assert isinstance(getattr(importlib.import_module(row.module), row.name), type)
