from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kiosk.outbox import DiskFull
from tests.filings import Keys, dossier, open_outbox

ROOT = Path(__file__).parents[3]
OWN_MOUNTS = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]


def run_on_a_full_disk(tmp_path: Path, keys: Keys, *, limit: str) -> dict[str, Any]:
    folder = tmp_path / "disk"
    folder.mkdir()
    script = Path(__file__).with_name("filing_on_a_full_disk.py")
    command = [sys.executable, str(script), str(folder), limit, *keys.recipients]
    ran = subprocess.run(
        [*(OWN_MOUNTS if limit == "disk" else []), *command],
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    result: dict[str, Any] = json.loads(ran.stdout)
    return result


def may_mount() -> bool:
    return subprocess.run([*OWN_MOUNTS, "true"], capture_output=True, check=False).returncode == 0


def test_the_disk_fills_up_at_any_moment_of_filing(tmp_path: Path, keys: Keys) -> None:
    """A real small disk; where nobody may mount one, a limit on the size of any file."""
    result = run_on_a_full_disk(tmp_path, keys, limit="disk" if may_mount() else "file")
    assert len(result["tries"]) > 10
    assert all(attempt["left"] == [] for attempt in result["tries"])
    assert result["sequence"] == 2
    assert "-002-" in result["number"]


def test_a_limit_on_files_counts_as_a_full_disk(tmp_path: Path, keys: Keys) -> None:
    result = run_on_a_full_disk(tmp_path, keys, limit="file")
    assert len(result["tries"]) > 10
    assert all(attempt["left"] == [] for attempt in result["tries"])
    assert result["sequence"] == 2


def test_too_little_room_is_told_before_anything_is_written(data_dir: Path, keys: Keys) -> None:
    state = os.statvfs("/tmp")
    outbox = open_outbox(data_dir, keys.recipients, reserve_bytes=state.f_blocks * state.f_frsize)
    with pytest.raises(DiskFull):
        outbox.file(dossier(), language="zh-CN")
    outbox.close()
    assert [path.name for path in (data_dir / "spool").iterdir()] == [".lock"]
