"""The whole machine in one folder: world, city, courier, kiosk, each its own process with its own log."""

from __future__ import annotations

import contextlib
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from drivers.emulators.control import WorldClient
from scripts.visit.installation import PORTRAIT, PROJECT, Screen, install_city, install_kiosk, make_keys
from scripts.visit.probe import Probe
from scripts.visit.programs import Program, wait_for

START_S = 60.0
"""Every part must stand within this time, also on a machine with much else to do."""


class Machine:
    """Starts everything when entered and leaves nothing when left. `display` is an X display's name.

    `changes` replace single keys of the kiosk's settings. Raises StageFailed when a part does not start.
    """

    def __init__(self, *, display: str, screen: Screen = PORTRAIT, changes: Mapping[str, Any] | None = None) -> None:
        self._display = display
        self._screen = screen
        self._changes = changes or {}
        # Under /tmp and not under the project: the path of a unix socket may have 107 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="tongban-"))
        self.folder.chmod(0o711)  # the printer's and pcscd's user must pass through
        self.programs: dict[str, Program] = {}
        self._open = contextlib.ExitStack()
        self.started_s = time.monotonic()

    # --- life ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        self._open.callback(shutil.rmtree, self.folder, ignore_errors=True)
        (self.folder / "logs").mkdir()
        try:
            world = self._run("world", "drivers.emulators", "--dir", str(self.folder / "world"))
            keys = make_keys(self.folder / "keys")
            self.city_port = _free_port()
            self.city_config = install_city(self.folder / "city", keys=keys, port=self.city_port)
            self._run("city", "city", "--config", str(self.city_config))
            self.world = wait_for(
                lambda: WorldClient(self.world_socket),
                what="the world",
                timeout_s=START_S,
                programs=[world],
            )
            self._open.callback(self.world.close)
            self.world.lead_to("127.0.0.1", self.city_port)
            wires = self.world.state()["wires"]
            self.kiosk_config = install_kiosk(
                self.folder / "kiosk", keys=keys, wires=wires, screen=self._screen, changes=self._changes
            )
            self.start_courier()
            self.start_kiosk()
            wait_for(self._city_answers, what="the city", timeout_s=START_S, programs=self.running())
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End every process, the kiosk first; remove the folder. May be called twice."""
        for program in reversed(self.programs.values()):
            program.end()
        self._open.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- parts --------------------------------------------------------------------------------------------------

    @property
    def city_url(self) -> str:
        return f"http://127.0.0.1:{self.city_port}"

    @property
    def city_database(self) -> str:
        return f"sqlite:///{self.folder / 'city' / 'city.sqlite'}"

    @property
    def probe(self) -> Probe:
        return Probe(self.folder / "probe.sock")

    @property
    def world_socket(self) -> Path:
        return self.folder / "world" / "control.sock"

    @property
    def is_ended(self) -> bool:
        """One of the programs is no longer there."""
        return any(program.process.poll() is not None for program in self.programs.values())

    @property
    def display(self) -> str:
        return self._display

    @property
    def spool(self) -> Path:
        return self.folder / "kiosk" / "data" / "spool"

    def start_courier(self) -> None:
        self._run("courier", "kiosk.courier", "--config", str(self.kiosk_config))

    def start_kiosk(self) -> None:
        """Returns when the first screen has been drawn."""
        probe = self.folder / "probe.sock"
        probe.unlink(missing_ok=True)
        self.kiosk_started_s = time.monotonic()
        kiosk = self._run(
            "kiosk", "ui", "--config", str(self.kiosk_config), "--probe", str(probe), DISPLAY=self._display
        )
        wait_for(
            lambda: self.probe.shown().screen,
            what="the kiosk's first screen",
            timeout_s=START_S,
            programs=[kiosk],
        )
        self.first_screen_s = time.monotonic() - self.kiosk_started_s

    def running(self) -> tuple[Program, ...]:
        """Every program, to be watched while waiting."""
        return tuple(self.programs.values())

    def _run(self, name: str, module: str, *words: str, **environment: str) -> Program:
        self.programs[name] = program = Program(
            name,
            [sys.executable, "-m", module, *words],
            log=self.folder / "logs" / f"{name}.log",
            environment=environment,
            cwd=PROJECT,
        )
        return program

    def _city_answers(self) -> bool:
        with socket.create_connection(("127.0.0.1", self.city_port), timeout=1):
            return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
