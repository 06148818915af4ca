"""What a document camera sees of a sheet: mat, light, lens, blur and noise, as a pure function of its arguments.

    picture = see(sheet("residence_proof"), seed=3, rotation_deg=4, blur_px=1.2)

The camera looks straight down from `HEIGHT_MM`, its picture is 260 mm wide, so that an upright A4 page fills most
of the default frame at about 140 dots per inch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from drivers.emulators.artwork import DPI
from drivers.protocols import Image

Floats: TypeAlias = npt.NDArray[np.float32]

FRAME = (1440, 1920)  # width, height in pixels
SEEN_WIDTH_MM = 260.0
HEIGHT_MM = 420.0
PLATENS: dict[str, tuple[int, int, int]] = {  # blue, green, red
    "dark": (44, 43, 42),
    "black": (24, 24, 25),
    "green": (74, 92, 34),
    "blue": (122, 84, 40),
    "grey": (150, 151, 152),
    "white": (226, 229, 230),
    "wood": (84, 126, 172),
}


@dataclass(frozen=True)
class Seen:
    """The picture, and where the sheet's corners truly are in it (clockwise from its top left, pixels)."""

    image: Image
    corners: tuple[tuple[float, float], ...] | None


def see(sheet: Image | None, *, seed: int, **view: object) -> Image:
    """The picture alone; see `look` for the options."""
    return look(sheet, seed=seed, **view).image  # type: ignore[arg-type]  # names and types are those of `look`


def look(
    sheet: Image | None,
    *,
    seed: int,
    size: tuple[int, int] = FRAME,
    platen: str = "dark",
    rotation_deg: float = 0.0,
    tilt_deg: float = 0.0,
    shift_mm: tuple[float, float] = (0.0, 0.0),
    distance: float = 1.0,
    distortion: float = 0.004,
    vignette: float = 0.16,
    paper_level: float = 0.88,
    shade: float = 0.0,
    glare: float = 0.0,
    blur_px: float = 0.7,
    motion_px: float = 0.0,
    exposure: float = 1.0,
    noise: float = 2.2,
) -> Seen:
    """Look at `sheet` (drawn at 200 dpi), or at the empty platen when it is None.

    `distance` > 1 moves the camera away; `distortion` is the radial coefficient; `paper_level` is how bright white
    paper comes out (1 = burnt out); `shade` 0..1 throws a soft shadow over it, `glare` 0..1 a lamp's reflection;
    `blur_px`, `motion_px` and `noise` are for the full picture; `exposure` scales the light.
    """
    dice = np.random.default_rng(seed)
    width, height = size
    scale = width / SEEN_WIDTH_MM / distance
    scene = _platen(platen, size=size, scale=scale, dice=np.random.default_rng(len(platen)))
    corners = None
    if sheet is not None:
        page = _page_to_frame(sheet, size, scale, rotation_deg, tilt_deg, shift_mm)
        scene = _lay(sheet, page, scene, distortion=distortion, scale=scale)
        corners = _corners(sheet, page, size, distortion)
    light = _light(size, vignette=vignette, shade=shade, dice=dice) * (exposure * paper_level / 0.98)
    scene *= light[..., None]
    if glare:
        scene += _glare(size, glare, dice)[..., None]
    scene = _smear(scene, blur_px, motion_px, dice)
    grain = dice.normal(0, 1, (height, width, 1)).astype(np.float32)
    grain = grain + 0.5 * dice.normal(0, 1, (height, width, 3)).astype(np.float32)
    scene += grain * noise
    return Seen(np.clip(scene, 0, 255).astype(np.uint8), corners)


def _platen(name: str, *, size: tuple[int, int], scale: float, dice: np.random.Generator) -> Floats:
    width, height = size
    scene: Floats = np.empty((height, width, 3), np.float32)
    scene[:] = PLATENS[name]
    if name in ("green", "blue"):  # cutting mats carry a centimetre grid
        for axis, length in ((1, width), (0, height)):
            for number in range(int(length / scale / 10) + 1):
                place = round(number * 10 * scale)
                strength = 30.0 if number % 5 == 0 else 15.0
                scene[(slice(None), slice(place, place + 2)) if axis == 1 else (slice(place, place + 2),)] += strength
    if name == "wood":
        rows = np.arange(height, dtype=np.float32)[:, None] + _cloud(dice, size, 10) * 22
        scene += (np.sin(rows / 7.0) * 8)[..., None]
    scene += _cloud(dice, size, 6)[..., None] * 3
    scene += _cloud(dice, size, 420)[..., None] * 2.0
    return scene


def _cloud(dice: np.random.Generator, size: tuple[int, int], cells: int) -> Floats:
    width, height = size
    small = dice.normal(0, 1, (max(2, cells * height // width), cells)).astype(np.float32)
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_CUBIC), np.float32)


def _page_to_frame(
    sheet: Image,
    size: tuple[int, int],
    scale: float,
    rotation_deg: float,
    tilt_deg: float,
    shift_mm: tuple[float, float],
) -> npt.NDArray[np.float64]:
    """Homography from the sheet's pixels to the undistorted frame (a pinhole camera over a tilted plane)."""
    rows, columns = sheet.shape[:2]
    mm = 25.4 / DPI
    to_mm = np.array([[mm, 0, -columns * mm / 2], [0, mm, -rows * mm / 2], [0, 0, 1]])
    turn, lean = math.radians(rotation_deg), math.radians(tilt_deg)
    spin = np.array(
        [[math.cos(turn), -math.sin(turn), shift_mm[0]], [math.sin(turn), math.cos(turn), shift_mm[1]], [0, 0, 1]]
    )
    focal = scale * HEIGHT_MM
    plane = np.array(
        [[math.cos(lean), 0, 0], [0, 1, 0], [math.sin(lean) / HEIGHT_MM, 0, 1]]
    )  # leaning about the vertical axis through the middle of the frame
    camera = np.array([[focal / HEIGHT_MM, 0, size[0] / 2], [0, focal / HEIGHT_MM, size[1] / 2], [0, 0, 1]])
    return np.asarray(camera @ plane @ spin @ to_mm, np.float64)


def _lay(sheet: Image, page: npt.NDArray[np.float64], scene: Floats, *, distortion: float, scale: float) -> Floats:
    height, width = scene.shape[:2]
    across, down = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    x, y = (across - width / 2) / (width / 2), (down - height / 2) / (width / 2)
    bend = 1 / (1 + distortion * (x * x + y * y))
    straight_x, straight_y = x * bend * width / 2 + width / 2, y * bend * width / 2 + height / 2
    back = np.linalg.inv(page)
    depth = back[2, 0] * straight_x + back[2, 1] * straight_y + back[2, 2]
    map_x = ((back[0, 0] * straight_x + back[0, 1] * straight_y + back[0, 2]) / depth).astype(np.float32)
    map_y = ((back[1, 0] * straight_x + back[1, 1] * straight_y + back[1, 2]) / depth).astype(np.float32)
    softened = cv2.GaussianBlur(sheet, (0, 0), max(0.3, 0.45 * DPI / 25.4 / scale))
    ink = cv2.remap(softened, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    whole = np.full(sheet.shape[:2], 255, np.uint8)
    cover = cv2.remap(whole, map_x, map_y, cv2.INTER_LINEAR, borderValue=0).astype(np.float32) / 255
    fallen = cv2.GaussianBlur(np.roll(cover, (4, 3), (0, 1)), (0, 0), 5.0)  # a sheet lies close: a thin shadow
    shaded = scene * (1 - 0.35 * fallen)[..., None]
    return np.asarray(shaded + (ink - shaded) * cover[..., None], np.float32)


def _corners(
    sheet: Image, page: npt.NDArray[np.float64], size: tuple[int, int], distortion: float
) -> tuple[tuple[float, float], ...]:
    rows, columns = sheet.shape[:2]
    ideal = np.array([[-0.5, -0.5], [columns - 0.5, -0.5], [columns - 0.5, rows - 0.5], [-0.5, rows - 0.5]])
    straight = cv2.perspectiveTransform(ideal[None], page)[0]
    half = np.array([size[0] / 2, size[1] / 2])
    offset = (straight - half) / (size[0] / 2)
    bent = offset.copy()
    for _ in range(8):  # invert the lens by fixed point: bent / (1 + k |bent|^2) = offset
        bent = offset * (1 + distortion * (bent**2).sum(axis=1, keepdims=True))
    return tuple((float(x), float(y)) for x, y in bent * (size[0] / 2) + half)


def _light(size: tuple[int, int], *, vignette: float, shade: float, dice: np.random.Generator) -> Floats:
    width, height = size
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    slope = dice.uniform(-0.05, 0.05, 2)
    light = 1 + across * slope[0] + down * slope[1] - vignette * 0.5 * (across**2 + down**2)
    if shade:
        towards = dice.uniform(0, 2 * math.pi)
        edge = across * math.cos(towards) + down * math.sin(towards) - 0.15
        light = light * (1 - shade * 0.65 / (1 + np.exp(-edge / 0.12)))
    return np.asarray(light, np.float32)


def _glare(size: tuple[int, int], strength: float, dice: np.random.Generator) -> Floats:
    width, height = size
    x, y = dice.uniform(0.35, 0.65) * width, dice.uniform(0.35, 0.65) * height
    across = (np.arange(width, dtype=np.float32)[None, :] - x) / (0.11 * width)
    down = (np.arange(height, dtype=np.float32)[:, None] - y) / (0.08 * width)
    return np.asarray(260 * strength * np.exp(-(across**2 + down**2)), np.float32)


def _smear(scene: Floats, blur_px: float, motion_px: float, dice: np.random.Generator) -> Floats:
    if blur_px:
        scene = np.asarray(cv2.GaussianBlur(scene, (0, 0), blur_px), np.float32)
    if motion_px >= 1:
        reach = int(motion_px)
        kernel = np.zeros((2 * reach + 1,) * 2, np.float32)
        turn = dice.uniform(0, math.pi)
        along = np.array([math.cos(turn), math.sin(turn)]) * reach / 2
        middle = np.array([reach, reach])
        start, end = (tuple(int(v) for v in np.round(middle + sign * along)) for sign in (-1, 1))
        cv2.line(kernel, start, end, 1.0, 1, cv2.LINE_AA)
        scene = np.asarray(cv2.filter2D(scene, -1, kernel / kernel.sum()), np.float32)
    return scene
