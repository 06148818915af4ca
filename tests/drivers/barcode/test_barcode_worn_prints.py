"""Codes as citizens bring them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from drivers import registry
from drivers.barcode.chinese_text import text_of
from drivers.barcode.health import Wear, qr_health
from drivers.emulators.code_prints import CODES, HARDSHIPS, printed, seen


@pytest.mark.parametrize(
    ("name", "hardship"),
    [
        ("receipt", "crumpled"),
        ("receipt", "contrast 60 %"),
        ("receipt", "thermal 203 dpi"),
        ("notice", "perspective"),
        ("licence", "rotated"),
        ("chinese", "fresh"),
        ("waybill", "shadow"),
        ("parcel", "glare"),
        ("goods", "fresh"),
    ],
)
def test_the_kiosk_reads_it(name, hardship):
    found = registry.code_decoder().decode(seen(CODES[name], hardship, seed=1))

    assert [(code.symbology, code.text) for code in found] == [(CODES[name].kind, CODES[name].text)]


@pytest.mark.parametrize("hardship", ["torn", "far out of focus", "stained", "dark"])
@pytest.mark.parametrize("name", ["waybill", "goods"])
def test_a_linear_code_is_read_right_or_not_at_all(name, hardship):
    found = registry.code_decoder().decode(seen(CODES[name], hardship, seed=2))

    assert {code.text for code in found} <= {CODES[name].text}


def test_a_linear_code_that_only_one_look_reads_is_not_believed(monkeypatch):
    from drivers.barcode import patient_decoder
    from drivers.protocols import DecodedCode

    decoder = patient_decoder.PatientDecoder()
    looks = iter([(DecodedCode("CODE128", "1234", ()),), (DecodedCode("CODE128", "1284", ()),), (), (), ()])
    monkeypatch.setattr(decoder, "_looks", lambda _image: looks)

    assert decoder.decode(np.zeros((9, 9, 3), np.uint8)) == ()


def test_a_waybill_lying_aslant_is_read_where_it_lies():
    sheet = printed(CODES["waybill"])
    height, width = sheet.shape[:2]
    side = height + width
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 45, 1)
    turn[:, 2] += ((side - width) / 2, (side - height) / 2)
    (code,) = registry.code_decoder().decode(cv2.warpAffine(sheet, turn, (side, side), borderValue=(255, 255, 255)))

    x, y = np.mean(code.corners, axis=0)
    assert abs(x - side / 2) < 12
    assert abs(y - side / 2) < 12


@pytest.mark.parametrize(
    ("raw", "guess", "text"),
    [
        ("电子营业执照".encode("gb18030"), "µç×Ó", "电子营业执照"),
        ("电子营业执照".encode(), "?", "电子营业执照"),
        ("法定代表人 喆".encode("gb18030"), "?", "法定代表人 喆"),
        ("西安市".encode("shift_jis"), "西安市", "西安市"),
        ("é caf".encode("latin-1"), "é caf", "é caf"),
    ],
)
def test_the_encoding_that_nobody_named(raw, guess, text):
    assert text_of(raw, guess=guess, is_declared=False) == text


def test_an_encoding_that_the_code_names_is_believed():
    assert text_of("西安".encode("gb18030"), guess="as declared", is_declared=True) == "as declared"


def test_a_fresh_print_is_sound_and_a_stained_one_is_to_be_printed_anew():
    assert qr_health(printed(CODES["receipt"])).wear is Wear.SOUND
    sheet = printed(CODES["receipt"]).copy()
    height, width = sheet.shape[:2]
    for size in range(2, 60, 2):
        spoilt = sheet.copy()
        spoilt[height // 2 : height // 2 + size, width // 2 : width // 2 + size] = 0
        health = qr_health(spoilt)
        if health is None or health.wear is Wear.FAILING:
            break
    assert health is not None
    assert health.wear is Wear.FAILING


def test_no_code_has_no_health():
    assert qr_health(np.full((200, 200, 3), 255, np.uint8)) is None


def test_every_hardship_is_the_same_for_the_same_seed():
    for hardship in ("crumpled", "thermal 203 dpi"):
        assert hardship in HARDSHIPS
        assert np.array_equal(seen(CODES["receipt"], hardship, seed=5), seen(CODES["receipt"], hardship, seed=5))
