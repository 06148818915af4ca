from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.outbox import Outbox
from tests.filings import Keys, make_keys, open_outbox


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "kiosk"


@pytest.fixture
def outbox(data_dir: Path, keys: Keys) -> Iterator[Outbox]:
    opened = open_outbox(data_dir, keys.recipients)
    yield opened
    opened.close()
