"""Set-up on a machine where something is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.environment import debian
from scripts.environment.steps import Stamp

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def public_copy() -> Iterator[Path]:
    """The set-up scripts where an unprivileged user can read them."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "scripts", Path(folder) / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(ROOT / "drivers", Path(folder) / "drivers", ignore=shutil.ignore_patterns("__pycache__"))
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_every_package_has_its_reason() -> None:
    lines = (ROOT / "scripts" / "debian-packages.txt").read_text().splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            package, _, reason = line.partition("#")
            assert reason.strip(), f"{package} has no reason"


def test_missing_packages_are_found_by_name() -> None:
    assert debian.missing_packages(("gcc", "tongban-no-such-package")) == ("tongban-no-such-package",)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become nobody")
def test_without_the_right_to_install_the_exact_list_is_printed(public_copy: Path) -> None:
    wanted = public_copy / "scripts" / "debian-packages.txt"
    wanted.write_text(wanted.read_text() + "tongban-no-such-package\ntongban-nor-this # why\n")
    outcome = subprocess.run(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", str(public_copy / "scripts" / "setup")],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 1
    assert "\n  tongban-no-such-package tongban-nor-this\n" in outcome.stderr
    assert not (public_copy / ".venv").exists()


def test_a_step_is_done_again_only_when_its_inputs_change(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text("one")
    Stamp(tmp_path, "python", files=(lock,)).write()
    assert Stamp(tmp_path, "python", files=(lock,)).is_fresh()
    lock.write_text("two")
    assert not Stamp(tmp_path, "python", files=(lock,)).is_fresh()


def test_set_up_takes_no_time_when_everything_is_in_place() -> None:
    outcome = subprocess.run([str(ROOT / "scripts" / "setup")], capture_output=True, text=True, timeout=5, check=True)
    assert "everything is in place" in outcome.stdout
