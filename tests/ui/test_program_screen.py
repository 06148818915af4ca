"""The program itself: starts, tells systemd, answers the probe, ends when asked, and dies quietly and cleanly."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyrage
import pytest

CONFIG = """
kiosk_id = "HK01"
data_dir = "data"
device_key_file = "device.key"
languages = ["zh-CN", "en"]
[centre]
name = {{ zh = "航空基地政务服务中心", en = "Aviation Base Service Centre" }}
locality = "hangkong"
address = {{ zh = "蓝天路2号", en = "2 Lantian Road" }}
first_responsible = "值班长"
phone = "029-81664314"
[screen]
width_px = 540
height_px = 960
width_mm = 268.0
idle_warning_s = 120.0
idle_answer_s = 45.0
full_screen = false
[[card_readers]]
backend = "simulated"
options = {{}}
[camera]
backend = "simulated"
options = {{}}
[printer]
backend = "simulated"
options = {{}}
[city]
url = "https://city.invalid"
platform_key = ""
recipients = ["{recipient}"]
recipients_epoch = 1
"""


class Program:
    def __init__(self, folder: Path) -> None:
        recipient = str(pyrage.x25519.Identity.generate().to_public())
        (folder / "kiosk.toml").write_text(CONFIG.format(recipient=recipient), encoding="utf-8")
        self.probe = folder / "p.sock"
        self.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notices.bind(str(folder / "n.sock"))
        self.notices.settimeout(60)
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "ui",
                "--config",
                str(folder / "kiosk.toml"),
                "--probe",
                str(self.probe),
                "--offscreen",
            ],
            env={**os.environ, "NOTIFY_SOCKET": str(folder / "n.sock")},
            stderr=subprocess.PIPE,
            text=True,
        )

    def ask(self, **question: object) -> dict[str, Any]:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(30)
            connection.connect(str(self.probe))
            connection.sendall(json.dumps(question).encode() + b"\n")
            answer = connection.makefile().readline()
        told: dict[str, Any] = json.loads(answer)
        return told

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stderr is not None:
            self.process.stderr.close()
        self.notices.close()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    started = Program(tmp_path)
    try:
        assert started.notices.recv(64) == b"READY=1"
        yield started
    finally:
        started.close()


def until(condition: Callable[[], bool], timeout_s: float = 30) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_the_first_picture_is_told_to_systemd_and_the_probe_answers(program, tmp_path):
    assert program.ask(do="screen")["screen"] == "attract"
    controls = program.ask(do="controls")["controls"]
    assert [row["id"] for row in controls] == ["attract.begin", "attract.language.zh-CN", "attract.language.en"]
    assert all(row["say"] for row in controls)
    x, y, width, height = controls[0]["rect"]
    assert 0 <= x < x + width <= 540
    assert 480 < y < y + height <= 960  # from the top: the button is in the lower half
    assert program.ask(do="screenshot", path=str(tmp_path / "now.png"))["ok"]
    assert (tmp_path / "now.png").stat().st_size > 5000
    metrics = program.ask(do="metrics")
    assert metrics["first_picture_s"] > 0
    assert not program.ask(do="dance")["ok"]


def test_systemd_hears_that_the_screen_lives(program):
    assert program.notices.recv(64) == b"WATCHDOG=1"


def test_it_ends_when_asked_and_leaves_no_socket(program):
    program.process.send_signal(signal.SIGTERM)
    assert program.process.wait(timeout=30) == 0
    assert not program.probe.exists()


CRASHING = """
import sys
from kiosk.runner import Runner
from ui.__main__ import main

def tick(self):
    raise ValueError("张建国 13900001234")

Runner.tick = tick
sys.exit(main(sys.argv[1:]))
"""


def test_a_crash_ends_the_program_and_the_log_says_where_but_not_what(tmp_path):
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    (tmp_path / "kiosk.toml").write_text(CONFIG.format(recipient=recipient), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", CRASHING, "--config", str(tmp_path / "kiosk.toml"), "--offscreen"],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 1
    assert "screen_crashed ValueError at" in done.stderr
    assert "张建国" not in done.stderr
    assert "13900001234" not in done.stderr


def test_a_configuration_mistake_is_said_and_ends_the_start(tmp_path):
    (tmp_path / "kiosk.toml").write_text("kiosk_id = 1\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "ui", "--config", str(tmp_path / "kiosk.toml"), "--offscreen"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "data_dir" in done.stderr
