"""The systemd units, judged without a running systemd.

`systemd-analyze verify` exits 0 for unknown keys and bad values, so anything it says counts as wrong.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

WORST_EXPOSURE = 2.0
DEBIAN_UNITS = Path("/usr/lib/systemd/system")


def unit_files(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted((*folder.glob("*.service"), *folder.glob("*.target"))))


def verify(root: Path) -> str:
    """Verify the units as they would be installed: beside Debian's own, with an environment in /opt/tongban."""
    units = unit_files(root / "systemd")
    with tempfile.TemporaryDirectory() as folder:
        machine = Path(folder)
        system, binary = machine / "usr/lib/systemd/system", machine / "opt/tongban/.venv/bin"
        shutil.copytree(DEBIAN_UNITS, system, symlinks=True)
        binary.mkdir(parents=True)
        (binary / "python").touch(mode=0o755)
        for unit in units:
            (system / unit.name).write_bytes(unit.read_bytes())
        outcome = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", f"--root={machine}", *(unit.name for unit in units)],
            capture_output=True,
            text=True,
            check=False,
        )
    return outcome.stderr or (f"exit status {outcome.returncode}" if outcome.returncode else "")


def security(root: Path) -> str:
    """Every service's exposure, at most 2.0 of 10."""
    wrong = []
    for unit in unit_files(root / "systemd"):
        if unit.suffix != ".service":
            continue
        outcome = subprocess.run(
            [
                "systemd-analyze", "security", "--offline=yes", "--no-pager",
                f"--threshold={WORST_EXPOSURE * 10:.0f}", str(unit),
            ],
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        if outcome.returncode != 0:
            wrong.append(outcome.stdout + outcome.stderr)
    return "\n".join(wrong)
