"""`python -m city.enrol --config CITY.toml KIOSK_ID PUBLIC_KEY`: make a kiosk known to the platform."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from city.clock import system_clock
from city.storage.base import Base
from city.storage.engine import open_engine, writing_sessions
from city.storage.intake import enrol
from config.load import load_city
from packet.errors import BadKey


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m city.enrol", description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("kiosk_id")
    parser.add_argument("public_key", help="base64 of the device's Ed25519 public key")
    chosen = parser.parse_args(arguments)
    try:
        enrol_device(load_city(chosen.config).database_url, device_id=chosen.kiosk_id, public_key=chosen.public_key)
    except (BadKey, ValueError) as wrong:
        sys.stderr.write(f"not enrolled: {wrong}\n")
        return 1
    sys.stdout.write(f"enrolled {chosen.kiosk_id}\n")
    return 0


def enrol_device(database_url: str, *, device_id: str, public_key: str) -> None:
    """Creates the tables when they are missing. Raises ValueError, BadKey."""
    engine = open_engine(database_url)
    try:
        Base.metadata.create_all(engine)
        with writing_sessions(engine).begin() as session:
            enrol(session, device_id=device_id, public_key=public_key, at=system_clock())
    finally:
        engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
