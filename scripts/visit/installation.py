"""What an enrolment would bring to a new machine, made afresh for one run: keys, and settings that join the parts."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packet.keys import NewKey, make_age_key, make_signing_key
from scripts.visit.toml_text import toml_text

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Keys:
    device: NewKey
    platform: NewKey
    recipients: tuple[NewKey, ...]  # current, next, recovery


@dataclass(frozen=True)
class Screen:
    width_px: int
    height_px: int

    def fitted(self, width_px: int, height_px: int) -> Screen:
        """The same shape, made smaller until it fits."""
        scale = min(1.0, width_px / self.width_px, height_px / self.height_px)
        return Screen(round(self.width_px * scale), round(self.height_px * scale))


PORTRAIT, LANDSCAPE = Screen(1080, 1920), Screen(1920, 1080)


def make_keys(folder: Path) -> Keys:
    folder.mkdir(mode=0o700)
    return Keys(
        device=make_signing_key(folder / "device.key"),
        platform=make_signing_key(folder / "platform.key"),
        recipients=tuple(make_age_key(folder / f"{name}.age") for name in ("current", "next", "recovery")),
    )


def install_city(folder: Path, *, keys: Keys, port: int) -> Path:
    """Settings of a city with an empty database under `folder`, in which the kiosk is enrolled. Returns the file."""
    (folder / "files").mkdir(parents=True)
    config = folder / "city.toml"
    settings = _template("city.toml") | {
        "listen_port": port,
        "database_url": f"sqlite:///{folder / 'city.sqlite'}",
        "files_dir": str(folder / "files"),
        "platform_key_file": str(keys.platform.file),
        "identity_files": [str(recipient.file) for recipient in keys.recipients[:2]],
        "public_url": f"http://127.0.0.1:{port}",
    }
    config.write_text(toml_text(settings))
    kiosk_id = _template("kiosk.toml")["kiosk_id"]
    run_ours("city.enrol", "--config", str(config), kiosk_id, keys.device.public)
    return config


def install_kiosk(
    folder: Path, *, keys: Keys, wires: Mapping[str, Any], screen: Screen, changes: Mapping[str, Any]
) -> Path:
    """Settings of a kiosk at the end of `wires`, with `changes` to single keys. Returns the file."""
    (folder / "data").mkdir(parents=True)
    config = folder / "kiosk.toml"
    settings = _template("kiosk.toml")
    settings |= {
        "data_dir": str(folder / "data"),
        "device_key_file": str(keys.device.file),
        "screen": {
            **settings["screen"],
            "width_px": screen.width_px,
            "height_px": screen.height_px,
            "full_screen": False,
        },
        "card_readers": [
            {"backend": "sam_serial", "options": {"port": wires["serial"], "baud": 115200}},
            {"backend": "pcsc", "options": {"socket": wires["pcscd_socket"]}},
        ],
        "camera": {"backend": "opencv", "options": {"source": wires["camera_url"]}},
        "printer": {
            "backend": "cups",
            "options": {
                "socket_path": wires["cups_socket"],
                "queue": wires["queue"],
                "device_uri": wires["printer_uri"],
            },
        },
        "city": {
            "url": f"http://127.0.0.1:{wires['network_port']}",
            "platform_key": keys.platform.public,
            "recipients": [recipient.public for recipient in keys.recipients],
            "recipients_epoch": 1,
        },
    }
    config.write_text(toml_text({**settings, **changes}))
    return config


def run_ours(module: str, *words: str) -> str:
    """Run one of our command-line programs to its end; returns what it printed."""
    outcome = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if outcome.returncode != 0:
        raise RuntimeError(f"python -m {module} failed:\n{outcome.stdout}{outcome.stderr}")
    return outcome.stdout


def _template(name: str) -> dict[str, Any]:
    return tomllib.loads((PROJECT / "config" / name).read_text())
