"""A whole world, once for the tests of one module: its daemons take a second to start."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.emulators.control import WorldClient
from drivers.emulators.world import World


@pytest.fixture(scope="module")
def running_world() -> Iterator[World]:
    with tempfile.TemporaryDirectory(prefix="world-") as folder, World(Path(folder)) as world:
        yield world


@pytest.fixture
def hand(running_world: World) -> Iterator[WorldClient]:
    """The hand that moves the world; it puts everything back."""
    with WorldClient(running_world.control_path) as client:
        yield client
        client.printer("ok")
        client.paper(is_in=True)
        client.camera(is_in=True)
        client.reader(is_in=True)
        client.network("up")
        client.take_sheet()
        client.lift_card()
