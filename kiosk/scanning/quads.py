"""Quadrilaterals made of lines, each measured on what a page's outline should be like.

Every line is sampled once from end to end: the step of colour across it and how platen-like it is on either side are
summed up along it, so that a side of any candidate costs two look-ups however long it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.scanning.lines import Lines

Floats: TypeAlias = npt.NDArray[np.float32]
Numbers: TypeAlias = npt.NDArray[np.intp]

STEP_PX = 2.0  # between samples along a line
SEEN_STEP = 9.0  # a step of this many levels counts as seen
LEAST_AREA = 0.012  # of the frame
LEAST_GAP = 0.07  # between opposite sides, of the frame's short side
OPPOSITE_RAD = 0.42  # opposite sides lean towards each other by at most this
CROSSING_RAD = 1.0  # neighbouring sides cross at no less than this
OUTSIDE = 0.03  # of the frame: how far outside the picture a corner may lie
MOST_QUADS = 5_000  # measured in full: the others have sides that show too little
BEYOND_PX = 16.0  # beyond a corner the edge should be gone
RATIOS = (1.4142, 1.585, 1.362)  # A formats, cards (ID-1), booklets 105 x 143
FEATURES = (
    "seen_mean", "seen_least", "step_mean", "step_least", "agree_mean", "agree_least", "beyond_mean", "beyond_most",
    "inner_mean", "inner_least", "outer_mean", "outer_most", "area", "area_root", "square", "ratio", "length_least",
    "lighter_mean", "lighter_least", "paler_mean", "inner_spread", "outer_spread",
)  # fmt: skip


@dataclass(frozen=True)
class Quads:
    """`corners` n x 4 x 2 in pixels, clockwise or not; `features` n x len(FEATURES)."""

    corners: Floats
    features: Floats


def make_quads(lines: Lines, lab: npt.NDArray[np.uint8], unlike: Floats) -> Quads:
    """Every plausible quadrilateral of the lines, with its features."""
    height, width = lab.shape[:2]
    crossing, along = _crossings(lines)
    margin = OUTSIDE * max(width, height)
    x, y = crossing[..., 0], crossing[..., 1]
    is_inside = (x > -margin) & (x < width + margin) & (y > -margin) & (y < height + margin)
    turn_gap = np.abs(np.mod(lines.turn[:, None] - lines.turn[None] + np.pi / 2, np.pi) - np.pi / 2)
    meets = is_inside & (turn_gap > CROSSING_RAD)
    one, other = _opposites(lines, turn_gap, width, height)
    first, second = _combine(one, other, meets)
    a, b, c, d = one[first], other[first], one[second], other[second]
    corners = np.stack([crossing[a, c], crossing[a, d], crossing[b, d], crossing[b, c]], axis=1)
    area = _signed_area(corners)
    keep = (np.abs(area) > LEAST_AREA * width * height) & _is_convex(corners)
    a, b, c, d, corners, area = a[keep], b[keep], c[keep], d[keep], corners[keep], area[keep]
    if len(area) == 0:
        return Quads(corners, np.empty((0, len(FEATURES)), np.float32))
    sides = _Sides(lines, lab, unlike)
    if len(area) > MOST_QUADS:
        keep = _best_seen(sides, along, (a, b, c, d))
        a, b, c, d, corners, area = a[keep], b[keep], c[keep], d[keep], corners[keep], area[keep]
    return Quads(corners, _features(sides, along, (a, b, c, d), corners, area, (width, height)))


def _crossings(lines: Lines) -> tuple[Floats, Floats]:
    """Where lines meet (n x n x 2), and how far along the first of the two that is (n x n)."""
    cos, sin, offset = np.cos(lines.turn), np.sin(lines.turn), lines.offset
    across = cos[:, None] * sin[None] - sin[:, None] * cos[None]
    across = np.where(np.abs(across) < 1e-4, np.nan, across)
    x = (offset[:, None] * sin[None] - sin[:, None] * offset[None]) / across
    y = (cos[:, None] * offset[None] - offset[:, None] * cos[None]) / across
    along = -sin[:, None] * x + cos[:, None] * y
    return np.nan_to_num(np.stack([x, y], axis=-1), nan=1e6).astype(np.float32), np.nan_to_num(along, nan=0).astype(
        np.float32
    )


def _opposites(lines: Lines, turn_gap: Floats, width: int, height: int) -> tuple[Numbers, Numbers]:
    """Pairs of lines that could be opposite sides."""
    middle_x, middle_y = width / 2, height / 2
    cos, sin = np.cos(lines.turn), np.sin(lines.turn)
    offset = lines.offset - middle_x * cos - middle_y * sin
    same_way = np.abs(lines.turn[:, None] - lines.turn[None]) < np.pi / 2
    gap = np.abs(offset[:, None] - np.where(same_way, offset[None], -offset[None]))
    pairs = np.triu((turn_gap < OPPOSITE_RAD) & (gap > LEAST_GAP * min(width, height)), 1)
    one, other = np.nonzero(pairs)
    return one, other


def _combine(one: Numbers, other: Numbers, meets: npt.NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    """Pairs of pairs whose four crossings all exist."""
    both = meets[one] & meets[other]  # pair x line: both of the pair meet the line
    whole = both[:, one] & both[:, other]
    first, second = np.nonzero(np.triu(whole, 1))
    return first, second


def _signed_area(corners: Floats) -> Floats:
    x, y = corners[..., 0], corners[..., 1]
    return np.asarray(0.5 * (x * np.roll(y, -1, 1) - y * np.roll(x, -1, 1)).sum(axis=1), np.float32)


def _is_convex(corners: Floats) -> npt.NDArray[np.bool_]:
    edge = np.roll(corners, -1, axis=1) - corners
    following = np.roll(edge, -1, axis=1)
    bend = edge[..., 0] * following[..., 1] - edge[..., 1] * following[..., 0]
    return np.asarray((bend > 0).all(axis=1) | (bend < 0).all(axis=1), np.bool_)


class _Sides:
    """What was sampled along every line, as running sums."""

    def __init__(self, lines: Lines, lab: npt.NDArray[np.uint8], unlike: Floats) -> None:
        height, width = lab.shape[:2]
        self.reach = float(np.hypot(width, height))
        self.samples = int(2 * self.reach / STEP_PX)
        along = (np.arange(self.samples, dtype=np.float32) * STEP_PX - self.reach)[None]
        cos, sin = np.cos(lines.turn)[:, None], np.sin(lines.turn)[:, None]
        x, y = lines.offset[:, None] * cos - along * sin, lines.offset[:, None] * sin + along * cos
        is_in = (x > 1) & (x < width - 2) & (y > 1) & (y < height - 2)
        inside = is_in[..., None]
        plus, minus = (
            (
                _sample(lab, x + side * 3 * cos, y + side * 3 * sin)
                + _sample(lab, x + side * 4 * cos, y + side * 4 * sin)
            )
            * (0.5 * inside)
            for side in (1, -1)
        )
        step = plus - minus
        size = np.sqrt(np.square(step) @ np.ones(3, np.float32))
        self.counted = _running(is_in.astype(np.float32))
        self.colour_plus = _running(plus)
        self.colour_minus = _running(minus)
        self.size = _running(size)
        self.seen = _running(np.minimum(size / SEEN_STEP, 1.0))
        half = np.float32(unlike.shape[1] / width)
        self.plus = _running(_sample(unlike, (x + 5 * cos) * half, (y + 5 * sin) * half) * is_in)
        self.minus = _running(_sample(unlike, (x - 5 * cos) * half, (y - 5 * sin) * half) * is_in)

    def place(self, along: npt.NDArray[np.floating]) -> Numbers:
        """Index of a position along a line, in samples."""
        return np.asarray(np.clip((along + self.reach) / STEP_PX, 0, self.samples), np.intp)


def _sample(picture: npt.NDArray[np.uint8] | Floats, x: Floats, y: Floats) -> Floats:
    return cv2.remap(
        picture, x.astype(np.float32), y.astype(np.float32), cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.float32)


def _running(values: Floats) -> Floats:
    zero = np.zeros_like(values[:, :1])
    return np.concatenate([zero, np.cumsum(values, axis=1, dtype=np.float32)], axis=1)


def _features(
    sides: _Sides,
    along: Floats,
    quad: tuple[Numbers, Numbers, Numbers, Numbers],
    corners: Floats,
    area: Floats,
    size: tuple[int, int],
) -> Floats:
    a, b, c, d = quad
    width, height = size
    middle = corners.mean(axis=1)
    measured = [
        _side(sides, line, along[line, start], along[line, end], corners[:, k], corners[:, (k + 1) % 4], middle)
        for k, (line, start, end) in enumerate(((a, c, d), (d, a, b), (b, d, c), (c, b, a)))
    ]
    seen, step, agree, beyond, inner, outer, colour_in, colour_out = (
        np.stack([m[i] for m in measured], axis=1) for i in range(8)
    )
    lighter = np.clip((colour_in[..., 0] - colour_out[..., 0]) / 40.0, -1, 1)
    chroma_in, chroma_out = (np.hypot(c[..., 1] - 128, c[..., 2] - 128) for c in (colour_in, colour_out))
    length = np.linalg.norm(np.roll(corners, -1, axis=1) - corners, axis=2)
    share = np.abs(area) / (width * height)
    edge = (np.roll(corners, -1, axis=1) - corners) / length[..., None]
    square = np.abs((edge * np.roll(edge, -1, axis=1)).sum(axis=2)).max(axis=1)
    long, short = length[:, 0::2].mean(axis=1), length[:, 1::2].mean(axis=1)
    ratio = np.maximum(long, short) / np.minimum(long, short)
    off = np.min([np.abs(np.log(ratio / known)) for known in RATIOS], axis=0)
    return np.stack(
        [
            seen.mean(axis=1),
            seen.min(axis=1),
            np.log1p(step).mean(axis=1),
            np.log1p(step).min(axis=1),
            agree.mean(axis=1),
            agree.min(axis=1),
            beyond.mean(axis=1),
            beyond.max(axis=1),
            inner.mean(axis=1),
            inner.min(axis=1),
            outer.mean(axis=1),
            outer.max(axis=1),
            share,
            np.sqrt(share),
            square,
            np.minimum(off, 0.5),
            length.min(axis=1) / max(width, height),
            lighter.mean(axis=1),
            lighter.min(axis=1),
            np.clip((chroma_out - chroma_in) / 20.0, -1, 1).mean(axis=1),
            np.log1p(colour_in.std(axis=1).sum(axis=1)),
            np.log1p(colour_out.std(axis=1).sum(axis=1)),
        ],
        axis=1,
    ).astype(np.float32)


def _best_seen(sides: _Sides, along: Floats, quad: tuple[Numbers, Numbers, Numbers, Numbers]) -> Numbers:
    """The quadrilaterals whose four sides show most, by a look at nothing else."""
    a, b, c, d = quad
    shares = []
    for line, start, end in ((a, c, d), (d, a, b), (b, d, c), (c, b, a)):
        one, other = sides.place(along[line, start]), sides.place(along[line, end])
        p, q = np.minimum(one, other), np.maximum(one, other)
        count = np.maximum(sides.counted[line, q] - sides.counted[line, p], 1.0)
        shares.append((sides.seen[line, q] - sides.seen[line, p]) / count)
    seen = np.stack(shares)
    return np.asarray(np.argpartition(-(seen.mean(axis=0) + seen.min(axis=0)), MOST_QUADS)[:MOST_QUADS], np.intp)


def _side(
    sides: _Sides, line: Numbers, start: Floats, end: Floats, corner: Floats, following: Floats, middle: Floats
) -> tuple[Floats, ...]:
    low, high = np.minimum(start, end), np.maximum(start, end)
    p, q = sides.place(low + 2), sides.place(high - 2)
    count = np.maximum(sides.counted[line, q] - sides.counted[line, p], 1.0)
    colour_plus = (sides.colour_plus[line, q] - sides.colour_plus[line, p]) / count[:, None]
    colour_minus = (sides.colour_minus[line, q] - sides.colour_minus[line, p]) / count[:, None]
    step = np.sqrt(np.square(colour_plus - colour_minus) @ np.ones(3, np.float32))
    size = (sides.size[line, q] - sides.size[line, p]) / count
    seen = (sides.seen[line, q] - sides.seen[line, p]) / count
    agree = step / np.maximum(size, 0.5)
    beyond = np.zeros_like(seen)
    for near, far in ((low - BEYOND_PX, low - 4), (high + 4, high + BEYOND_PX)):
        r, s = sides.place(near), sides.place(far)
        n = np.maximum(sides.counted[line, s] - sides.counted[line, r], 1.0)
        beyond += 0.5 * (sides.seen[line, s] - sides.seen[line, r]) / n
    edge = following - corner
    inward = middle - corner
    # the line's own normal points inward or outward: the sign of its turn against the side tells which
    normal_in = _points_in(edge, inward, start, end)
    plus = (sides.plus[line, q] - sides.plus[line, p]) / count
    minus = (sides.minus[line, q] - sides.minus[line, p]) / count
    inner, outer = np.where(normal_in, plus, minus), np.where(normal_in, minus, plus)
    colour_in = np.where(normal_in[:, None], colour_plus, colour_minus)
    colour_out = np.where(normal_in[:, None], colour_minus, colour_plus)
    return seen, step, agree, beyond, inner, outer, colour_in, colour_out


def _points_in(edge: Floats, inward: Floats, start: Floats, end: Floats) -> npt.NDArray[np.bool_]:
    """Whether the normal of the line a side lies on points into the page.

    Walking up the line is turning its normal by a quarter to the right-hand side of the picture's axes.
    """
    forward = np.sign(end - start)[:, None] * edge  # direction of growing position, (-sin, cos)
    normal = np.stack([forward[:, 1], -forward[:, 0]], axis=1)  # (cos, sin)
    return np.asarray((normal * inward).sum(axis=1) > 0, np.bool_)
