"""The frame that every step stands in: header, steps, title, the act, the thing itself, the row of buttons.

Portrait stacks them; landscape puts title and act into the left third and the thing itself right. A screen's kv
gives its parts a `slot`: `act` (what is to be done or seen) or `main` (the thing itself).
"""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.relativelayout import RelativeLayout

from ui.present.parts import Local
from ui.theme import THEME

MARGIN, GUTTER = 48, 28


class Header(RelativeLayout):
    """Back, what this is about, the tools. In landscape the steps stand in it as well."""

    frame = ObjectProperty(None, allownone=True)


class BottomRow(BoxLayout):
    """Secondary left, primary right."""

    frame = ObjectProperty(None, allownone=True)


class Slot(BoxLayout):
    """A part of a step's own content. `share` is its part of the height in portrait, 0 = its own height.

    `side` in landscape: left under the title, or right.
    """

    share = NumericProperty(1.0)
    side = StringProperty("right")


class BaseScreen(FloatLayout):
    """What the stage shows: one `view`, replaced whole whenever the session changes."""

    view = ObjectProperty(None, allownone=True)

    def on_local(self, local: Local) -> bool:  # noqa: ARG002
        """Whether the screen has dealt with a local act itself; otherwise the stage remembers it."""
        return False

    def draft(self) -> Any:
        """What the citizen has done here that no view holds; given back to `restore` when the looks change."""
        return None

    def restore(self, draft: Any) -> None:
        """Counterpart of `draft`."""

    def on_leave(self) -> None:
        """The screen is about to be dropped: stop clocks and animations."""


class StepScreen(BaseScreen):
    """A screen of the frame. Subclasses only add slots in their kv file."""

    wide_title = BooleanProperty(False)  # landscape: title over the full width, all slots right of nothing
    left_share = NumericProperty(0.36)

    def __init__(self, **kwargs: object) -> None:
        self._arrange_soon = Clock.create_trigger(self._arrange, -1)
        super().__init__(**kwargs)
        self.bind(view=self._soon)

    def add_widget(self, widget: Any, *args: Any, **kwargs: Any) -> None:
        super().add_widget(widget, *args, **kwargs)
        widget.bind(size=self._soon, opacity=self._soon)  # a FloatLayout itself only follows positions

    def do_layout(self, *_: object, **__: object) -> None:
        self._arrange_soon()

    def _soon(self, *_: object) -> None:
        self._arrange_soon()

    def _slots(self) -> list[Slot]:
        return [child for child in reversed(self.children) if isinstance(child, Slot)]

    def _arrange(self, *_: object) -> None:
        if self.view is None or self.width < 200:
            return
        margin, gutter = THEME(MARGIN), THEME(GUTTER)
        ids, frame = self.ids, self.view.frame
        top = self.top - THEME.either(36, 24)
        header = ids.header
        header.size = (self.width - 2 * margin, THEME.either(108, 104))
        header.pos = (self.x + margin, top - header.height)
        top = header.y
        stepper = ids.stepper
        stepper.opacity = 1 if frame.steps else 0
        if frame.steps and THEME.landscape:
            left, right = THEME(300), THEME(470)
            stepper.size = (header.width - left - right, header.height)
            stepper.pos = (header.x + left, header.y)
        elif frame.steps:
            stepper.size = (header.width, THEME(56) + THEME.line_height("label") + THEME(6))
            stepper.pos = (header.x, top - THEME(24) - stepper.height)
            top = stepper.y
        bottom = ids.bottom
        bottom.size = (self.width - 2 * margin, THEME.either(148, 124))
        bottom.pos = (self.x + margin, self.y + THEME.either(48, 36))
        has_row = frame.primary is not None or frame.secondary is not None
        bottom.opacity = 1 if has_row else 0
        floor = bottom.top + gutter if has_row else self.y + margin
        if THEME.landscape:
            self._landscape(top, floor, margin, gutter)
        else:
            self._portrait(top, floor, margin, gutter)

    def _title(self, left: float, width: float, top: float) -> float:
        title, hint = self.ids.title, self.ids.hint
        title.width = hint.width = width
        title.pos = (left, top - title.height)
        hint.pos = (left, title.y - THEME(4) - hint.height)
        return float(hint.y if hint.height else title.y)

    def _portrait(self, top: float, floor: float, margin: float, gutter: float) -> None:
        width = self.width - 2 * margin
        left = self.x + margin
        top = self._title(left, width, top - THEME(28)) - THEME(24)
        slots = [slot for slot in self._slots() if slot.opacity > 0]
        _stack(slots, left, width, top, floor, gutter)

    def _landscape(self, top: float, floor: float, margin: float, gutter: float) -> None:
        left = self.x + margin
        whole = self.width - 2 * margin
        right_slots = [s for s in self._slots() if s.side == "right" and s.opacity > 0]
        column = whole if self.wide_title or not right_slots else whole * self.left_share
        under = self._title(left, column, top - THEME(28)) - gutter
        left_slots = [s for s in self._slots() if s.side == "left" and s.opacity > 0]
        _stack(left_slots, left, column, under, self.y + THEME(36), gutter)  # the buttons stand at the right
        if right_slots:
            start = left if self.wide_title else left + column + THEME(48)
            ceiling = under if self.wide_title else top - THEME(28)
            _stack(right_slots, start, self.x + self.width - margin - start, ceiling, floor, gutter)


def _stack(slots: list[Slot], left: float, width: float, top: float, floor: float, gutter: float) -> None:
    fixed = sum(slot.height for slot in slots if not slot.share) + gutter * (len(slots) - 1)
    shares = sum(slot.share for slot in slots) or 1.0
    room = top - floor - fixed
    for slot in slots:
        height = room * slot.share / shares if slot.share else slot.height
        _settle(slot, left, top - height, width, height)
        top -= height + gutter


def _settle(slot: Slot, x: float, y: float, width: float, height: float) -> None:
    slot.size = (width, max(0.0, height))
    slot.pos = (x, y)
