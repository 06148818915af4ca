"""Colours, type and sizes by role. No screen names a colour or a pixel.

One design pixel is 1/1080 of the short side of the screen; on the 21.5-inch panel it is 0.248 mm. `shortfalls` tells
which of the sizes that must hold in millimetres a given panel breaks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from kiosk.session import Modes

Colour: TypeAlias = tuple[float, float, float, float]

DESIGN_SHORT_SIDE = 1080
CAP_HEIGHT = 0.73  # of the font size, Noto Sans CJK
LINE_BOX = 1.45  # of the font size, Noto Sans CJK

TYPE_SCALE: Mapping[str, int] = {"title": 64, "lead": 52, "head": 40, "body": 36, "label": 32}
"""Role -> design px. Each further size would cost 2.6 MB and 2 ms on first use."""

LARGE_TYPE_SCALE: Mapping[str, int] = {"title": 72, "lead": 64, "head": 50, "body": 45, "label": 40}
"""In large text: a quarter more, but titles, which are large already."""

TOUCH_MM = 20.0
KEY_MM = 18.0
GAP_MM = 2.5
CAP_MM = 4.8
CAP_MM_LARGE = 7.3


def _rgb(code: str) -> Colour:
    return (int(code[1:3], 16) / 255, int(code[3:5], 16) / 255, int(code[5:7], 16) / 255, 1.0)


NORMAL: Mapping[str, str] = {
    "bg": "#F2F5F9",
    "surface": "#FFFFFF",
    "ink": "#14202E",
    "ink2": "#3F4E61",
    "primary": "#0A4FA3",
    "primary_ink": "#FFFFFF",
    "primary_down": "#083C7D",
    "primary_bed": "#2A67B1",  # icon bed on the primary colour
    "tint": "#E4EEFA",
    "tint_down": "#CFE0F5",
    "edge": "#66758B",
    "line": "#C9D3DF",
    "off": "#E6EBF1",
    "off_ink": "#46556A",
    "ok": "#08582F",
    "ok_bed": "#E2F3E9",
    "warn": "#6E4200",
    "warn_bed": "#FFF1D6",
    "bad": "#97160F",
    "bad_bed": "#FCE6E4",
    "good_line": "#1FB464",
    "wait_line": "#FFB000",
    "platen": "#3A3733",  # ground of the camera picture: papers are judged against it
    "focus": "#FFB000",
    "focus_halo": "#14202E",
    "veil": "#14202E",
    "paper": "#FFFFFF",  # drawn paper and the signing field, in every mode
    "ink_on_paper": "#14202E",
}

CONTRAST: Mapping[str, str] = {
    "bg": "#000000",
    "surface": "#000000",
    "ink": "#FFFFFF",
    "ink2": "#FFFFFF",
    "primary": "#FFE600",
    "primary_ink": "#000000",
    "primary_down": "#FFF27A",
    "primary_bed": "#E0CA00",
    "tint": "#1A1A1A",
    "tint_down": "#3A3A3A",
    "edge": "#FFFFFF",
    "line": "#FFFFFF",
    "off": "#1A1A1A",
    "off_ink": "#C8C8C8",
    "ok": "#5CFF9D",
    "ok_bed": "#00220F",
    "warn": "#FFC94D",
    "warn_bed": "#2A1D00",
    "bad": "#FF8A80",
    "bad_bed": "#2D0500",
    "good_line": "#5CFF9D",
    "wait_line": "#FFC94D",
    "platen": "#3A3733",
    "focus": "#00E5FF",
    "focus_halo": "#000000",
    "veil": "#000000",
    "paper": "#FFFFFF",
    "ink_on_paper": "#000000",
}

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    ("ink", "bg"),
    ("ink", "surface"),
    ("ink2", "bg"),
    ("ink2", "surface"),
    ("primary", "surface"),
    ("primary", "bg"),
    ("primary_ink", "primary"),
    ("primary_ink", "primary_down"),
    ("ok", "ok_bed"),
    ("warn", "warn_bed"),
    ("bad", "bad_bed"),
    ("ink", "tint"),
)
"""Text on ground: contrast at least 7."""

MARK_PAIRS: tuple[tuple[str, str], ...] = (
    ("primary", "tint"),
    ("edge", "surface"),
    ("edge", "bg"),
    ("off_ink", "off"),
    ("focus", "focus_halo"),
    ("good_line", "platen"),
    ("wait_line", "platen"),
    ("primary_ink", "primary_bed"),
)
"""Icons, edges and disabled text on ground: contrast at least 3."""


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two `#rrggbb` colours after WCAG 2."""

    def luminance(code: str) -> float:
        parts = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@dataclass(frozen=True)
class Panel:
    """The screen as built in: pixels and the width of the picture in millimetres."""

    width_px: int
    height_px: int
    width_mm: float

    @property
    def mm_per_px(self) -> float:
        return self.width_mm / self.width_px

    @property
    def landscape(self) -> bool:
        return self.width_px > self.height_px

    @property
    def unit(self) -> float:
        """Screen pixels of one design pixel."""
        return min(self.width_px, self.height_px) / DESIGN_SHORT_SIDE


class Theme:
    """What kv files call `T`: `T(n)` is n design pixels, `T.<role>` a colour, `T.size(role)` a font size.

    Plain values: when a mode changes the navigator builds the screen anew, so nothing needs to be bound.
    """

    def __init__(self) -> None:
        self.apply(Panel(1080, 1920, 267.8), Modes())

    def apply(self, panel: Panel, modes: Modes) -> None:
        self.panel = panel
        self.large = modes.large_text
        self.high_contrast = modes.high_contrast
        self.landscape = panel.landscape
        self.unit = panel.unit
        self.roles = CONTRAST if modes.high_contrast else NORMAL
        self.colours = {role: _rgb(code) for role, code in self.roles.items()}

    def __call__(self, design_px: float) -> float:
        return round(design_px * self.unit)

    def __getattr__(self, role: str) -> Colour:
        try:
            return self.__dict__["colours"][role]  # type: ignore[no-any-return]  # a dict of Colour
        except KeyError:
            raise AttributeError(role) from None

    def size(self, role: str) -> float:
        """Font size in screen pixels."""
        return round((LARGE_TYPE_SCALE if self.large else TYPE_SCALE)[role] * self.unit)

    def line_height(self, role: str) -> float:
        """Height of one line of text in screen pixels."""
        return float(int(self.size(role) * LINE_BOX) + 1)

    def either(self, portrait: float, landscape: float) -> float:
        """Design pixels by the shape of the screen."""
        return self(landscape if self.landscape else portrait)

    @property
    def border(self) -> float:
        """Width of lines around cards: high contrast draws them, the normal palette whispers."""
        return self(4) if self.high_contrast else self(2)


THEME = Theme()


def shortfalls(panel: Panel) -> tuple[str, ...]:
    """Sizes in millimetres that this panel cannot give with our layout; empty for a good panel."""
    mm = panel.mm_per_px * panel.unit
    wanted = (
        ("touch target", 84 * mm, TOUCH_MM),
        ("key", 76 * mm, KEY_MM),
        ("gap", 12 * mm, GAP_MM),
        ("capital letter", min(TYPE_SCALE.values()) * CAP_HEIGHT * mm, CAP_MM),
        ("capital letter in large text", min(LARGE_TYPE_SCALE.values()) * CAP_HEIGHT * mm, CAP_MM_LARGE),
    )
    # a design of 40 px for 7.3 mm is 1 % short on a 21.5-inch panel; nobody can see that
    return tuple(f"{what}: {have:.1f} mm, wanted {want:.1f} mm" for what, have, want in wanted if have < want * 0.985)
