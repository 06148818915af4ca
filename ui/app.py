"""The running screen: window, stage, runner, and what keeps them together."""

from __future__ import annotations

import gc
import logging
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from kivy.base import EventLoop, ExceptionHandler, ExceptionManager, runTouchApp, stopTouchApp
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.opengl import glFinish

from config.language import Texts
from kiosk.parts import Parts
from kiosk.runner import Runner
from kiosk.session import Session
from ui.fonts import register_fonts
from ui.input_method.protocol import InputMethod
from ui.metrics import Metrics
from ui.present.parts import Context
from ui.probe import Probe
from ui.screens.registry import load_screens
from ui.stage import Stage
from ui.theme import Panel, shortfalls
from ui.watchdog import EVERY_S, Pulse, notify

_LOG = logging.getLogger("ui")


class App:
    """One kiosk window from start to end. `run` returns the exit status: 0 asked to stop, 1 after a crash."""

    def __init__(
        self,
        parts: Parts,
        *,
        texts: Texts,
        panel: Panel,
        now: Callable[[], datetime],
        input_method: InputMethod | None,
        probe: Path | None,
    ) -> None:
        for lacking in shortfalls(panel):
            _LOG.warning("panel_too_small %s", lacking)
        register_fonts()
        load_screens()
        EventLoop.ensure_window()
        self._parts = parts
        self._texts = texts
        self._now = now
        self._input_method = input_method
        self._status = 0
        self.metrics = Metrics(finish=glFinish) if probe else Metrics()
        self._pulse = Pulse()
        self._drain = Clock.create_trigger(self._drain_inbox)
        self.runner = Runner(parts, wake=self._drain)
        self.stage = Stage(self.runner, panel=panel, context_of=self._context)
        self.stage.on_touch_accepted = self.metrics.touched
        self.stage.on_screen_drawn = self.metrics.changed
        self.runner.on_change(self.stage.refresh)
        self._probe = (
            Probe(probe, stage=self.stage, metrics=self.metrics, session=self._session_number) if probe else None
        )

    def run(self) -> int:
        Window.bind(on_flip=self._flipped, on_request_close=_refuse, on_key_down=self._key_down)
        ExceptionManager.add_handler(_Crash(self))
        Window.add_widget(self.stage)
        self.stage.refresh()
        ticks = Clock.schedule_interval(self._tick, 1.0)
        beats = Clock.schedule_interval(self._beat, EVERY_S)
        gc.collect()
        gc.freeze()
        try:
            runTouchApp()
        finally:
            ticks.cancel()
            beats.cancel()
            self.close()
        return self._status

    def stop(self) -> None:
        """May be called from a signal handler."""
        Clock.schedule_once(_stop, 0)

    def crash(self, error: BaseException) -> None:
        """Log where, never what: a message may hold what a citizen wrote. Then end; systemd starts anew."""
        places = " < ".join(
            f"{Path(frame.filename).name}:{frame.lineno}"
            for frame in reversed(traceback.extract_tb(error.__traceback__))
        )
        _LOG.critical("screen_crashed %s at %s", type(error).__name__, places)
        self._status = 1
        self.stage.forget()
        stopTouchApp()

    def close(self) -> None:
        notify("STOPPING=1")
        if self._probe is not None:
            self._probe.close()
        self.stage.close()
        self.runner.close()

    def _context(self, session: Session, local: dict[str, str]) -> Context:
        return Context(
            texts=self._texts,
            language=session.modes.language,
            catalogue=self._parts.catalogue,
            centre=self._parts.centre,
            now=self._now(),
            local=local,
            input_method=self._input_method,
        )

    def _session_number(self) -> int:
        return self.runner.session.number

    def _drain_inbox(self, _dt: float) -> None:
        self.runner.drain()
        self._pulse.drained()

    def _tick(self, _dt: float) -> None:
        self.runner.tick()
        self.runner.drain()
        self._pulse.drained()
        self.stage.refresh()  # the clock on the wall has moved even when the session has not

    def _beat(self, _dt: float) -> None:
        self._pulse.beat()
        Window.canvas.ask_update()  # a picture for the next beat, also while nothing changes

    def _flipped(self, *_: object) -> None:
        self._pulse.drew()
        self.metrics.drew()

    def _key_down(self, _window: Any, key: int, _scancode: int, _text: str, modifiers: list[str]) -> bool:
        """The keypad's keys; every other key, F1 and Escape among them, ends here."""
        name = _KEYS.get(key)
        if name is not None:
            self.stage.on_key(name, shift="shift" in modifiers)
        return True


_KEYS = {9: "tab", 13: "enter", 271: "numpadenter", 32: "spacebar", 273: "up", 274: "down", 275: "right", 276: "left"}


def _refuse(*_: object, **__: object) -> bool:
    return True


def _stop(_dt: float) -> None:
    stopTouchApp()


class _Crash(ExceptionHandler):
    def __init__(self, app: App) -> None:
        super().__init__()
        self._app = app

    def handle_exception(self, inst: BaseException) -> int:
        self._app.crash(inst)
        return int(ExceptionManager.PASS)
