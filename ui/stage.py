"""The navigator: one screen at a time, built on entry and dropped on exit, under one layer for what lies above it.

It owns no state of the visit: it shows the runner's session and sends what was touched.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.uix.floatlayout import FloatLayout

from kiosk.events import StayTapped
from kiosk.session import Modes, Session
from ui.focus import FocusRing
from ui.present.parts import Act, Context, Local
from ui.present.views import View, overlay_of, view_of
from ui.screens.registry import screen_for
from ui.theme import THEME, Panel

SETTLE_S = 0.3
"""After a change of screen nothing is pressed for this long, and not before the new screen has been drawn."""


PRESENCE_EVERY_S = 5.0
"""So often, at most, a touch that presses nothing is told to the core as a sign of life."""

_FORWARD, _BACKWARD, _CONFIRM = ("tab", "down", "right"), ("up", "left"), ("enter", "numpadenter", "spacebar")


class Source(Protocol):
    """What the stage needs of the runner."""

    @property
    def session(self) -> Session: ...
    @property
    def preview(self) -> Any: ...
    def send(self, event: Any) -> None: ...


class Stage(FloatLayout):
    """`context_of(session, local)` makes the context of the views: texts, catalogue, time of day."""

    is_stage = True

    def __init__(
        self, source: Source, *, panel: Panel, context_of: Callable[[Session, dict[str, str]], Context], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._source = source
        self._panel = panel
        self._context_of = context_of
        self._local: dict[str, str] = {}
        self._shown: tuple[Any, ...] = ()
        self._over: tuple[Any, ...] = ()
        self._touch: Any = None
        self._locked_until = 0.0
        self._drawn = True
        self.screen: Any = None
        self.overlay: Any = None
        self.ring = FocusRing()
        self.add_widget(self.ring)
        self.on_touch_accepted: Callable[[], None] | None = None
        self.on_screen_drawn: Callable[[float], None] | None = None
        self._went_s = 0.0
        self._noted_s = 0.0
        Window.bind(on_flip=self._flipped)

    @property
    def preview(self) -> Any:
        return self._source.preview

    @property
    def context(self) -> Context:
        """What the views are made with now."""
        return self._context_of(self._source.session, self._local)

    @property
    def name(self) -> str:
        """What is to be seen now: the overlay's name or the step's."""
        return str(self._over[0] if self._over else self._shown[0] if self._shown else "")

    @property
    def title(self) -> str:
        shown = self.overlay or self.screen
        return str(shown.view.frame.title) if shown is not None else ""

    # --- showing ----------------------------------------------------------------------------------------------

    def refresh(self, *_: object) -> None:
        """Show the session as it is now."""
        session = self._source.session
        view = view_of(session, self._context_of(session, self._local))
        key = (view.key, session.number, session.modes, self._panel)
        if key != self._shown:
            if self._local and (not self._shown or key[:2] != self._shown[:2]):
                self._local = {}
                view = view_of(session, self._context_of(session, self._local))
            self._go(view, session.modes, key)
        elif self.screen.view != view:
            self.screen.view = view
        self._refresh_overlay(session)

    def _go(self, view: View, modes: Modes, key: tuple[Any, ...]) -> None:
        draft = self.screen.draft() if self.screen is not None and key[:2] == self._shown[:2] else None
        self._drop_overlay()
        if self.screen is not None:
            self.screen.on_leave()
            self.remove_widget(self.screen)
            self.screen = None
        THEME.apply(self._panel, modes)
        Window.clearcolor = THEME.bg
        self.screen = screen_for(view)(view=view)
        self.add_widget(self.screen, index=len(self.children))
        if draft is not None:
            self.screen.restore(draft)
        self._shown = key
        self.ring.leave()
        self._lock()

    def _refresh_overlay(self, session: Session) -> None:
        view = overlay_of(session, self._context_of(session, self._local))
        if view is None:
            if self.overlay is not None:
                self._drop_overlay()
                self._lock()
            return
        if self.overlay is not None and self._over == (view.key,):
            if self.overlay.view != view:
                self.overlay.view = view
            return
        self._drop_overlay()
        self.overlay = screen_for(view)(view=view)
        self.add_widget(self.overlay, index=1)
        self._over = (view.key,)
        self.ring.leave()
        self._lock()

    def _drop_overlay(self) -> None:
        if self.overlay is not None:
            self.overlay.on_leave()
            self.remove_widget(self.overlay)
        self.overlay, self._over = None, ()

    def forget(self) -> None:
        """Drop everything that is shown, as at the end of a visit or of the process."""
        self._drop_overlay()
        if self.screen is not None:
            self.screen.on_leave()
            self.remove_widget(self.screen)
        self.screen, self._shown, self._local = None, (), {}
        self.ring.leave()

    # --- acting -----------------------------------------------------------------------------------------------

    def act(self, act: Act) -> None:
        """Carry out what a control stands for."""
        if not isinstance(act, Local):
            if self._local.get("overlay"):
                self._local.pop("overlay")
            self._source.send(act)
            self.refresh()
            return
        shown = self.overlay or self.screen
        if shown is not None and shown.on_local(act):
            return
        self.set_local(act.key, act.value)

    def set_local(self, key: str, value: str) -> None:
        self.set_locals({key: value})

    def set_locals(self, values: Mapping[str, str]) -> None:
        self._local = {**self._local, **values}
        self.refresh()

    def send(self, event: Any) -> None:
        self._source.send(event)
        self.refresh()

    # --- touching ---------------------------------------------------------------------------------------------

    def _note_presence(self) -> None:
        """A finger on a key, the pad or bare ground is a sign of life too; the core hears of it now and then."""
        session = self._source.session
        now = Clock.get_time()
        if session.awake and not session.idle.warned and now - self._noted_s >= PRESENCE_EVERY_S:
            self._noted_s = now
            self._source.send(StayTapped())

    def _lock(self) -> None:
        if self._drawn:
            self._went_s = time.perf_counter()
        self._drawn = False
        self._locked_until = Clock.get_time() + SETTLE_S

    def _flipped(self, *_: object) -> None:
        if not self._drawn and self.on_screen_drawn is not None:
            self.on_screen_drawn(time.perf_counter() - self._went_s)
        self._drawn = True

    @property
    def is_locked(self) -> bool:
        return not self._drawn or Clock.get_time() < self._locked_until

    def on_touch_down(self, touch: Any) -> bool:
        """The first finger owns the screen until it is up; others, and every touch just after a change, do nothing."""
        if touch.is_mouse_scrolling or self._touch is not None or self.is_locked:
            return True
        self._touch = touch
        self.ring.leave()
        if self.on_touch_accepted is not None:
            self.on_touch_accepted()
        self._note_presence()
        target = self.overlay or self.screen
        if target is not None:
            target.dispatch("on_touch_down", touch)
        return True

    def on_touch_move(self, _touch: Any) -> bool:
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch is self._touch and touch.grab_current is None:
            self._touch = None
        return True

    def on_key(self, key: str, *, shift: bool = False) -> bool:
        """The keypad: forward, backward, confirm. Answers whether the key means anything to us."""
        shown = self.overlay or self.screen
        if key in _FORWARD or key in _BACKWARD:
            by = -1 if key in _BACKWARD or shift else 1
            self._note_presence()
            self.ring.move(shown, by)
            return True
        if key in _CONFIRM:
            if not self.is_locked:
                self.ring.press()
            return True
        return False

    def close(self) -> None:
        Window.unbind(on_flip=self._flipped)
        self.forget()
