"""Which backends there are for each kind of device. A module is imported only when its backend is chosen.

A new device is one backend file and one row here.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from drivers.bench import Bench
from drivers.protocols import CodeDecoder, CodeScanner, DocumentCamera, IdCardReader, Printer

Options: TypeAlias = Mapping[str, str | int | float | bool]

SIMULATED = "simulated"


@dataclass(frozen=True)
class Backend:
    module: str
    name: str  # the class; its constructor takes the options by keyword


ID_CARD = {
    "sam_serial": Backend("drivers.idcard.sam_serial", "SamSerialReader"),
    "pcsc": Backend("drivers.idcard.pcsc", "PcscReader"),
    "emrtd": Backend("drivers.idcard.emrtd.reader", "EmrtdReader"),
    SIMULATED: Backend("drivers.idcard.simulated", "SimulatedIdCardReader"),
}
CAMERA = {
    "opencv": Backend("drivers.camera.opencv", "OpenCvCamera"),
    SIMULATED: Backend("drivers.camera.simulated", "SimulatedCamera"),
}
PRINTER = {
    "cups": Backend("drivers.printer.cups", "CupsPrinter"),
    SIMULATED: Backend("drivers.printer.simulated", "SimulatedPrinter"),
}
BARCODE = {
    "pyzbar": Backend("drivers.barcode.pyzbar_decoder", "PyzbarDecoder"),
    "zxing": Backend("drivers.barcode.zxing_decoder", "ZxingDecoder"),
    "patient": Backend("drivers.barcode.patient_decoder", "PatientDecoder"),
}
SCANNER = {
    "serial": Backend("drivers.barcode.serial_scanner", "SerialScanner"),
}


class BackendUnknown(ValueError):
    """No such row."""


class BackendUnavailable(RuntimeError):
    """The row is there; the library that its module needs is not installed."""


class OptionsWrong(ValueError):
    """The backend does not take these options, or not these values of theirs."""


def id_card_reader(backend: str, options: Options, *, bench: Bench | None = None) -> IdCardReader:
    """Raises BackendUnknown, BackendUnavailable, OptionsWrong; so do the others here. Opens no device."""
    return cast(IdCardReader, _make(ID_CARD, backend, options, bench))


def camera(backend: str, options: Options, *, bench: Bench | None = None) -> DocumentCamera:
    return cast(DocumentCamera, _make(CAMERA, backend, options, bench))


def printer(backend: str, options: Options, *, bench: Bench | None = None) -> Printer:
    return cast(Printer, _make(PRINTER, backend, options, bench))


def code_decoder(backend: str = "patient", options: Options | None = None) -> CodeDecoder:
    return cast(CodeDecoder, _make(BARCODE, backend, options or {}, None))


def code_scanner(backend: str, options: Options) -> CodeScanner:
    return cast(CodeScanner, _make(SCANNER, backend, options, None))


def _make(rows: Mapping[str, Backend], backend: str, options: Options, bench: Bench | None) -> object:
    row = rows.get(backend)
    if row is None:
        raise BackendUnknown(f"no backend {backend!r}; there are {', '.join(sorted(rows))}")
    try:
        module = importlib.import_module(row.module)
    except ImportError as error:
        raise BackendUnavailable(f"backend {backend!r}: {error}") from error
    arguments: dict[str, Any] = dict(options)
    if backend == SIMULATED:
        arguments["bench"] = bench or Bench()
    try:
        return getattr(module, row.name)(**arguments)
    except (TypeError, ValueError) as error:
        raise OptionsWrong(f"backend {backend!r}: {error}") from error
