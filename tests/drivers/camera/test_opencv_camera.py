"""What only the real driver has: stills larger than previews, the newest picture, bounded memory, silence."""

from __future__ import annotations

import threading
import time
import tracemalloc

import numpy as np
import pytest

from drivers.camera.opencv import OpenCvCamera
from drivers.emulators.camera import CameraEmulator, PhotographUnreadable
from drivers.errors import DeviceAbsent

SIZE = (480, 640)


def shade(level: int):
    return np.full((SIZE[1], SIZE[0], 3), level, np.uint8)


@pytest.fixture
def world():
    with CameraEmulator(size=SIZE, frames_per_second=20, platen=shade(40)) as emulator:
        yield emulator


@pytest.fixture
def camera(world):
    camera = OpenCvCamera(world.url, preview_side=320)
    camera.open()
    yield camera
    camera.close()


def test_still_is_whole_and_preview_is_small(camera):
    assert camera.frame(timeout_s=2).image.shape == (320, 240, 3)
    assert camera.still(timeout_s=2).image.shape == (640, 480, 3)


def test_sheet_laid_down_is_seen_and_taken_away_again(world, camera):
    def level() -> float:
        return float(camera.frame(timeout_s=2).image.mean())

    def becomes(wanted: float) -> bool:
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            if abs(level() - wanted) < 3:
                return True
        return False

    assert becomes(40)
    world.lay_sheet(shade(200))
    assert becomes(200)
    world.take_sheet()
    assert becomes(40)


def test_slow_reader_gets_the_newest_picture(camera):
    first = camera.frame(timeout_s=2)
    threading.Event().wait(0.4)
    second = camera.frame(timeout_s=2)
    assert second.sequence > first.sequence + 2
    assert time.monotonic() - second.at_s < 0.25


def test_still_is_never_older_than_the_call(camera):
    camera.frame(timeout_s=2)
    asked_s = time.monotonic()
    assert camera.still(timeout_s=2).at_s >= asked_s


def test_unread_pictures_do_not_pile_up(camera):
    camera.frame(timeout_s=2)
    tracemalloc.start()
    try:
        threading.Event().wait(0.8)  # some sixteen pictures arrive and nobody reads them
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 3 * SIZE[0] * SIZE[1] * 3


def test_missing_camera_is_silent_on_stderr(capfd):
    for source in ("http://127.0.0.1:9/none", "/nowhere/film.avi", "99"):
        with pytest.raises(DeviceAbsent):
            OpenCvCamera(source).open()
    assert capfd.readouterr().err == ""


def test_photograph_is_shown_whole_in_the_middle(world, camera, tmp_path):
    import cv2

    path = tmp_path / "photograph.png"
    photograph = np.full((100, 200, 3), 120, np.uint8)
    photograph[:, 95:105] = 255
    cv2.imwrite(str(path), photograph)
    world.lay_sheet(path)
    deadline = time.monotonic() + 3
    while (image := camera.still(timeout_s=2).image).mean() < 60 and time.monotonic() < deadline:
        pass
    middle = image[320].mean(axis=1)
    assert middle[240] > 230
    assert abs(middle[100] - 120) < 12


def test_what_is_no_photograph_is_refused(world, tmp_path):
    path = tmp_path / "letter.jpg"
    path.write_text("not a picture")
    with pytest.raises(PhotographUnreadable):
        world.lay_sheet(path)
