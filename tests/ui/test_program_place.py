"""What the program's own settings put into every packet it seals: where it was received and who answers there."""

from __future__ import annotations

import io
from pathlib import Path

from config.load import load_kiosk
from kiosk.catalogue import Catalogue
from kiosk.outbox import Outbox
from packet.archive import read_archive
from packet.unseal import AgeUnsealer, read_age_identities
from tests.cityhall import catalogue
from tests.filings import dossier, make_keys
from tests.ui.test_program_screen import CONFIG
from ui.__main__ import _parts


def test_a_packet_names_the_centre_of_the_settings_and_who_answers_there(tmp_path: Path) -> None:
    keys = make_keys(tmp_path / "keys")
    (tmp_path / "kiosk.toml").write_text(CONFIG.format(recipient=keys.recipients[0]), encoding="utf-8")
    parts = _parts(load_kiosk(tmp_path / "kiosk.toml"), Catalogue(catalogue()))
    filing = parts.outbox.file(dossier(), language="en")
    assert isinstance(parts.outbox, Outbox)
    parts.outbox.close()
    [sealed] = tmp_path.rglob(f"{filing.packet_id}/sealed.age")
    out = io.BytesIO()
    AgeUnsealer(read_age_identities(keys.identity_files)).unseal(io.BytesIO(sealed.read_bytes()), out)
    out.seek(0)
    said = read_archive(out).application
    assert (said.receiving_locality, said.receiving_centre) == ("hangkong", "航空基地政务服务中心")
    assert (said.first_responsible, said.first_responsible_phone) == ("值班长", "029-81664314")
