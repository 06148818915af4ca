from __future__ import annotations

from pathlib import Path

import pytest

from city.enrol import enrol_device, main
from city.storage.engine import open_engine, reading_sessions, writing_sessions
from city.storage.intake import active_device, revoke
from packet.errors import BadKey
from tests.filings import Keys
from tests.intake_city import now


def test_a_kiosk_is_enrolled_revoked_and_enrolled_with_a_new_key(tmp_path: Path, keys: Keys) -> None:
    url = f"sqlite:///{tmp_path / 'city.db'}"
    enrol_device(url, device_id="XA-07", public_key=keys.device_public)
    engine = open_engine(url)
    with writing_sessions(engine).begin() as session:
        assert revoke(session, device_id="XA-07", at=now())
        assert active_device(session, "XA-07") is None
        assert not revoke(session, device_id="XA-99", at=now())
    enrol_device(url, device_id="XA-07", public_key=keys.platform_public)
    with reading_sessions(engine)() as session:
        device = active_device(session, "XA-07")
        assert device is not None
        assert device.public_key == keys.platform_public
    engine.dispose()


@pytest.mark.parametrize("device_id", ["", "../x", "a b", "x" * 65])
def test_a_bad_id_is_refused(tmp_path: Path, keys: Keys, device_id: str) -> None:
    with pytest.raises(ValueError, match="device id"):
        enrol_device(f"sqlite:///{tmp_path / 'city.db'}", device_id=device_id, public_key=keys.device_public)


def test_a_bad_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadKey):
        enrol_device(f"sqlite:///{tmp_path / 'city.db'}", device_id="XA-07", public_key="nonsense")


def test_the_command_enrols_and_says_so(tmp_path: Path, keys: Keys, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "city.toml"
    config.write_text(
        f"""
listen_host = "127.0.0.1"
listen_port = 8443
database_url = "sqlite:///{tmp_path / "city.db"}"
files_dir = "{tmp_path / "files"}"
platform_key_file = "{keys.platform_file}"
identity_files = ["{keys.identity_files[0]}"]
session_hours = 8
public_url = "http://127.0.0.1:8443"
"""
    )
    assert main(["--config", str(config), "XA-07", keys.device_public]) == 0
    assert main(["--config", str(config), "XA-07", "nonsense"]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == ("enrolled XA-07\n", "not enrolled: not the base64 of an Ed25519 public key\n")


def test_readers_do_not_wait_for_a_writer_and_see_what_was_committed(tmp_path: Path, keys: Keys) -> None:
    url = f"sqlite:///{tmp_path / 'city.db'}"
    enrol_device(url, device_id="XA-07", public_key=keys.device_public)
    engine = open_engine(url)
    with writing_sessions(engine).begin() as writing:
        revoke(writing, device_id="XA-07", at=now())
        writing.flush()
        with reading_sessions(engine)() as reading:
            assert active_device(reading, "XA-07") is not None
    with engine.connect() as connection:
        settings = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    assert settings == ["wal", 2]
    engine.dispose()
