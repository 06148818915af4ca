from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from kiosk.courier.city_client import CityClient
from kiosk.courier.delivery import Delivery
from kiosk.dossier import Filing
from kiosk.storage.engine import open_database, sessions
from kiosk.storage.spool import Spool
from packet.keys import read_signing_key
from packet.sign import Ed25519Signer
from tests.bad_line import BadMoments
from tests.filings import KIOSK_ID, Keys, dossier, make_keys, open_outbox
from tests.intake_city import IntakeCity, now, platform_verifier, serving


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def city(tmp_path: Path, keys: Keys) -> Iterator[IntakeCity]:
    made = IntakeCity(tmp_path / "city", keys)
    yield made
    made.close()


@pytest.fixture
def moments(city: IntakeCity) -> BadMoments:
    return BadMoments(city.app())  # type: ignore[arg-type]


@pytest.fixture
def url(moments: BadMoments) -> Iterator[str]:
    with serving(moments) as address:  # type: ignore[arg-type]
        yield address


@dataclass
class Kiosk:
    """A kiosk without a screen: files dossiers and lends its database and spool to a courier."""

    data_dir: Path
    keys: Keys
    engine: Engine

    def file(self, count: int = 1, *, pages: int = 1, big: bool = False) -> list[Filing]:
        outbox = open_outbox(self.data_dir, self.keys.recipients)
        filings = [outbox.file(dossier(pages=pages, big=big), language="zh-CN") for _ in range(count)]
        outbox.close()
        return filings

    @property
    def spool(self) -> Spool:
        return Spool(self.data_dir)

    @property
    def signer(self) -> Ed25519Signer:
        return Ed25519Signer(read_signing_key(self.keys.device_file), key_id=KIOSK_ID)

    def rows(self, columns: str) -> list[tuple[object, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(f"select {columns} from outbox order by sequence"))]


@pytest.fixture
def kiosk(tmp_path: Path, keys: Keys) -> Iterator[Kiosk]:
    data_dir = tmp_path / "kiosk"
    data_dir.mkdir()
    engine = open_database(data_dir)
    yield Kiosk(data_dir, keys, engine)
    engine.dispose()


@pytest.fixture
def client(url: str, kiosk: Kiosk) -> Iterator[CityClient]:
    made = CityClient(url, signer=kiosk.signer, clock=now)
    yield made
    made.close()


@pytest.fixture
def delivery_by(kiosk: Kiosk, keys: Keys) -> Callable[[CityClient], Delivery]:
    def make(client: CityClient) -> Delivery:
        return Delivery(
            spool=kiosk.spool,
            sessions=sessions(kiosk.engine),
            city=client,
            signer=kiosk.signer,
            platform=platform_verifier(keys),
            clock=now,
        )

    return make


@pytest.fixture
def delivery(delivery_by: Callable[[CityClient], Delivery], client: CityClient) -> Delivery:
    return delivery_by(client)
