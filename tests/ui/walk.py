"""Walks every state of the gallery in one window and writes down what is wrong: `python tests/ui/walk.py --shape ...`.

A process of its own for each shape of screen, because Kivy has one window. The result is one JSON object:
finding -> list of "language mode state: what".
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import weakref
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

GOLDEN = Path(__file__).parent / "golden"
GOLDEN_WIDTH = {"portrait": 540, "landscape": 720}
GOLDEN_COMBINATIONS = {
    "portrait": (("zh-CN", "normal"), ("zh-CN", "large"), ("zh-CN", "contrast")),
    "landscape": (("zh-CN", "normal"),),
}
FAR = 24  # of 255
MAY_DIFFER = 0.002
GAP_MM = 2.4
MAY_OVERFLOW_PX = 3


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--shape", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--write-golden", action="store_true")
    parser.add_argument("--only", default="")
    options = parser.parse_args()

    from ui.gallery import MODES, PANELS, Exhibit, states

    exhibit = Exhibit(PANELS[options.shape])
    found: dict[str, list[str]] = defaultdict(list)
    walked = 0
    dropped: list[tuple[str, weakref.ref[Any]]] = []
    for language in ("zh-CN", "en"):
        for mode in MODES:
            if mode == "contrast" and language != "zh-CN":
                continue  # the same layout as in normal colours
            pictured = (language, mode) in GOLDEN_COMBINATIONS[options.shape]
            for state in states():
                if not state.name.startswith(options.only):
                    continue
                exhibit.show(state, language=language, mode=mode, draw=pictured)
                walked += 1
                where = f"{language} {mode} {state.name}"
                for kind, what in _faults(exhibit, PANELS[options.shape]):
                    found[kind].append(f"{where}: {what}")
                if (language, mode) == ("zh-CN", "normal"):
                    dropped += _references(exhibit, state.name)
                    if not _is_reached(exhibit):
                        found["keypad"].append(where)
                if pictured:
                    name = f"{options.shape}.{language}.{mode}.{state.name}.png"
                    fault = _compare(exhibit.grab(), name, GOLDEN_WIDTH[options.shape], options.write_golden)
                    if fault:
                        found["golden"].append(f"{where}: {fault}")
    found["alive"] += _alive(exhibit, dropped)
    options.out.write_text(json.dumps({"walked": walked, "found": found}, ensure_ascii=False, indent=1))
    return 0


# --- what can be wrong with one picture ---------------------------------------------------------------------------


def _faults(exhibit: Any, panel: Any) -> Iterator[tuple[str, str]]:
    from ui.focus import controls_of
    from ui.theme import KEY_MM, TOUCH_MM

    stage = exhibit.stage
    shown = stage.overlay or stage.screen
    yield from _text_faults(stage)
    mm = panel.mm_per_px
    controls = controls_of(shown)
    boxes = []
    for control in controls:
        choice = control.choice
        x, y = control.to_window(*control.pos)
        box = (x, y, x + control.width, y + control.height)
        boxes.append((choice.id, box))
        least = KEY_MM if control.kind in ("key",) else TOUCH_MM
        if min(control.width, control.height) * mm < least - 0.05:
            yield "target", f"{choice.id} is {control.width * mm:.1f} x {control.height * mm:.1f} mm"
        if not choice.spoken.strip():
            yield "say", choice.id
        if box[0] < 0 or box[1] < 0 or box[2] > stage.width + 1 or box[3] > stage.height + 1:
            yield "outside", choice.id
    for i, (one, a) in enumerate(boxes):
        for other, b in boxes[i + 1 :]:
            gap = max(max(a[0], b[0]) - min(a[2], b[2]), max(a[1], b[1]) - min(a[3], b[3]))
            if gap * mm < GAP_MM:
                yield "gap", f"{one} and {other}: {gap * mm:.1f} mm"
    identifiers = [identifier for identifier, _ in boxes]
    for identifier in {i for i in identifiers if identifiers.count(i) > 1}:
        yield "id", f"{identifier} twice"
    primaries = [c for c in _walk(shown) if getattr(c, "primary", False) and c.choice is not None and c.opacity > 0]
    wanted = (1,) if not shown.view.frame.waits else (0, 1)
    if len(primaries) not in wanted:
        yield "primary", f"{len(primaries)} primary buttons"
    yield from _slot_faults(shown)


def _text_faults(stage: Any) -> Iterator[tuple[str, str]]:
    from ui.glyphs import drawable
    from ui.widgets.words import Words

    shown = stage.overlay or stage.screen
    for widget in _walk(shown):
        if not isinstance(widget, Words) or not widget.words:
            continue
        if not drawable(widget.words):
            yield "character", widget.words
        width, height = widget.texture_size
        if width > widget.width + MAY_OVERFLOW_PX or height > widget.height + MAY_OVERFLOW_PX:
            yield "overflow", f"{widget.words!r} {width}x{height} in {widget.width:.0f}x{widget.height:.0f}"
        x, y = widget.to_window(*widget.pos)
        if x < -1 or y < -1 or x + widget.width > stage.width + 1 or y + widget.height > stage.height + 1:
            yield "outside", repr(widget.words)
        parent = widget.parent
        if parent is not None and parent is not shown and hasattr(parent, "minimum_height"):
            py = parent.to_window(*parent.pos)[1]
            if y + widget.height > py + parent.height + 2 or y < py - 2:
                yield "overflow", f"{widget.words!r} leaves its {type(parent).__name__}"


def _slot_faults(shown: Any) -> Iterator[tuple[str, str]]:
    """Parts of a step must not lie on one another nor on the buttons."""
    from ui.widgets.step_screen import StepScreen

    if not isinstance(shown, StepScreen):
        return
    parts = [slot for slot in shown._slots() if slot.opacity > 0 and slot.height > 0]
    parts += [button for button in shown.ids.bottom.children if getattr(button, "choice", None) is not None]
    for i, a in enumerate(parts):
        for b in parts[i + 1 :]:
            if a.x < b.right and b.x < a.right and a.y < b.top - 1 and b.y < a.top - 1:
                yield "overlap", " and ".join(f"{type(p).__name__} of {type(p.children[0]).__name__}" for p in (a, b))


def _walk(widget: Any) -> Iterator[Any]:
    if widget is None or widget.opacity == 0:
        return
    yield widget
    for child in widget.children:
        yield from _walk(child)


# --- pictures -----------------------------------------------------------------------------------------------------


def _compare(picture: Image.Image, name: str, width: int, write: bool) -> str:
    small = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.BOX)
    small = small.quantize(96, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    path = GOLDEN / name
    if write:
        GOLDEN.mkdir(exist_ok=True)
        small.save(path, optimize=True)
        return ""
    if not path.exists():
        return f"no golden picture {name}"
    golden = Image.open(path).convert("RGB")
    now = small.convert("RGB")
    if golden.size != now.size:
        return f"size {now.size}, golden {golden.size}"
    difference = ImageChops.difference(golden, now).convert("RGB").split()
    worst = ImageChops.lighter(ImageChops.lighter(difference[0], difference[1]), difference[2])
    off = sum(worst.histogram()[FAR + 1 :]) / (worst.width * worst.height)
    return f"{off:.2%} of the picture differs" if off > MAY_DIFFER else ""


# --- walking in and out -------------------------------------------------------------------------------------------


def _references(exhibit: Any, name: str) -> list[tuple[str, weakref.ref[Any]]]:
    roots = (exhibit.stage.screen, exhibit.stage.overlay)
    return [(f"{name} {type(w).__name__}", weakref.ref(w)) for root in roots for w in _walk(root)]


def _alive(exhibit: Any, dropped: list[tuple[str, weakref.ref[Any]]]) -> list[str]:
    """After more than fifty screens were entered and left no widget of any of them may live."""
    exhibit.stage.forget()
    exhibit.settle(draw=False)
    gc.collect()
    return [name for name, reference in dropped if reference() is not None][:20]


def _is_reached(exhibit: Any) -> bool:
    """The keypad's forward key comes to every control of the screen in order."""
    from ui.focus import controls_of

    stage = exhibit.stage
    controls = controls_of(stage.overlay or stage.screen)
    reached = []
    for _ in controls:
        stage.on_key("tab")
        reached.append(stage.ring.target)
    stage.ring.leave()
    return reached == list(controls)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    sys.exit(main())
