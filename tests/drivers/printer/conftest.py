from __future__ import annotations

from collections.abc import Iterator

import pytest

from drivers.emulators.cups import PrintRoom
from drivers.printer.cups import CupsPrinter
from tests.drivers.printer.offices import CupsOffice, Office, SimulatedOffice


@pytest.fixture(params=["simulated", "cups"])
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    """Each backend."""
    if request.param == "simulated":
        simulated = SimulatedOffice()
        yield simulated
        simulated.close()
        return
    with PrintRoom() as room:
        real = CupsOffice(room)
        yield real
        real.close()


@pytest.fixture
def room() -> Iterator[PrintRoom]:
    with PrintRoom() as room:
        yield room


@pytest.fixture
def printer(room: PrintRoom) -> Iterator[CupsPrinter]:
    printer = CupsPrinter(socket_path=room.socket_path, queue=room.queue, device_uri=room.device_uri)
    yield printer
    printer.close()
