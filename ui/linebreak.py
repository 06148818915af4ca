"""Line breaks of Chinese text: no closing mark begins a line, no opening mark ends one, latin runs stay whole.

Kivy breaks anywhere. So texts are broken here and handed to Kivy with explicit newlines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

CLOSING = "，。、；：？！）》】」』”’…—·,.;:?!)]}%℃元"
OPENING = "（《【「『“‘([{¥"

_PIECE = re.compile(r"[A-Za-z0-9*@#&+\-_/.:]+|\s+|.", re.DOTALL)


def broken(text: str, *, width: float, measure: Callable[[str], float]) -> tuple[str, ...]:
    """`text` as lines, none wider than `width` where a break is allowed at all."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_paragraph(paragraph, width, measure))
    return tuple(lines)


def balanced(text: str, *, width: float, measure: Callable[[str], float]) -> tuple[str, ...]:
    """As few lines as `broken` needs, about equally long: for titles, so that no single character is left over."""
    lines = broken(text, width=width, measure=measure)
    if len(lines) < 2:
        return lines
    if len(lines) == 2 and (at_a_mark := _broken_at_a_mark(text, width, measure)):
        return at_a_mark
    least, most = width / len(lines), width
    while most - least > width / 250:
        middle = (least + most) / 2
        if len(broken(text, width=middle, measure=measure)) > len(lines):
            least = middle
        else:
            most = middle
    return broken(text, width=most, measure=measure)


def _broken_at_a_mark(text: str, width: float, measure: Callable[[str], float]) -> tuple[str, ...]:
    """Two lines that part where the sentence does, as alike as can be; nothing where no mark allows it."""
    places = [match.end() for match in re.finditer(r"[，。、；：？！]|[,;:?!.](?= )", text)]
    pairs = [(text[:place].rstrip(), text[place:].strip()) for place in places]
    fitting = [pair for pair in pairs if pair[1] and all(_width(part, measure) <= width for part in pair)]
    if not fitting:
        return ()
    return min(fitting, key=lambda pair: abs(_width(pair[0], measure) - _width(pair[1], measure)))


def _width(text: str, measure: Callable[[str], float]) -> float:
    return sum(measure(unit) for unit in _units(text))


def _paragraph(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    line, used = "", 0.0
    for unit in _units(text):
        size = measure(unit)
        if line and used + measure(unit.rstrip()) > width:
            yield line.rstrip()
            line, used = "", 0.0
            if unit.isspace():
                continue
        if size > width:  # one unbreakable run wider than the line, such as a long number
            for character in unit:
                step = measure(character)
                if line and used + step > width:
                    yield line
                    line, used = "", 0.0
                line, used = line + character, used + step
            continue
        line, used = line + unit, used + size
    yield line.rstrip()


def _units(text: str) -> Iterator[str]:
    """Pieces between which a line may end: marks are glued to the character they belong to."""
    unit = ""
    for piece in _PIECE.findall(text):
        glued = bool(unit) and (
            (piece[0] in CLOSING and not unit[-1].isspace()) or (unit[-1] in OPENING and not piece.isspace())
        )
        if glued:
            unit += piece
        else:
            if unit:
                yield unit
            unit = piece
    if unit:
        yield unit
