"""Real touches on the real window: the pointer of the X display, moved and pressed by xdotool."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from scripts.visit.machine import Machine
from scripts.visit.probe import Control, Shown
from scripts.visit.programs import StageFailed, wait_for

_T = TypeVar("_T")

PRESS_S = 0.04  # a finger stays down so long


class Fingers:
    """One finger. Each `tap` waits for the control to be there; raises StageFailed when it never comes."""

    def __init__(self, machine: Machine, *, patience_s: float = 30.0) -> None:
        self._machine = machine
        self._patience_s = patience_s
        self.taps = 0
        self._borne: frozenset[str] = frozenset()

    def tap(self, identifier: str) -> None:
        """Touch the middle of the control with this id."""
        control = self.find(identifier)
        self._settle()
        self._pointer(
            "mousemove", *control.middle, "sleep", PRESS_S / 2, "mousedown", 1, "sleep", PRESS_S, "mouseup", 1
        )
        self.taps += 1

    def find(self, identifier: str) -> Control:
        return self.wait(lambda _: self._machine.probe.controls().get(identifier), f"control {identifier!r}")

    @contextmanager
    def bearing(self, *problems: str) -> Iterator[None]:
        """Inside, these problem screens do not end the waiting: whoever waits answers them."""
        before, self._borne = self._borne, frozenset(problems)
        try:
            yield
        finally:
            self._borne = before

    def has(self, identifier: str) -> bool:
        return identifier in self._machine.probe.controls()

    def draw(self, identifier: str, strokes: Sequence[Sequence[tuple[float, float]]]) -> None:
        """Write with the finger inside a control; points in parts of its width and height."""
        control = self.find(identifier)
        self._settle()
        for stroke in strokes:
            words: list[object] = []
            for number, (x, y) in enumerate(stroke):
                words += ["mousemove", round(control.x + x * control.width), round(control.y + y * control.height)]
                words += ["sleep", 0.015, *(["mousedown", 1, "sleep", 0.02] if number == 0 else [])]
            self._pointer(*words, "mouseup", 1, "sleep", 0.02)

    def until_screen(self, *names: str, timeout_s: float | None = None) -> Shown:
        """Wait for one of these screens."""
        return self.until(lambda shown: shown.screen in names, f"screen {' or '.join(names)}", timeout_s=timeout_s)

    def until_not(self, name: str) -> Shown:
        """Wait until this screen has gone."""
        return self.until(lambda shown: shown.screen != name, f"another screen than {name}")

    def until(self, is_it: Callable[[Shown], bool], what: str, *, timeout_s: float | None = None) -> Shown:
        """Wait until what is shown satisfies `is_it`."""
        return self.wait(lambda shown: shown if is_it(shown) else None, what, timeout_s=timeout_s)

    def wait(
        self,
        attempt: Callable[[Shown], _T | None],
        what: str,
        *,
        timeout_s: float | None = None,
        every_s: float = 0.03,
    ) -> _T:
        """As `wait_for`, watching every program; `attempt` is given what is shown. A problem ends the waiting."""
        seen: Shown | None = None

        def looked() -> _T | None:
            nonlocal seen
            seen = self._machine.probe.shown()
            if seen.screen.startswith("problem.") and seen.screen not in self._borne:
                raise StageFailed(f"{what}: the kiosk shows {seen.screen} ({seen.title})")
            return attempt(seen)

        try:
            return wait_for(
                looked,
                what=what,
                timeout_s=timeout_s if timeout_s is not None else self._patience_s,
                programs=self._machine.running(),
                every_s=every_s,
            )
        except StageFailed as failure:
            raise type(failure)(f"{failure}\nThe screen was {seen}") from failure

    def _settle(self) -> None:
        """After a change of screen the kiosk ignores touches for a moment. A person has not even looked by then."""
        self.wait(lambda shown: not shown.is_locked, "the screen ready for a touch")

    def _pointer(self, *words: object) -> None:
        subprocess.run(
            ["xdotool", *(str(word) for word in words)],
            env={**os.environ, "DISPLAY": self._machine.display},
            check=True,
            capture_output=True,
        )
