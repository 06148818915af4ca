"""Lines of a serial scanner: pure functions over bytes. One code a line, ended by CR, LF or both."""

from __future__ import annotations

from drivers.barcode.chinese_text import text_of

LONGEST_BYTES = 8192
"""Twice what a QR code holds; more without an end is noise."""

_STRIPPED = b" \t\0\x02\x03"  # some scanners frame their lines with STX and ETX


class LineAssembler:
    """Bytes as they arrive -> whole codes. A line too long is dropped to its end, one with control characters too."""

    def __init__(self) -> None:
        self._kept = b""
        self._is_overlong = False

    def feed(self, chunk: bytes) -> tuple[str, ...]:
        *ended, rest = (self._kept + chunk).replace(b"\r", b"\n").split(b"\n")
        codes = []
        for line in ended:
            if not self._is_overlong and len(line) <= LONGEST_BYTES and (text := _code(line)):
                codes.append(text)
            self._is_overlong = False
        self._is_overlong = self._is_overlong or len(rest) > LONGEST_BYTES
        self._kept = b"" if self._is_overlong else rest
        return tuple(codes)

    def forget(self) -> None:
        """A code begun before the port was lost, or before anybody asked for one, is nobody's."""
        self._kept, self._is_overlong = b"", False


def _code(line: bytes) -> str:
    """ "" for what is no code."""
    line = line.strip(_STRIPPED)
    text = text_of(line, guess=line.decode("latin-1"), is_declared=False)
    return text if text.isprintable() else ""
