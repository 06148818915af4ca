"""Documents on the table: read straight from their chip, or through the real pcscd."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import x509

from drivers.emulators.emrtd_card import Chip, EmrtdApplication
from drivers.emulators.emrtd_documents import RECIPES
from drivers.emulators.emrtd_pki import UTOPIA
from drivers.idcard.emrtd import document, mrz
from drivers.idcard.emrtd.document import Reading
from drivers.idcard.emrtd.mrz import Access
from drivers.idcard.emrtd.trust_list import TrustList
from drivers.protocols import CardData

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Desk:
    """Somebody who reads documents without any reader between."""

    now = NOW

    def __init__(self) -> None:
        trust = TrustList((x509.Certificate.load(UTOPIA.certificate()),))
        self.how = Reading(trust=trust, random=secrets.token_bytes)

    def access_to(self, key: str) -> Access:
        return mrz.parse(RECIPES[key].mrz_text).access

    def read(
        self, application: EmrtdApplication, access: Access | None = None, *, how: Reading | None = None
    ) -> CardData:
        access = access or Access(mrz_information=application.chip.mrz_information)
        return document.read_document(application.answer, access, how=how or self.how, at=NOW)

    def read_chip(self, chip: Chip) -> CardData:
        return self.read(EmrtdApplication(chip))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def trust_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "csca"
    folder.mkdir()
    UTOPIA.write(folder)
    return folder
