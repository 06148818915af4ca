from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.filings import Keys, dossier, make_keys, open_outbox
from tests.intake_city import IntakeCity, serving
from tests.intake_device import Device, Filed


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def city(tmp_path: Path, keys: Keys) -> Iterator[IntakeCity]:
    made = IntakeCity(tmp_path / "city", keys)
    yield made
    made.close()


@pytest.fixture
def url(city: IntakeCity) -> Iterator[str]:
    with serving(city.app()) as address:
        yield address


@pytest.fixture
def device(url: str, keys: Keys) -> Iterator[Device]:
    made = Device(url, keys)
    yield made
    made.http.close()


@pytest.fixture
def file_packets(tmp_path: Path, keys: Keys) -> Callable[[int], list[Filed]]:
    """As many packets as asked for, filed one after the other by one kiosk."""

    def make(count: int) -> list[Filed]:
        outbox = open_outbox(tmp_path / "kiosk", keys.recipients)
        filings = [outbox.file(dossier(pages=1), language="zh-CN") for _ in range(count)]
        outbox.close()
        return [Filed(tmp_path / "kiosk" / "spool" / filing.packet_id) for filing in filings]

    return make


@pytest.fixture
def filed(file_packets: Callable[[int], list[Filed]]) -> Filed:
    return file_packets(1)[0]
