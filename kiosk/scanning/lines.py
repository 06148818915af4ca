"""Straight edges of a picture as infinite lines, by a Hough vote in which each edge pixel knows its direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float32]

TURNS = 180  # one degree a bin
NEAR_PX = 2.5  # edge pixels that refine a line
SPREAD_TURNS = (-2, -1, 0, 1, 2)  # degrees around its own direction that an edge pixel votes for
FINE = 4.0  # gradients are kept to a quarter of a level
SOBEL_UNIT = 2.0 * FINE  # what a softened step of one grey level comes to in the gradient
LEAST_STEP = 1.2  # grey levels: white paper on a white mat
STRONG_STEP = 15.0
MOST_PIXELS = 14_000


@dataclass(frozen=True)
class Lines:
    """x cos(turn) + y sin(turn) = offset, for each line; `turn` in [0, pi)."""

    turn: Floats
    offset: Floats


def find_lines(lab: npt.NDArray[np.uint8], *, most: int) -> Lines:
    """The `most` strongest straight edges, strongest first."""
    x, y, turn, strength = _edge_pixels(lab)
    height, width = lab.shape[:2]
    middle_x, middle_y = width / 2, height / 2
    reach = int(np.hypot(width, height) / 2) + 4
    cx, cy = x - middle_x, y - middle_y
    votes = np.zeros(TURNS * 2 * reach, np.float64)
    own = np.floor(np.degrees(turn)).astype(np.int32)
    for spread in SPREAD_TURNS:
        voted = (own + spread) % TURNS
        angle = np.radians(voted + 0.5)
        offset = cx * np.cos(angle) + cy * np.sin(angle)
        cell = voted * (2 * reach) + np.round(offset).astype(np.int32) + reach
        votes += np.bincount(cell, weights=strength, minlength=votes.size)
    board = cv2.GaussianBlur(votes.reshape(TURNS, 2 * reach).astype(np.float32), (5, 3), 0)
    peak = (board >= cv2.dilate(board, np.ones((7, 9), np.uint8))) & (board > 4)
    rows, columns = np.nonzero(peak)
    best = np.argsort(-board[rows, columns])[:most]
    turns = np.radians(rows[best] + 0.5)
    offsets = (columns[best] - reach) + 0.0
    lines = [_refined(t, o, cx, cy, turn, strength) for t, o in zip(turns, offsets, strict=True)]
    turns, offsets = np.array([t for t, _ in lines]), np.array([o for _, o in lines])
    offsets = offsets + middle_x * np.cos(turns) + middle_y * np.sin(turns)
    return Lines(turns.astype(np.float32), offsets.astype(np.float32))


def through(starts: Floats, ends: Floats) -> Lines:
    """The lines through pairs of points."""
    along = ends - starts
    turn = np.arctan2(along[:, 0], -along[:, 1])  # of the normal
    offset = starts[:, 0] * np.cos(turn) + starts[:, 1] * np.sin(turn)
    flip = (turn < 0) | (turn >= np.pi)
    offset = np.where(flip, -offset, offset)
    return Lines(np.mod(turn, np.pi).astype(np.float32), offset.astype(np.float32))


def _edge_pixels(lab: npt.NDArray[np.uint8]) -> tuple[Floats, Floats, Floats, Floats]:
    """Position, direction of the gradient (mod pi) and strength (0..1) of thinned edge pixels."""
    soft = np.asarray(cv2.GaussianBlur(lab.astype(np.float32), (5, 5), 0), np.float32)
    dx, dy = _strongest_gradient(soft)
    low = LEAST_STEP * SOBEL_UNIT
    edges = cv2.Canny(dx, dy, low, 2 * low, L2gradient=True)
    while cv2.countNonZero(edges) > MOST_PIXELS:
        low *= 1.5
        edges = cv2.Canny(dx, dy, low, 2 * low, L2gradient=True)
    y, x = np.nonzero(edges)
    gx, gy = dx[y, x].astype(np.float32), dy[y, x].astype(np.float32)
    turn = np.mod(np.arctan2(gy, gx), np.pi).astype(np.float32)
    strength = np.minimum(np.hypot(gx, gy) / (STRONG_STEP * SOBEL_UNIT), 1.0) * 0.6 + 0.4
    return x.astype(np.float32), y.astype(np.float32), turn, strength.astype(np.float32)


def _strongest_gradient(soft: Floats) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int16]]:
    """At each pixel the gradient of the channel that changes most there."""
    gradients = [(cv2.Sobel(one, cv2.CV_32F, 1, 0), cv2.Sobel(one, cv2.CV_32F, 0, 1)) for one in cv2.split(soft)]
    best_dx, best_dy = gradients[0]
    best = cv2.magnitude(best_dx, best_dy)
    for dx, dy in gradients[1:]:
        size = cv2.magnitude(dx, dy)
        more = (size > best).astype(np.uint8)
        cv2.copyTo(dx, more, best_dx)
        cv2.copyTo(dy, more, best_dy)
        cv2.copyTo(size, more, best)
    return (best_dx * FINE).astype(np.int16), (best_dy * FINE).astype(np.int16)


def _refined(
    turn: float, offset: float, x: Floats, y: Floats, pixel_turn: Floats, strength: Floats
) -> tuple[float, float]:
    """Total least squares over the edge pixels near the line that point its way."""
    off = x * np.cos(turn) + y * np.sin(turn) - offset
    apart = np.abs(np.mod(pixel_turn - turn + np.pi / 2, np.pi) - np.pi / 2)
    near = (np.abs(off) < NEAR_PX) & (apart < 0.14)
    if int(near.sum()) < 8:
        return float(turn), float(offset)
    px, py, weight = x[near], y[near], strength[near]
    mx, my = np.average(px, weights=weight), np.average(py, weights=weight)
    sxx = float((weight * (px - mx) ** 2).sum())
    syy = float((weight * (py - my) ** 2).sum())
    sxy = float((weight * (px - mx) * (py - my)).sum())
    normal = 0.5 * np.arctan2(2 * sxy, sxx - syy) + np.pi / 2
    moved = float(np.mod(normal - turn + np.pi / 2, np.pi) - np.pi / 2)
    if abs(moved) > 0.05:
        return float(turn), float(offset)
    fitted = turn + moved
    distance = mx * np.cos(fitted) + my * np.sin(fitted)
    if fitted < 0 or fitted >= np.pi:
        return float(np.mod(fitted, np.pi)), float(-distance)
    return float(fitted), float(distance)
