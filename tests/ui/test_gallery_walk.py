"""Every screen, in every state, size, colour and language that it can be seen in."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.timeout(600)

FINDINGS = {
    "overflow": "a text is larger than its box: Kivy would drop words silently",
    "outside": "something lies outside the window",
    "overlap": "parts of a screen lie on one another",
    "target": "a touch target is too small for a finger",
    "gap": "two touch targets are too close",
    "say": "a control has no spoken form",
    "id": "two controls have one id",
    "primary": "a screen has not exactly one primary button",
    "character": "a character is in neither font",
    "keypad": "the keypad does not come to every control",
    "alive": "a widget lives on after its screen was left",
    "golden": "a picture differs from the golden one",
}


@pytest.mark.parametrize("shape", ["portrait", "landscape"])
@pytest.mark.parametrize("finding", FINDINGS)
def test_no_screen_has_this_fault(walks, shape, finding):
    faults = walks[shape].found.get(finding, [])
    assert not faults, f"{FINDINGS[finding]}:\n" + "\n".join(faults)


@pytest.mark.parametrize("shape", ["portrait", "landscape"])
def test_every_finding_has_its_sentence_here(walks, shape):
    assert set(walks[shape].found) <= set(FINDINGS)
    assert walks[shape].walked > 250
