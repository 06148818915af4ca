"""Codes as a camera sees them, read by both decoders."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
import segno

from drivers import registry

TEXT = "TB1.R.610100-2026-000123.K7QX"
ORIGIN, SCALE, BORDER = (330, 420), 6, 4


@pytest.fixture(params=sorted(registry.BARCODE))
def decoder(request):
    return registry.code_decoder(request.param)


def sheet(*texts: str) -> np.ndarray:
    """A white sheet with one QR code for each text, one below the other."""
    page = np.full((1200, 900, 3), 255, np.uint8)
    x, y = ORIGIN
    for text in texts:
        png = io.BytesIO()
        segno.make(text, error="m", micro=False).save(png, kind="png", scale=SCALE, border=BORDER)
        code = cv2.imdecode(np.frombuffer(png.getvalue(), np.uint8), cv2.IMREAD_COLOR)
        height, width = code.shape[:2]
        page[y : y + height, x : x + width] = code
        y += height + 60
    return page


def tilted(page: np.ndarray, degrees: float) -> np.ndarray:
    turn = cv2.getRotationMatrix2D((450, 600), degrees, 1)
    return cv2.warpAffine(page, turn, (900, 1200), borderValue=(255, 255, 255))


def in_perspective(page: np.ndarray) -> np.ndarray:
    height, width = page.shape[:2]
    seen = np.float32([[60, 40], [width - 20, 90], [width, height], [0, height - 60]])
    flat = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    return cv2.warpPerspective(page, cv2.getPerspectiveTransform(flat, seen), (width, height))


def in_uneven_light(page: np.ndarray) -> np.ndarray:
    light = np.linspace(0.25, 1.0, page.shape[1])[None, :, None]
    return (page * light).astype(np.uint8)


def test_a_code_on_a_sheet_is_read_with_its_place(decoder):
    (code,) = decoder.decode(sheet(TEXT))

    assert (code.symbology, code.text) == ("QR", TEXT)
    x, y = np.mean(code.corners, axis=0)
    size = (25 + 2 * BORDER) * SCALE  # version 2
    assert abs(x - (ORIGIN[0] + size / 2)) < 5
    assert abs(y - (ORIGIN[1] + size / 2)) < 5


@pytest.mark.parametrize("degrees", [7, 33, 90, 171])
def test_a_tilted_code_is_read(decoder, degrees):
    assert [code.text for code in decoder.decode(tilted(sheet(TEXT), degrees))] == [TEXT]


@pytest.mark.parametrize("distort", [in_perspective, in_uneven_light])
def test_a_code_under_a_slanted_camera_and_in_a_shadow_is_read(decoder, distort):
    assert [code.text for code in decoder.decode(distort(sheet(TEXT)))] == [TEXT]


def test_a_code_a_little_out_of_focus_is_read(decoder):
    assert [code.text for code in decoder.decode(cv2.GaussianBlur(sheet(TEXT), (0, 0), 2.2))] == [TEXT]


def test_a_code_far_out_of_focus_is_no_code(decoder):
    assert decoder.decode(cv2.GaussianBlur(sheet(TEXT), (0, 0), 12)) == ()


def test_two_codes_are_both_read(decoder):
    found = decoder.decode(sheet(TEXT, "another"))

    assert {code.text for code in found} == {TEXT, "another"}


def test_chinese_text_comes_back(decoder):
    assert [code.text for code in decoder.decode(sheet("西安市碑林区"))] == ["西安市碑林区"]


def test_half_a_code_is_no_code(decoder):
    page = sheet(TEXT)
    page[:, ORIGIN[0] + 110 :] = 255

    assert decoder.decode(page) == ()


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((0, 0, 3), np.uint8),
        np.zeros((1, 1, 3), np.uint8),
        np.full((480, 640, 3), 255, np.uint8),
        np.random.default_rng(7).integers(0, 256, (480, 640, 3), np.uint8),
        sheet(TEXT)[::-2, ::-2][:40],  # not contiguous, and cut
    ],
    ids=["empty", "one_pixel", "blank", "noise", "strided"],
)
def test_pictures_without_a_code_give_nothing(decoder, picture):
    assert decoder.decode(picture) == ()


def test_a_picture_that_is_a_view_is_read(decoder):
    doubled = np.repeat(sheet(TEXT), 2, axis=1)

    assert [code.text for code in decoder.decode(doubled[:, ::2])] == [TEXT]
