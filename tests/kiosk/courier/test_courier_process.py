"""The courier as the program it is."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.link import Link
from tests.filings import Keys
from tests.intake_city import IntakeCity
from tests.kiosk_settings import write_kiosk_settings

ROOT = Path(__file__).parents[3]
Kiosk = Any  # the class of this folder's conftest


@pytest.fixture
def settings(tmp_path: Path, keys: Keys, url: str, kiosk: Kiosk) -> Path:
    return write_kiosk_settings(tmp_path / "kiosk.toml", data_dir=kiosk.data_dir, keys=keys, url=url)


@pytest.fixture
def said(tmp_path: Path) -> Iterator[list[bytes]]:
    """What systemd would have heard so far."""
    heard: list[bytes] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "n"))

        def listen() -> None:
            while heard[-1:] != [b"END"]:
                heard.append(listening.recv(100))

        thread = threading.Thread(target=listen)
        thread.start()
        yield heard
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
            last.sendto(b"END", str(tmp_path / "n"))
        thread.join()


@pytest.fixture
def start(tmp_path: Path, settings: Path, said: list[bytes]) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts a courier and returns when it says that it is ready."""
    started: list[subprocess.Popen[bytes]] = []

    def run() -> subprocess.Popen[bytes]:
        with (tmp_path / "courier.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "kiosk.courier", "--config", str(settings)],
                cwd=ROOT,
                stderr=log,
                env={**os.environ, "NOTIFY_SOCKET": str(tmp_path / "n")},
            )
        started.append(process)
        wait_until(lambda: b"READY=1" in said)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline, "it did not happen within 20 s"
        time.sleep(0.02)


def test_it_delivers_what_lay_there_and_what_comes_and_ends_when_asked(
    kiosk: Kiosk,
    city: IntakeCity,
    start: Callable[[], subprocess.Popen[bytes]],
    said: list[bytes],
    tmp_path: Path,
) -> None:
    kiosk.file()
    process = start()
    wait_until(lambda: len(city.rows("select * from bare_case")) == 1)
    kiosk.file()
    poked_at = time.monotonic()
    assert Link(kiosk.data_dir).poke()
    wait_until(lambda: len(city.rows("select * from bare_case")) == 2)
    assert time.monotonic() - poked_at < 10
    wait_until(lambda: Link(kiosk.data_dir).outbox() == ())
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    wait_until(lambda: b"STOPPING=1" in said)
    assert b"WATCHDOG=1" in said
    assert not (kiosk.data_dir / "courier.sock").exists()
    assert [path.name for path in kiosk.spool.folder.iterdir()] == [".lock"]
    log = (tmp_path / "courier.log").read_text()
    assert "ready kiosk=XA-07" in log
    assert "Traceback" not in log


def test_without_a_poke_it_finds_the_packet_by_itself(
    kiosk: Kiosk, city: IntakeCity, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    start()
    kiosk.file()
    wait_until(lambda: len(city.rows("select * from bare_case")) == 1)


def test_a_second_courier_on_the_same_folder_ends_at_once(
    start: Callable[[], subprocess.Popen[bytes]], settings: Path
) -> None:
    start()
    second = subprocess.run(
        [sys.executable, "-m", "kiosk.courier", "--config", str(settings)],
        cwd=ROOT,
        capture_output=True,
        timeout=20,
        check=False,
    )
    assert second.returncode == 1


@pytest.mark.parametrize(("found", "wanted"), [("device_key_file", "nowhere.pem"), ("platform_key", "not base64")])
def test_keys_that_cannot_be_used_are_named(settings: Path, found: str, wanted: str) -> None:
    lines = [
        f'{found} = "{wanted}"' if line.startswith(f"{found} =") else line for line in settings.read_text().splitlines()
    ]
    settings.write_text("\n".join(lines))
    ended = subprocess.run(
        [sys.executable, "-m", "kiosk.courier", "--config", str(settings)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert ended.returncode == 1
    assert "key" in ended.stderr
    assert "Traceback" not in ended.stderr
