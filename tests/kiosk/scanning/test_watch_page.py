"""Stories at the platen, with a camera that needs no time."""

from __future__ import annotations

import threading

import cv2
import numpy as np
import pytest

from drivers.errors import Cancelled, DeviceAbsent
from drivers.protocols import Frame, Image
from kiosk.scanning.captured import CapturedPage
from kiosk.scanning.platen import Platen
from kiosk.scanning.preview import PreviewSlot
from kiosk.scanning.verdicts import Verdict
from kiosk.scanning.watch import watch_page
from tests.kiosk.scanning.viewed import StillCamera, seen


class Visit:
    """One citizen in front of one camera."""

    def __init__(self, picture: Image) -> None:
        self.camera = StillCamera(picture)
        self.slot = PreviewSlot()
        self.platen = Platen()
        self.told: list[tuple[str, float]] = []
        self.capture_now = threading.Event()
        self.cancel = threading.Event()

    def watch(self, *, give_up_s: float = 8.0) -> CapturedPage:
        limit = self.camera.clock() + give_up_s

        def clock() -> float:
            if self.camera.clock() > limit:
                self.cancel.set()
            return self.camera.clock()

        return watch_page(
            self.camera,
            slot=self.slot,
            on_guidance=lambda code, steady: self.told.append((code, steady)),
            capture_now=self.capture_now,
            cancel=self.cancel,
            clock=clock,
            platen=self.platen,
        )

    def codes(self) -> list[str]:
        return [code for code, _ in self.told]

    def is_never_taken(self, *, for_s: float = 2.0) -> bool:
        with pytest.raises(Cancelled):
            self.watch(give_up_s=for_s)
        self.cancel.clear()
        return True


def sheet_view(name: str = "residence_proof", **view: object) -> Image:
    return seen(name, **{"seed": 5, "rotation_deg": 3.0, **view}).image


def test_sheet_laid_down_is_taken_by_itself():
    visit = Visit(seen(None).image)
    visit.camera.script = {8: sheet_view()}
    page = visit.watch()
    assert page.faults == ()
    assert page.format == "A4"
    assert visit.codes()[0] == Verdict.NO_PAGE
    assert visit.codes()[-1] == Verdict.GOOD
    assert visit.told[-1][1] == 1.0
    assert visit.camera.stills == 1


def test_page_is_a_true_picture_of_the_sheet():
    visit = Visit(sheet_view())
    captured = visit.watch()
    page = captured.to_page(7)
    decoded = cv2.imdecode(np.frombuffer(page.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert decoded.shape[:2] == (page.height_px, page.width_px)
    assert page.page_id == 7
    thumbnail = cv2.imdecode(np.frombuffer(page.thumbnail, np.uint8), cv2.IMREAD_COLOR)
    assert thumbnail.shape[1] == 240
    assert decoded[: decoded.shape[0] // 20].mean() > 180  # paper up to its edge, no mat


def test_resolution_is_written_into_the_picture():
    jpeg = Visit(sheet_view()).watch().jpeg
    assert jpeg[6:11] == b"JFIF\0"
    dpi = int.from_bytes(jpeg[14:16], "big")
    assert 100 < dpi <= 200


def test_no_page_for_ten_seconds():
    visit = Visit(seen(None).image)
    assert visit.is_never_taken(for_s=11.0)
    assert visit.codes() == [Verdict.NO_PAGE, Verdict.NO_PAGE_LONG]


def test_guidance_is_told_only_when_it_changes():
    visit = Visit(sheet_view())
    visit.watch()
    assert len(visit.told) == len(set(visit.told)) <= 6


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [
        ({"blur_px": 4.0}, Verdict.BLURRED),
        ({"exposure": 0.35}, Verdict.TOO_DARK),
        ({"glare": 1.0}, Verdict.GLARE),
    ],
)
def test_page_with_a_fault_is_not_taken_by_itself(fault, wanted):
    visit = Visit(sheet_view(**fault))
    assert visit.is_never_taken()
    assert set(visit.codes()) == {wanted}


@pytest.mark.parametrize(
    ("shift_mm", "wanted"),
    [
        ((-42.0, 0.0), Verdict.CUT_LEFT),
        ((42.0, 0.0), Verdict.CUT_RIGHT),
        ((0.0, -45.0), Verdict.CUT_TOP),
        ((0.0, 45.0), Verdict.CUT_BOTTOM),
    ],
)
def test_page_half_outside_is_sent_the_right_way(shift_mm, wanted):
    visit = Visit(sheet_view(shift_mm=shift_mm))
    assert visit.is_never_taken()
    assert set(visit.codes()) == {wanted}


def test_fault_is_kept_with_the_page_when_capture_is_pressed():
    visit = Visit(sheet_view(blur_px=4.0))
    visit.capture_now.set()
    page = visit.watch()
    assert page.to_page(1).faults == ("blurred",)


def test_capture_pressed_on_a_page_that_is_not_found_keeps_the_whole_picture():
    picture = cv2.GaussianBlur(np.random.default_rng(1).integers(0, 256, (1440, 1080, 3), np.uint8), (0, 0), 3)
    visit = Visit(picture)
    visit.capture_now.set()
    page = visit.watch()
    assert page.to_page(1).faults == ("no_page",)
    assert page.height_px > page.width_px


def test_capture_pressed_on_an_empty_platen_takes_nothing():
    visit = Visit(seen(None).image)
    assert visit.is_never_taken()
    visit.told.clear()
    visit.capture_now.set()
    assert visit.is_never_taken()
    assert visit.codes().count(Verdict.NO_PAGE) == 2
    assert not visit.capture_now.is_set()


def test_same_sheet_is_not_taken_twice():
    visit = Visit(sheet_view())
    visit.watch()
    visit.told.clear()
    assert visit.is_never_taken()
    assert set(visit.codes()) == {Verdict.SAME_PAGE}


def test_press_in_the_moment_of_the_automatic_capture_takes_no_second_picture():
    visit = Visit(sheet_view())
    visit.watch()
    visit.capture_now.set()
    assert visit.is_never_taken()


def test_press_on_the_same_sheet_later_takes_it_again():
    visit = Visit(sheet_view())
    first = visit.watch()
    now = visit.camera.sequence

    class Later(StillCamera):
        def frame(self, *, timeout_s: float) -> Frame:
            if self.sequence > now + 20:
                visit.capture_now.set()
            return super().frame(timeout_s=timeout_s)

    visit.camera = Later(visit.camera.picture, sequence=now)
    assert visit.watch().jpeg == first.jpeg


def test_same_sheet_laid_again_elsewhere_is_not_taken_twice():
    visit = Visit(sheet_view())
    visit.watch()
    now = visit.camera.sequence
    visit.camera.script = {now + 3: seen(None).image, now + 9: sheet_view(rotation_deg=-2.0, shift_mm=(5.0, 4.0))}
    assert visit.is_never_taken()
    assert visit.codes()[-1] == Verdict.SAME_PAGE


@pytest.mark.parametrize("following", ["income_proof", "power_of_attorney"])
def test_next_sheet_laid_on_top_is_taken(following):
    visit = Visit(sheet_view())
    visit.watch()
    visit.camera.picture = sheet_view(following)
    assert visit.watch().faults == ()


def test_same_sheet_is_taken_again_when_asked():
    visit = Visit(sheet_view())
    first = visit.watch()
    visit.platen.forget_page()
    assert visit.watch().jpeg == first.jpeg


def test_blurred_page_is_taken_again_once_it_is_laid_better():
    visit = Visit(sheet_view(blur_px=4.0))
    visit.capture_now.set()
    assert visit.watch().faults
    visit.camera.picture = sheet_view(shift_mm=(9.0, 6.0))
    assert visit.watch().faults == ()


def test_page_pushed_about_is_taken_when_it_comes_to_rest():
    visit = Visit(sheet_view())
    moving = {n: sheet_view(shift_mm=(2.0 * n - 14, 0.0)) for n in range(1, 12, 3)}
    visit.camera.script = moving
    page = visit.watch()
    assert page.faults == ()
    assert visit.camera.sequence > max(moving) + 4


def test_camera_unplugged_while_watching():
    visit = Visit(seen(None).image)
    visit.camera.script = {5: None}
    with pytest.raises(DeviceAbsent):
        visit.watch()


def test_cancelled_at_once():
    visit = Visit(sheet_view())
    visit.cancel.set()
    with pytest.raises(Cancelled):
        visit.watch()


def test_preview_shows_the_outline_where_the_page_lies():
    view = seen("residence_proof", seed=5, rotation_deg=3.0)
    visit = Visit(view.image)
    visit.watch()
    shown = visit.slot.take(0)
    assert shown is not None
    assert len(shown.rgba) == shown.width * shown.height * 4
    assert shown.state == "good"
    truth = np.array(view.corners) / (view.image.shape[1], view.image.shape[0])
    assert np.abs(np.array(shown.outline) - truth).max() < 0.004
    assert visit.slot.take(shown.sequence) is None


def test_empty_platen_is_learnt_and_a_sheet_on_it_is_not():
    visit = Visit(seen(None).image)
    visit.camera.script = {8: sheet_view()}
    visit.watch()
    assert visit.platen.empty is not None
    other = Visit(sheet_view())
    other.watch()
    assert other.platen.empty is None
