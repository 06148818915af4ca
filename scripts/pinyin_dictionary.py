"""The pinyin dictionary of the kiosk's keyboard: `python -m scripts.pinyin_dictionary [--out FILE]`.

Words and how often they are used from jieba, readings from pypinyin (both MIT); what this place needs from `config`:
its localities, service items and materials, and the lists of `config/words`. The same inputs give the same bytes.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = "build/input_method/pinyin.sqlite"

LOCAL_WEIGHTS: Mapping[str, int] = {
    "home": 40_000,
    "surnames": 6000,
    "places": 4000,
    "streets": 800,
    "banks": 3000,
    "papers": 6000,
}
"""How often a word of each list of `config/words` is taken to be used, at least; jieba's 身份证 has 708, 街道 3824."""

LOCALITY_WEIGHT = 10_000
CATALOGUE_WEIGHT = 3000
_HAN = re.compile("[㐀-鿿]+")


def build(root: Path) -> bool:
    """Step of the set-up. True when there was something to do."""
    from scripts.environment.steps import Missing, Stamp

    inputs = (
        *sorted((root / "config" / "words").glob("*.txt")), *sorted((root / "config" / "items").glob("*.toml")),
        root / "config" / "localities.toml", root / "config" / "common_fields.toml", root / "requirements" / "lock.txt",
        root / "ui" / "input_method" / "dictionary.py", root / "ui" / "input_method" / "syllables.py", Path(__file__),
    )  # fmt: skip
    stamp = Stamp(root, "pinyin_dictionary", files=inputs)
    if stamp.is_fresh() and (root / TARGET).is_file():
        return False
    print("setup: building the pinyin dictionary", flush=True)
    outcome = subprocess.run(
        [str(root / ".venv" / "bin" / "python"), "-m", "scripts.pinyin_dictionary"],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if outcome.returncode != 0:
        raise Missing(f"the pinyin dictionary could not be built:\n{outcome.stderr[-3000:]}")
    stamp.write()
    return True


def main() -> int:
    from ui.input_method.dictionary import write

    parser = argparse.ArgumentParser(description="Write the pinyin dictionary.")
    parser.add_argument("--out", type=Path, default=ROOT / TARGET)
    target: Path = parser.parse_args().out
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    rows = write(fresh, spellings(words()))
    fresh.replace(target)
    print(f"{target}: {rows} words, {target.stat().st_size / 1e6:.1f} MB")
    return 0


def spellings(found: Iterable[tuple[str, str, int]]) -> Iterator[tuple[str, str, int]]:
    """Words with lüe and nüe also as most people type them: lue, nue."""
    for word, syllables, weight in found:
        yield word, syllables, weight
        if "lve" in syllables or "nve" in syllables:
            yield word, syllables.replace("ve", "ue"), weight


def words() -> Iterator[tuple[str, str, int]]:
    """All words as `(text, syllables, weight)`, later ones replacing earlier ones of the same text and syllables."""
    frequencies = _jieba()
    readings = Readings(frequencies)
    for word, frequency in frequencies.items():
        if len(word) > 1:
            syllables = readings.of(word)
            if syllables:
                yield word, syllables, frequency
    for character, syllable, weight in readings.characters():
        yield character, syllable, weight
    local: dict[tuple[str, str], int] = {}
    for word, spoken, weight in _local():
        spelled = word, spoken or readings.of(word)
        least = 0 if spoken else frequencies.get(word, 0)
        if spelled[1]:
            local[spelled] = max(weight, least, local.get(spelled, 0))
    for (word, syllables), weight in local.items():
        yield word, syllables, weight


class Readings:
    """How words are read: as a known phrase, else by the longest known phrases in them, else by their characters."""

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

        from ui.input_method.syllables import without_tone

        self._phrases = {
            phrase: [without_tone(reading[0]) for reading in spoken]
            for phrase, spoken in PHRASES_DICT.items()
            if len(spoken) == len(phrase)
        }
        self._characters = {
            chr(code): list(dict.fromkeys(filter(None, map(without_tone, spoken.split(",")))))
            for code, spoken in PINYIN_DICT.items()
            if 0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF
        }
        self._frequencies = frequencies

    def of(self, word: str) -> str:
        """Syllables of a word, "" when a character has none."""
        spoken: list[str] = []
        while len(spoken) < len(word):
            start = len(spoken)
            for end in range(min(len(word), start + 6), start + 1, -1):
                if word[start:end] in self._phrases:
                    spoken += self._phrases[word[start:end]]
                    break
            else:
                spoken += self._characters.get(word[start], [])[:1] or [""]
        return " ".join(spoken) if all(spoken) else ""

    def characters(self) -> Iterator[tuple[str, str, int]]:
        """Every character in each of its readings; the phrases it stands in tell how often a reading is meant."""
        seen: dict[tuple[str, str], int] = defaultdict(int)
        for phrase, spoken in self._phrases.items():
            for character, syllable in zip(phrase, spoken, strict=True):
                seen[character, syllable] += 1 + self._frequencies.get(phrase, 0)
        for character, spoken in self._characters.items():
            counts = [1 + seen[character, syllable] + (place == 0) for place, syllable in enumerate(spoken)]
            # jieba counts some rare characters far too often: they come from texts in a wrong encoding
            alone = self._frequencies.get(character, 0) + 20 if is_common(character) else 0
            for syllable, count in zip(spoken, counts, strict=True):
                yield character, syllable, alone * count // sum(counts)


def is_common(word: str) -> bool:
    """Only characters of GB 2312: leaves out traditional forms and the rare, which are typed one by one."""
    try:
        word.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _jieba() -> dict[str, int]:
    found = importlib.util.find_spec("jieba")  # found, not imported: its import writes to standard error
    if found is None or found.origin is None:
        raise SystemExit("jieba is not installed")
    frequencies = {}
    for line in (Path(found.origin).parent / "dict.txt").read_text().splitlines():
        word, frequency, _ = line.split(" ")
        if len(word) <= 8 and _HAN.fullmatch(word) and (len(word) == 1 or is_common(word)):
            frequencies[word] = int(frequency)
    return frequencies


def _local() -> Iterator[tuple[str, str, int]]:
    """`(word, syllables or "", weight)` of what this place needs."""
    for word, weight in _catalogue():
        yield word, "", weight
    for name, weight in LOCAL_WEIGHTS.items():
        for word, spoken in listed((ROOT / "config" / "words" / f"{name}.txt").read_text()):
            yield word, spoken, weight


def listed(text: str) -> Iterator[tuple[str, str]]:
    """Words of a list and their syllables, "" where none are given. Raises ValueError when a reading does not fit."""
    from ui.input_method.syllables import cut

    for line in text.splitlines():
        for entry in line.split("#", 1)[0].split():
            word, _, spoken = entry.partition("=")
            syllables = cut(spoken, len(word)) if spoken else ()
            if spoken and not syllables:
                raise ValueError(f"{entry}: the reading has not {len(word)} syllables")
            yield word, " ".join(syllables)


def _catalogue() -> Iterator[tuple[str, int]]:
    from config.load import load_catalogue

    data = load_catalogue(ROOT / "config")
    for locality in data.localities.values():
        yield from _parts(LOCALITY_WEIGHT, locality.name.zh, *locality.address_words)
    for _, item in sorted(data.items.items()):
        materials = (material.name.zh for material in item.materials)
        yield from _parts(CATALOGUE_WEIGHT, item.name.zh, *item.words, item.department.zh, *materials)


def _parts(weight: int, *texts: str) -> Iterator[tuple[str, int]]:
    return ((part, weight) for text in texts for part in _HAN.findall(text) if 2 <= len(part) <= 8)


if __name__ == "__main__":
    sys.exit(main())
