"""A kiosk's settings file for tests that start the courier as the program it is."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.filings import KIOSK_ID, Keys

SHIPPED = Path(__file__).parents[1] / "config" / "kiosk.toml"


def write_kiosk_settings(file: Path, *, data_dir: Path, keys: Keys, url: str) -> Path:
    """The shipped file with another kiosk's values."""
    text = SHIPPED.read_text(encoding="utf-8")
    values = {
        "kiosk_id": KIOSK_ID,
        "data_dir": str(data_dir),
        "device_key_file": str(keys.device_file),
        "url": url,
        "platform_key": keys.platform_public,
        "recipients": list(keys.recipients),
        "recipients_epoch": 1,
    }
    for name, value in values.items():
        text, count = re.subn(rf"(?m)^{name} = .*$", lambda _, n=name, v=value: f"{n} = {json.dumps(v)}", text)  # type: ignore[misc]
        if count != 1:
            raise ValueError(f"{SHIPPED}: {name} stands there {count} times")
    file.write_text(text, encoding="utf-8")
    return file
