"""What every document camera promises, on every backend."""

from __future__ import annotations

import threading
import time

import pytest

from drivers.errors import DeviceAbsent, DeviceTimeout
from drivers.protocols import DocumentCamera

QUICK_FPS = 24.0
SLOW_FPS = 2.0
FIRST_PICTURES = 8  # a stream may have a few waiting when it is opened


def end_of(camera: DocumentCamera) -> DeviceAbsent:
    """Read until the camera is gone."""
    deadline = time.monotonic() + 8
    while time.monotonic() < deadline:
        try:
            camera.frame(timeout_s=2)
        except DeviceAbsent as gone:
            return gone
    raise AssertionError("the camera never went away")


def read_several(camera: DocumentCamera) -> None:
    for _ in range(FIRST_PICTURES):
        camera.frame(timeout_s=0.1)


def test_no_camera_is_told_when_opening(rig):
    with pytest.raises(DeviceAbsent):
        rig.absent().open()


def test_no_picture_is_given_twice(rig):
    camera = rig.make(QUICK_FPS)
    camera.open()
    try:
        sequences = [camera.frame(timeout_s=2).sequence for _ in range(4)]
    finally:
        camera.close()
    assert sequences == sorted(set(sequences))


def test_pictures_carry_growing_times(rig):
    camera = rig.make(QUICK_FPS)
    camera.open()
    try:
        one, other = camera.frame(timeout_s=2), camera.still(timeout_s=2)
    finally:
        camera.close()
    assert one.at_s < other.at_s <= time.monotonic()
    assert one.sequence < other.sequence


def test_camera_unplugged_in_the_middle_and_back(rig):
    camera = rig.make(QUICK_FPS)
    camera.open()
    try:
        before = camera.frame(timeout_s=2)
        rig.unplug()
        end_of(camera)
        with pytest.raises(DeviceAbsent):
            camera.still(timeout_s=1)
        rig.plug()
        camera.open()
        assert camera.frame(timeout_s=2).image.shape == before.image.shape
    finally:
        camera.close()


def test_no_picture_in_time(rig):
    camera = rig.make(SLOW_FPS)
    camera.open()
    try:
        camera.frame(timeout_s=4)
        with pytest.raises(DeviceTimeout):
            read_several(camera)
    finally:
        camera.close()


def test_closed_twice_and_silent_after(rig):
    camera = rig.make(QUICK_FPS)
    camera.open()
    camera.frame(timeout_s=2)
    camera.close()
    camera.close()
    with pytest.raises(DeviceAbsent):
        camera.frame(timeout_s=0.1)


def test_opened_twice_goes_on(rig):
    camera = rig.make(QUICK_FPS)
    camera.open()
    camera.open()
    try:
        assert camera.frame(timeout_s=2).image.any()
    finally:
        camera.close()


def test_closing_leaves_no_thread_behind(rig):
    camera = rig.make(QUICK_FPS)
    camera.open()
    camera.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "camera-grabber"]
