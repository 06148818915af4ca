"""Camera lane: watch for a page, watch for a code. The camera stays open from one page to the next."""

from __future__ import annotations

import threading

from drivers.errors import Cancelled, DeviceError
from kiosk.effects import WatchPage
from kiosk.events import CodeSeen, Failed, Guidance, PageJudged
from kiosk.lanes import Job, Tell
from kiosk.parts import Parts
from kiosk.problems import of_camera_error
from kiosk.scanning.platen import Platen


class Watch:
    """Its jobs run on the camera lane and nowhere else; `capture_now` is called on the main thread."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._is_open = False
        self._capture_now = threading.Event()
        self._platen = Platen()

    def page(self, effect: WatchPage) -> Job:
        capture_now = self._capture_now = threading.Event()

        def watch(cancel: threading.Event, tell: Tell) -> None:
            if effect.again:
                self._platen.forget_page()
            captured = self._parts.watch_page(
                self._parts.camera,
                slot=self._parts.preview,
                on_guidance=lambda code, steady: tell(Guidance(code, steady)),
                capture_now=capture_now,
                cancel=cancel,
                clock=self._parts.clock.monotonic,
                platen=self._platen,
            )
            tell(PageJudged(captured.to_page(effect.next_page_id)))

        return self._with_camera(watch)

    def code(self) -> Job:
        def watch(cancel: threading.Event, tell: Tell) -> None:
            parts = self._parts
            text = parts.watch_code(parts.camera, parts.decoder, parts.preview, cancel)
            self._close()
            tell(CodeSeen(text))

        return self._with_camera(watch)

    def close(self) -> None:
        """After the lane has ended."""
        self._close()

    def capture_now(self) -> None:
        self._capture_now.set()

    def release(self) -> Job:
        """Close the camera, and leave no picture in the preview."""

        def job(_cancel: threading.Event, _tell: Tell) -> None:
            self._close()

        return job

    def _with_camera(self, watch: Job) -> Job:
        def job(cancel: threading.Event, tell: Tell) -> None:
            try:
                if not self._is_open:
                    self._parts.camera.open()
                    self._is_open = True
                watch(cancel, tell)
            except Cancelled:
                return
            except DeviceError as error:
                self._close()
                tell(Failed(of_camera_error(error)))
            except BaseException:
                self._close()
                raise

        return job

    def _close(self) -> None:
        self._is_open = False
        self._parts.camera.close()
        self._parts.preview.clear()
        self._platen = Platen()  # what it remembers of the last page is the citizen's
