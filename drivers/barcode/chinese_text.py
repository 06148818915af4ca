"""The words in a QR code's bytes.

A QR code says seldom in what encoding its bytes are. The standard's default is Latin-1, libraries guess, and Chinese
generators write UTF-8 or GB 18030 without a word: ZBar then answers in Big5 or Japanese, ZXing in Latin-1.
"""

from __future__ import annotations

_COMMON_SHARE = 0.5


def text_of(raw: bytes, *, guess: str, is_declared: bool) -> str:
    """`guess` is the library's reading of `raw`; `is_declared`: the code names its encoding, so it is no guess."""
    if is_declared or raw.isascii():
        return guess
    for encoding in ("utf-8", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" or _is_common_chinese(text):
            return text
    return guess


def _is_common_chinese(text: str) -> bool:
    """Half or more of what is not ASCII are characters of GB 2312: Latin-1 and Japanese bytes that happen to be valid
    GB 18030 come out as rare characters."""
    foreign = [character for character in text if not character.isascii()]
    common = sum(1 for character in foreign if _is_in_gb2312(character))
    return common >= _COMMON_SHARE * len(foreign)


def _is_in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
