"""Figures of reading cards and codes: `scripts/bench identity [reads]`.

Prints its table and writes it into docs/benchmarks.md. Ratios stand beside the machine's load.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from threading import Event
from typing import TypeAlias

import cv2
import numpy as np

from drivers import registry
from drivers.emulators.cards import CARDS, emulated
from drivers.emulators.code_prints import CODES, HARDSHIPS, seen
from drivers.emulators.sam import SamEmulator
from drivers.idcard import sam_commands, sam_framing
from drivers.idcard.sam_serial import SamSerialReader
from drivers.protocols import Image
from scripts.benchmarks import emrtd

PROJECT = Path(__file__).parents[2]
PAGE = PROJECT / "docs" / "benchmarks.md"
PHOTOGRAPHS = PROJECT.parent / "shared" / "scanbench" / "codes"
"""Read in place where it is there; never part of the project."""
BEGIN, END = "<!-- identity -->", "<!-- end of identity -->"
BAUD, BITS_PER_BYTE = 115200, 10
KINDS_OURS = ("qrcode", "code128", "ean13", "cn")

Rows: TypeAlias = list[tuple[str, str]]
Sample: TypeAlias = tuple[str, str, Image]  # group, expected text, picture


def main(arguments: list[str]) -> int:
    reads = int(arguments[0]) if arguments else 10_000
    cv2.setNumThreads(1)
    rows = [*sam_rows(reads), *emrtd.rows(), *code_rows()]
    head = (
        f"Measured on {date.today().isoformat()} with `scripts/bench identity {reads}`: "
        f"{os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.1f}.\n\n"
        "| what | figure |\n|---|---|\n"
    )
    text = head + "".join(f"| {what} | {figure} |\n" for what, figure in rows)
    print(text)
    _write(text)
    return 0


def sam_rows(reads: int) -> Rows:
    card = emulated(CARDS["beilin_woman"])
    answers = {
        sam_commands.FIND: bytes(4),
        sam_commands.SELECT: bytes(8),
        sam_commands.READ: bytes(4) + card.text + card.photo,
        sam_commands.APPENDED_ADDRESS: b"",
    }
    size = sum(len(command.frame) + len(sam_framing.reply(0, data)) for command, data in answers.items())
    line_s = size * BITS_PER_BYTE / BAUD
    took = [_timed(read) for read in _sam_reads(BAUD, 9)]
    begun = 0.0
    for number, read in enumerate(_sam_reads(100_000_000, reads)):
        read()
        if number == reads // 10:
            begun = _memory_mb()
    return [
        ("SAM read time / line time, median of 9", f"{statistics.median(took) / line_s:.3f} ({line_s * 1000:.1f} ms)"),
        (f"memory after a tenth and after all of {reads} unpaced reads", f"{begun:.1f} -> {_memory_mb():.1f} MB"),
    ]


def _sam_reads(baud: int, count: int) -> Iterator[Callable[[], object]]:
    with tempfile.TemporaryDirectory() as folder:
        emulator = SamEmulator(Path(folder) / "reader", baud=baud)
        emulator.plug()
        reader = SamSerialReader(port=str(emulator.link))
        try:
            reader.status()
            for _ in range(count):
                emulator.requests.clear()
                emulator.lay(emulated(CARDS["beilin_woman"]))
                yield lambda: reader.read(timeout_s=10, cancel=Event(), on_stage=lambda _stage: None)
        finally:
            reader.close()
            emulator.unplug()


def code_rows() -> Rows:
    decoders = {name: registry.code_decoder(name) for name in registry.BARCODE}
    right: dict[tuple[str, str], int] = {}
    count: dict[str, int] = {}
    wrong = dict.fromkeys(decoders, 0)
    seconds: dict[str, list[float]] = {name: [] for name in decoders}
    for group, wanted, picture in [*_rendered(), *_photographs()]:
        count[group] = count.get(group, 0) + 1
        for name, decoder in decoders.items():
            begun = time.perf_counter()
            texts = [_plain(code.text) for code in decoder.decode(picture)]
            seconds[name].append(time.perf_counter() - begun)
            is_right = _plain(wanted) in texts
            right[group, name] = right.get((group, name), 0) + is_right
            wrong[name] += bool(texts) and not is_right
    rows = [
        (f"codes: {group}", ", ".join(f"{name} {right[group, name]}/{count[group]}" for name in decoders))
        for group in count
    ]
    rows.append(("codes: wrong texts", ", ".join(f"{name} {wrong[name]}" for name in decoders)))
    for what, of in (("median", statistics.median), ("mean", statistics.fmean)):
        rows.append((f"codes: ms a picture, {what}", ", ".join(f"{n} {of(s) * 1e3:.1f}" for n, s in seconds.items())))
    empty = np.full((1920, 1440, 3), 230, np.uint8)
    rates = {name: 1 / _timed(partial(decoder.decode, empty)) for name, decoder in decoders.items()}
    rows.append(("codes: frames/s, 1440x1920 with none", ", ".join(f"{n} {rate:.1f}" for n, rate in rates.items())))
    return rows


def _rendered() -> Iterator[Sample]:
    for name, code in CODES.items():
        for number, hardship in enumerate(HARDSHIPS):
            yield f"ours, {name}", code.text, seen(code, hardship, seed=number)


def _photographs() -> Iterator[Sample]:
    for expected in sorted(PHOTOGRAPHS.rglob("*.txt")):
        if not expected.parent.name.startswith(KINDS_OURS):
            continue
        paths = [path for end in (".png", ".jpg", ".webp") if (path := expected.with_suffix(end)).exists()]
        picture = cv2.imread(str(paths[0])) if paths else None
        if picture is not None:
            yield f"given, {expected.parent.name}", expected.read_text(errors="replace"), np.asarray(picture, np.uint8)


def _plain(text: str) -> str:
    stripped = text.replace("\r\n", "\n").strip()
    return stripped.lstrip("0") if stripped.isdigit() else stripped


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _write(text: str) -> None:
    whole = PAGE.read_text() if PAGE.exists() else "# Benchmarks\n"
    section = f"{BEGIN}\n{text}{END}\n"
    if BEGIN in whole:
        before, _, rest = whole.partition(BEGIN)
        whole = before + section + rest.partition(f"{END}\n")[2]
    else:
        whole = f"{whole.rstrip()}\n\n## Identity\n\n{section}"
    PAGE.write_text(whole)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
