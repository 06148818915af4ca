"""The units as a machine would see them, and the checks that guard them."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.checks import units

ROOT = Path(__file__).resolve().parents[2]
SYSTEMD = ROOT / "systemd"


def settings(unit: str) -> list[str]:
    lines = (SYSTEMD / unit).read_text().splitlines()
    return [line for line in lines if line and not line.startswith(("#", "["))]


def copy_with(tmp_path: Path, unit: str, old: str, new: str) -> Path:
    """The project's units, one line of one of them changed."""
    shutil.copytree(SYSTEMD, tmp_path / "systemd")
    text = (SYSTEMD / unit).read_text()
    assert old in text
    (tmp_path / "systemd" / unit).write_text(text.replace(old, new))
    return tmp_path


def test_units_are_clean() -> None:
    assert units.verify(ROOT) == ""
    assert units.security(ROOT) == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("WatchdogSec=20", "WatchdogSecs=20"),  # unknown key: systemd-analyze exits 0
        ("Restart=always", "Restart=sometimes"),  # bad value: systemd-analyze exits 0
        (".venv/bin/python", ".venv/bin/pyhton"),  # a program that is not there
    ],
)
def test_a_mistake_in_a_unit_is_told(tmp_path: Path, old: str, new: str) -> None:
    assert units.verify(copy_with(tmp_path, "kiosk-ui.service", old, new)) != ""


def test_an_unguarded_service_is_told(tmp_path: Path) -> None:
    tree = copy_with(tmp_path, "kiosk-courier.service", "CapabilityBoundingSet=", "CapabilityBoundingSet=~CAP_CHOWN")
    assert "kiosk-courier.service" in units.security(tree)


@pytest.mark.parametrize("unit", [path.name for path in SYSTEMD.glob("*.service")])
def test_every_unit_starts_a_module_that_exists(unit: str) -> None:
    command = next(line for line in settings(unit) if line.startswith("ExecStart="))
    found = re.search(r"-m ([\w.]+)", command)
    assert found is not None
    assert importlib.util.find_spec(f"{found[1]}.__main__") is not None


def test_the_screen_has_no_ip_network() -> None:
    lines = settings("kiosk-ui.service")
    assert {"PrivateNetwork=yes", "IPAddressDeny=any", "RestrictAddressFamilies=AF_UNIX"} <= set(lines)


def test_the_courier_has_no_device() -> None:
    lines = settings("kiosk-courier.service")
    assert "PrivateDevices=yes" in lines
    assert not [line for line in lines if line.startswith("DeviceAllow=")]


def test_users_and_folders_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    for name, first in (("passwd", "root:x:0:0:root:/root:/bin/sh"), ("group", "root:x:0:")):
        (tmp_path / "etc" / name).write_text(first + "\n")
    for command in (
        ["systemd-sysusers", f"--root={tmp_path}", str(SYSTEMD / "tongban-sysusers.conf")],
        ["systemd-tmpfiles", "--create", f"--root={tmp_path}", str(SYSTEMD / "tongban-tmpfiles.conf")],
    ):
        outcome = subprocess.run(command, capture_output=True, text=True, check=False)
        assert outcome.returncode == 0, outcome.stderr
    spool_owner = tmp_path / "var/lib/tongban-kiosk"
    assert spool_owner.stat().st_mode & 0o7777 == 0o2770
    assert (tmp_path / "var/lib/tongban-city").stat().st_mode & 0o7777 == 0o700
