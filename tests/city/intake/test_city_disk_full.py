"""The city's disk fills up while kiosks send: what is stored stays whole, and sending goes on when there is room."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from packet.digest import hex_of
from tests.filings import Keys
from tests.intake_city import IntakeCity
from tests.intake_device import Device

ROOT = Path(__file__).parents[3]
OWN_MOUNTS = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]


def may_mount() -> bool:
    return subprocess.run([*OWN_MOUNTS, "true"], capture_output=True, check=False).returncode == 0


@pytest.fixture
def small_city(tmp_path: Path, keys: Keys) -> Iterator[tuple[str, Path]]:
    """The address of a city whose files lie on a disk of two megabytes, and where its files are seen from here.

    Where nobody may mount a disk: a city that may write no file beyond half a megabyte.
    """
    folder = tmp_path / "city"
    IntakeCity(folder, keys).close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    city = f"exec {sys.executable} -m tests.intake_city {folder} {keys.folder} {port}"
    if may_mount():
        command = [*OWN_MOUNTS, "sh", "-c", f"mount -t tmpfs -o size=2m tmpfs {folder}/blobs && {city}"]
    else:
        command = ["sh", "-c", f"ulimit -f 1024 && {city}"]
    process = subprocess.Popen(command, cwd=ROOT)
    deadline = time.monotonic() + 20
    while not is_listening(port):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}", Path(f"/proc/{process.pid}/root{folder}/blobs")
    process.kill()
    process.wait()


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_no_half_part_stays_and_what_fits_is_taken(small_city: tuple[str, Path], keys: Keys) -> None:
    url, blobs = small_city
    device = Device(url, keys)
    stored: list[bytes] = []
    for number in range(1, 20):
        part = bytes([number]) * (100_000 * number)
        response = device.send("PUT", f"/v1/parts/{hex_of(part)}", part)
        if response.status_code != 201:
            break
        stored.append(part)
    assert (response.status_code, response.json()) == (507, {"code": "no_room"})
    assert 3 <= len(stored) <= 6
    assert list((blobs / ".incoming").iterdir()) == []
    files = [path.read_bytes() for path in (blobs / "parts").rglob("*") if path.is_file()]
    assert sorted(files) == sorted(stored)
    asked = json.dumps({"parts": [hex_of(part) for part in (*stored, part)]}).encode()
    assert device.send("POST", "/v1/parts/missing", asked).json() == {"missing": [hex_of(part)]}
    assert device.send("PUT", f"/v1/parts/{hex_of(b'small')}", b"small").status_code == 201
    device.http.close()
