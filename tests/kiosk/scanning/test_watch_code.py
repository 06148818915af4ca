"""A receipt laid under the camera is read; anything else is passed over."""

from __future__ import annotations

import threading

import pytest

from drivers.barcode.pyzbar_decoder import PyzbarDecoder
from drivers.errors import Cancelled, DeviceAbsent
from drivers.protocols import DecodedCode, Image
from kiosk.scanning.codes import watch_code
from kiosk.scanning.preview import PreviewSlot
from tests.kiosk.scanning.viewed import StillCamera, seen


class Reads:
    """A decoder that finds what a story says, look by look."""

    def __init__(self, *looks: str) -> None:
        self.looks = list(looks)

    def decode(self, image: Image) -> tuple[DecodedCode, ...]:
        assert image.size
        text = self.looks.pop(0) if self.looks else ""
        return (DecodedCode("QR", text, ()),) if text else ()


def test_code_on_a_sheet_is_read_by_the_real_decoder():
    camera = StillCamera(seen("payment_slip", seed=2, rotation_deg=12.0).image)
    text = watch_code(camera, PyzbarDecoder(), PreviewSlot(), threading.Event())
    assert text.startswith("PAY")


def test_code_that_is_not_ours_is_passed_over():
    camera = StillCamera(seen(None).image)
    decoder = Reads("", "https://example.invalid/", "TB1:ours")
    assert watch_code(camera, decoder, PreviewSlot(), threading.Event(), is_wanted=lambda t: t.startswith("TB1:")) == (
        "TB1:ours"
    )


def test_full_picture_is_tried_now_and_then():
    camera = StillCamera(seen(None).image)
    watch_code(camera, Reads(*[""] * 9, "TB1:far"), PreviewSlot(), threading.Event())
    assert camera.stills == 2


def test_preview_runs_while_looking_for_a_code():
    camera, slot = StillCamera(seen(None).image), PreviewSlot()
    watch_code(camera, Reads("", "", "x"), slot, threading.Event())
    shown = slot.take(0)
    assert shown is not None
    assert shown.sequence == 3


def test_code_watch_is_cancelled():
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        watch_code(StillCamera(seen(None).image), Reads(), PreviewSlot(), cancel)


def test_camera_unplugged_while_looking_for_a_code():
    camera = StillCamera(seen(None).image, script={3: None})
    with pytest.raises(DeviceAbsent):
        watch_code(camera, Reads(), PreviewSlot(), threading.Event())
