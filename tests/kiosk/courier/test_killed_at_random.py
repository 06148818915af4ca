from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
KILLS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_kiosk_courier_and_city_are_killed_thirty_times_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    seed = secrets.randbelow(1 << 32)
    script = Path(__file__).with_name("killed_at_random.py")
    ran = subprocess.run(
        [sys.executable, str(script), str(tmp_path), str(free_port()), str(KILLS), str(seed)],
        capture_output=True,
        text=True,
        timeout=110,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    found = json.loads(ran.stdout)
    assert 0 < found["delivered_between"] < len(found["filed"]), f"seed {seed}: the kills missed the work"
    assert found["sequences"] == list(range(1, len(found["filed"]) + 1)), f"seed {seed}"
    assert found["submissions"] == found["filed"], f"seed {seed}"
    assert sorted(found["cases"]) == sorted(found["filed"]), f"seed {seed}"
    assert (found["states"], found["chains"], found["previous_fits"]) == (["opened"], ["whole"], True), f"seed {seed}"
    assert (found["left_in_spool"], found["left_incoming"]) == ([], []), f"seed {seed}"
    assert found["reprintable"], f"seed {seed}"
    assert found["audit_broken_at"] is None, f"seed {seed}"
    assert (found["kiosk_integrity"], found["city_integrity"]) == ("ok", "ok"), f"seed {seed}"
