"""`python -m city` as a process of its own: it serves both sides, says what is wrong with its settings, and ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.filings import make_keys

PROJECT = Path(__file__).parents[3]


def settings(folder: Path, **changes: object) -> Path:
    """A city.toml with a database, files and keys below `folder`."""
    keys = make_keys(folder / "keys")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    values: dict[str, object] = {
        "listen_host": "127.0.0.1",
        "listen_port": port,
        "database_url": f"sqlite:///{folder / 'city.sqlite'}",
        "files_dir": str(folder / "files"),
        "platform_key_file": str(keys.platform_file),
        "identity_files": [str(file) for file in keys.identity_files],
        "session_hours": 8,
        "public_url": f"http://127.0.0.1:{port}",
        **changes,
    }
    file = folder / "city.toml"
    file.write_text("".join(f"{key} = {_toml(value)}\n" for key, value in values.items()))
    return file


def _toml(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


@contextmanager
def running(config: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "city", "--config", str(config)]
    with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(url: str, process: subprocess.Popen[str]) -> httpx.Response:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, process.stderr and process.stderr.read()
        try:
            return httpx.get(url, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail("the service did not answer")


def test_it_serves_staff_and_kiosks_and_stops_when_asked(tmp_path: Path) -> None:
    config = settings(tmp_path)
    address = next(line for line in config.read_text().splitlines() if "public_url" in line).split('"')[1]
    with running(config) as process:
        assert wait_for(address, process).headers["location"] == "/staff/"
        page = httpx.get(f"{address}/staff/sign-in", trust_env=False)
        assert page.status_code == 200
        assert "server" not in page.headers
        assert httpx.get(f"{address}/staff/static/staff.css", trust_env=False).status_code == 200
        assert httpx.post(f"{address}/v1/progress", json={}, trust_env=False).status_code == 401
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"session_hours": "eight"}, "session_hours"),
        ({"platform_key_file": "/nowhere.pem"}, "nowhere.pem"),
        ({"files_dir": "/proc/nowhere"}, "/proc/nowhere"),
    ],
)
def test_settings_that_cannot_work_are_told_and_nothing_is_served(
    tmp_path: Path, changes: dict[str, object], told: str
) -> None:
    with running(settings(tmp_path, **changes)) as process:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 2
        assert told in errors
        assert "Traceback" not in errors
