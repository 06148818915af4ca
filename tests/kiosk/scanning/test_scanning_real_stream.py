"""The whole way on real parts: rendered sheets, MJPEG over HTTP, OpenCV's capture, the watcher."""

from __future__ import annotations

import threading
import time
import tracemalloc

import pytest

from drivers.camera.opencv import OpenCvCamera
from drivers.emulators.camera import CameraEmulator
from drivers.emulators.sheets import KINDS
from drivers.errors import DeviceAbsent
from kiosk.scanning.captured import CapturedPage
from kiosk.scanning.platen import Platen
from kiosk.scanning.preview import PreviewSlot
from kiosk.scanning.steady import Patience
from kiosk.scanning.watch import watch_page
from tests.kiosk.scanning.viewed import FULL, seen

QUICK = Patience(looks=3, time_s=0.15)
PAGES = 10
FRAME_BYTES = FULL[0] * FULL[1] * 3


@pytest.fixture
def world():
    with CameraEmulator(size=FULL, platen=seen(None).image, frames_per_second=20) as emulator:
        yield emulator


@pytest.fixture
def camera(world):
    camera = OpenCvCamera(world.url, preview_side=960)
    camera.open()
    yield camera
    camera.close()


def take(camera: OpenCvCamera, platen: Platen, *, limit_s: float = 15.0) -> CapturedPage:
    cancel = threading.Event()
    alarm = threading.Timer(limit_s, cancel.set)
    alarm.start()
    try:
        return watch_page(
            camera,
            slot=PreviewSlot(),
            on_guidance=lambda _code, _steady: None,
            capture_now=threading.Event(),
            cancel=cancel,
            clock=time.monotonic,
            platen=platen,
            patience=QUICK,
        )
    finally:
        alarm.cancel()
        alarm.join()


def test_sheet_under_the_stream_becomes_a_page(world, camera):
    world.lay_sheet(seen("business_licence", seed=3, rotation_deg=-3.0).image)
    page = take(camera, Platen())
    assert page.faults == ()
    assert page.format == "A4"


def test_camera_unplugged_while_watching_the_stream_and_back(world, camera):
    alarm = threading.Timer(0.3, world.unplug)
    alarm.start()
    with pytest.raises(DeviceAbsent):
        take(camera, Platen())
    alarm.join()
    world.plug()
    world.lay_sheet(seen("diploma", seed=3).image)
    camera.open()
    assert take(camera, Platen()).faults == ()


def test_ten_pages_hold_few_pictures_in_memory(world, camera):
    views = [seen(name, seed=3, rotation_deg=2.0).image for name in sorted(set(KINDS) - {"blank_sheet"})[:PAGES]]
    platen, pages = Platen(), []
    world.lay_sheet(views[0])
    pages.append(take(camera, platen))
    tracemalloc.start()
    try:
        for view in views[1:]:
            world.lay_sheet(view)
            pages.append(take(camera, platen))
        held, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    encoded = sum(len(page.jpeg) + len(page.thumbnail) for page in pages)
    assert len({page.jpeg for page in pages}) == PAGES
    assert held - encoded < 4 * FRAME_BYTES
    assert peak - encoded < 12 * FRAME_BYTES  # in passing: grey and float copies of the page while it is judged
