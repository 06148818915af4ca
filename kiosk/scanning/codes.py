"""Watching for one of our codes: the receipt held or laid under the camera."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import cv2

from drivers.errors import Cancelled
from drivers.protocols import CodeDecoder, DocumentCamera
from kiosk.scanning.preview import PreviewFrame, PreviewSlot

FRAME_LIMIT_S = 3.0
STILL_EVERY = 5  # looks: small or far codes can only be read in the full picture


def watch_code(
    camera: DocumentCamera,
    decoder: CodeDecoder,
    slot: PreviewSlot,
    cancel: Event,
    *,
    is_wanted: Callable[[str], bool] = lambda _: True,
) -> str:
    """The text of the first code for which `is_wanted` is true.

    The camera must be open, and is left open. Raises Cancelled, and DeviceAbsent or DeviceTimeout from the camera.
    """
    looks = 0
    while not cancel.is_set():
        looks += 1
        frame = camera.frame(timeout_s=FRAME_LIMIT_S)
        height, width = frame.image.shape[:2]
        rgba = cv2.cvtColor(frame.image, cv2.COLOR_BGR2RGBA).tobytes()
        slot.put(PreviewFrame(rgba, width, height, None, "wait", frame.sequence))
        picture = camera.still(timeout_s=FRAME_LIMIT_S).image if looks % STILL_EVERY == 0 else frame.image
        for code in decoder.decode(picture):
            if is_wanted(code.text):
                return code.text
    raise Cancelled("document camera", "watching was stopped")
