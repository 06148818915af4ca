"""The palette and the sizes that must hold in millimetres."""

from __future__ import annotations

import pytest

from kiosk.session import Modes
from ui.theme import CONTRAST, MARK_PAIRS, NORMAL, TEXT_PAIRS, Panel, Theme, contrast, shortfalls

PALETTES = {"normal": NORMAL, "contrast": CONTRAST}


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("pair", TEXT_PAIRS)
def test_text_can_be_read_on_its_ground(name, pair):
    palette = PALETTES[name]
    assert contrast(palette[pair[0]], palette[pair[1]]) >= 7


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("pair", MARK_PAIRS)
def test_icons_and_edges_can_be_seen(name, pair):
    palette = PALETTES[name]
    assert contrast(palette[pair[0]], palette[pair[1]]) >= 3


def test_both_palettes_have_the_same_roles():
    assert NORMAL.keys() == CONTRAST.keys()


def test_black_on_white_is_21_to_1():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("panel", [Panel(1080, 1920, 267.8), Panel(1920, 1080, 476.1), Panel(1080, 1920, 398.5)])
def test_usual_panels_give_every_size(panel):
    assert shortfalls(panel) == ()


def test_a_small_panel_is_named_with_what_it_lacks():
    lacking = shortfalls(Panel(1920, 1080, 344.0))  # 15.6 inches
    assert any(line.startswith("capital letter:") for line in lacking)
    assert any(line.startswith("key:") for line in lacking)


def test_large_text_is_larger_in_every_role():
    theme = Theme()
    normal = {role: theme.size(role) for role in ("title", "lead", "head", "body", "label")}
    theme.apply(theme.panel, Modes(large_text=True))
    assert all(theme.size(role) > size for role, size in normal.items())
    assert theme.size("label") >= 40


def test_an_unknown_role_is_refused():
    with pytest.raises(AttributeError):
        Theme().crimson  # noqa: B018
