"""Every backend of the document camera, each with a way to take it away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.bench import Bench
from drivers.camera.opencv import OpenCvCamera
from drivers.camera.simulated import SimulatedCamera
from drivers.emulators.camera import CameraEmulator
from drivers.protocols import DocumentCamera, Image

FRAMES_IN_FILE = 12
QUICK_FPS = 24.0


@dataclass(frozen=True)
class Rig:
    """One backend: `make` a camera at so many frames a second, one that is `absent`, unplug it and plug it in."""

    make: Callable[[float], DocumentCamera]
    absent: Callable[[], DocumentCamera]
    unplug: Callable[[], None]
    plug: Callable[[], None]


def picture(shade: int = 90) -> Image:
    image = np.full((120, 160, 3), shade, np.uint8)
    cv2.rectangle(image, (30, 20), (130, 100), (230, 230, 230), -1)
    return image


def nothing() -> None:
    """Files and sequences unplug themselves: they end."""


def file_rig(folder: Path, _cleanup: ExitStack) -> Rig:
    path = folder / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), QUICK_FPS, (160, 120))
    for number in range(FRAMES_IN_FILE):
        writer.write(picture(60 + number))
    writer.release()
    return Rig(
        lambda fps: OpenCvCamera(str(path), frames_per_second=fps),
        lambda: OpenCvCamera(str(folder / "gone.avi")),
        nothing,
        nothing,
    )


def sequence_rig(folder: Path, _cleanup: ExitStack) -> Rig:
    for number in range(FRAMES_IN_FILE):
        cv2.imwrite(str(folder / f"f{number:04d}.jpg"), picture(60 + number))
    return Rig(
        lambda fps: OpenCvCamera(str(folder / "f%04d.jpg"), frames_per_second=fps),
        lambda: OpenCvCamera(str(folder / "gone%04d.jpg")),
        nothing,
        nothing,
    )


def stream_rig(_folder: Path, cleanup: ExitStack) -> Rig:
    emulators: list[CameraEmulator] = []

    def make(fps: float) -> DocumentCamera:
        emulators.append(
            cleanup.enter_context(CameraEmulator(size=(160, 120), frames_per_second=fps, platen=picture()))
        )
        return OpenCvCamera(emulators[-1].url)

    def absent() -> DocumentCamera:
        camera = make(QUICK_FPS)
        emulators[-1].unplug()
        return camera

    return Rig(make, absent, lambda: emulators[-1].unplug(), lambda: emulators[-1].plug())


def simulated_rig(_folder: Path, _cleanup: ExitStack) -> Rig:
    bench = Bench(sheet=picture())
    return Rig(
        lambda fps: SimulatedCamera(bench, frames_per_second=fps),
        lambda: SimulatedCamera(Bench(camera_plugged=False)),
        lambda: setattr(bench, "camera_plugged", False),
        lambda: setattr(bench, "camera_plugged", True),
    )


RIGS = {"file": file_rig, "sequence": sequence_rig, "stream": stream_rig, "simulated": simulated_rig}


@pytest.fixture(params=sorted(RIGS))
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    with ExitStack() as cleanup:
        yield RIGS[request.param](tmp_path, cleanup)
