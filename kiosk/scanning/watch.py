"""Watching the platen until a page has been taken.

    look -> show -> say -> (steady and good, or asked for) -> still -> straighten -> judge -> encode

Runs on the camera lane and holds two pictures at most: the one being looked at and the still.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

import cv2
import numpy as np

from drivers.errors import Cancelled
from drivers.protocols import DocumentCamera, Frame, Image
from kiosk.scanning.background import unlikeness
from kiosk.scanning.captured import CapturedPage, encode
from kiosk.scanning.judge import judge, judge_cut
from kiosk.scanning.locate import learn_empty, locate, work_lab
from kiosk.scanning.outline import Outline
from kiosk.scanning.platen import Platen
from kiosk.scanning.preview import PreviewFrame, PreviewSlot, State
from kiosk.scanning.steady import ORDINARY_PATIENCE, Patience, Steady
from kiosk.scanning.straighten import straighten
from kiosk.scanning.verdicts import Finding, Verdict

FRAME_LIMIT_S = 3.0
NO_PAGE_LONG_S = 10.0
PRESS_BELONGS_TO_LAST_PAGE_S = 1.5  # whoever pressed just as the page was taken by itself meant that page
TELL_AFTER_S = 0.25  # a verdict must last this long before it is told: titles that flicker cannot be read
STEADY_PARTS = 4  # steadiness is told in quarters
LEARN_LOOKS = 5  # empty looks before the platen is learnt
LEARN_UNLIKE = 0.02  # share of the picture that may look unlike an empty platen while it is learnt


def watch_page(
    camera: DocumentCamera,
    *,
    slot: PreviewSlot,
    on_guidance: Callable[[str, float], None],
    capture_now: Event,
    cancel: Event,
    clock: Callable[[], float],
    platen: Platen | None = None,
    patience: Patience = ORDINARY_PATIENCE,
) -> CapturedPage:
    """Guide until a page is good and still, or `capture_now` is set, and take it.

    The camera must be open, and is left open. Hand in the visit's `platen` so that a page is not taken twice by itself.
    Raises Cancelled, and DeviceAbsent or DeviceTimeout from the camera.
    """
    own = platen if platen is not None else Platen()
    teller = _Teller(on_guidance)
    steady = Steady()
    learning = 0
    started_s = clock()
    while not cancel.is_set():
        frame = camera.frame(timeout_s=FRAME_LIMIT_S)
        glance = look(frame, own)
        learning = _learn(own, glance, learning)
        is_ready = glance.verdict is Verdict.GOOD
        steady = steady.after(
            glance.outline if is_ready else None,
            at_s=frame.at_s,
            long_side_px=max(frame.image.shape[:2]),
            patience=patience,
        )
        share = steady.share(at_s=frame.at_s, patience=patience)
        slot.put(_preview(glance))
        teller.see(glance.verdict if not is_ready or share > 0.3 else Verdict.HOLD_STILL, share, clock())
        if glance.verdict is Verdict.SAME_PAGE and clock() - started_s < PRESS_BELONGS_TO_LAST_PAGE_S:
            capture_now.clear()
        if share >= 1.0 or capture_now.is_set():
            capture_now.clear()
            page = _take(camera, glance, own)
            if page is not None:
                return page
            teller.repeat()
    raise Cancelled("document camera", "watching was stopped")


@dataclass(frozen=True)
class Glance:
    """One preview picture and what was seen in it."""

    frame: Frame
    outline: Outline | None
    findings: tuple[Finding, ...]
    verdict: Verdict


def look(frame: Frame, platen: Platen) -> Glance:
    """Find and judge the page in one preview picture."""
    outline = locate(frame.image, empty=platen.empty)
    unlike = unlikeness(work_lab(frame.image), platen.empty)
    scale = unlike.shape[1] / frame.image.shape[1]
    cut = judge_cut(unlike, outline.scaled(scale) if outline is not None else None)
    if cut:
        return Glance(frame, None, cut, cut[0].verdict)
    if outline is None:
        platen.left_empty()
        return Glance(frame, None, (), Verdict.NO_PAGE)
    if platen.holds_last_page(frame.image, outline):
        return Glance(frame, outline, (), Verdict.SAME_PAGE)
    findings = judge(frame.image, outline)
    return Glance(frame, outline, findings, findings[0].verdict if findings else Verdict.GOOD)


def _take(camera: DocumentCamera, glance: Glance, platen: Platen) -> CapturedPage | None:
    """Take the still; None when the platen is known to be empty, so that a press takes no picture of nothing."""
    still = camera.still(timeout_s=FRAME_LIMIT_S).image
    is_cut = glance.outline is None and len(glance.findings) > 0
    outline = None if is_cut else locate(still, empty=platen.empty)
    if outline is None:
        if platen.empty is not None and _is_bare(still, platen):
            return None
        return encode(straighten(still, _whole(still)), glance.findings or (Finding(Verdict.NO_PAGE),))
    page = straighten(still, outline, px_per_mm=platen.px_per_mm(still))
    faults = judge(still, outline, seen_dpi=page.seen_dpi)
    seen = glance.frame.image
    platen.remember_page(seen, outline.scaled(seen.shape[1] / still.shape[1]), was_good=not faults)
    return encode(page, faults)


def _whole(image: Image) -> Outline:
    height, width = image.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64) - 0.5
    return Outline(corners, 0.0)


def _learn(platen: Platen, glance: Glance, looks: int) -> int:
    """Learn the empty platen after some looks at a plain surface; gives the number of such looks in a row."""
    if platen.empty is not None or glance.outline is not None or not _is_bare(glance.frame.image, platen):
        return 0
    if looks + 1 >= LEARN_LOOKS:
        platen.empty = learn_empty(glance.frame.image)
    return looks + 1


def _is_bare(image: Image, platen: Platen) -> bool:
    return float((unlikeness(work_lab(image), platen.empty) > 0.6).mean()) < LEARN_UNLIKE


def _preview(glance: Glance) -> PreviewFrame:
    image = glance.frame.image
    height, width = image.shape[:2]
    rgba = cv2.cvtColor(image, cv2.COLOR_BGR2RGBA)
    outline = None
    if glance.outline is not None:
        outline = tuple((float((x + 0.5) / width), float((y + 0.5) / height)) for x, y in glance.outline.corners)
    state: State = "none" if outline is None else "good" if glance.verdict is Verdict.GOOD else "wait"
    return PreviewFrame(rgba.tobytes(), width, height, outline, state, glance.frame.sequence)


class _Teller:
    """Turns what each look says into few, lasting messages."""

    def __init__(self, on_guidance: Callable[[str, float], None]) -> None:
        self._on_guidance = on_guidance
        self._told: tuple[Verdict, int] | None = None
        self._seen: Verdict | None = None
        self._since_s = 0.0

    def see(self, verdict: Verdict, share: float, now_s: float) -> None:
        if verdict is not self._seen:
            self._seen, self._since_s = verdict, now_s
        lasted_s = now_s - self._since_s
        if verdict is Verdict.NO_PAGE and lasted_s >= NO_PAGE_LONG_S:
            verdict = Verdict.NO_PAGE_LONG
        message = (verdict, int(share * STEADY_PARTS))
        is_new_verdict = self._told is None or self._told[0] is not verdict
        if message == self._told or (is_new_verdict and self._told is not None and lasted_s < TELL_AFTER_S):
            return
        self._told = message
        self._on_guidance(verdict.value, message[1] / STEADY_PARTS)

    def repeat(self) -> None:
        """Say again what was said, as the answer to a press that could not be followed."""
        if self._told is not None:
            self._on_guidance(self._told[0].value, self._told[1] / STEADY_PARTS)
