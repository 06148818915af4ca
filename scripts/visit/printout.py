"""A document that came out of the printer: kept as PDF and PNG, its code read from the picture."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from drivers.registry import code_decoder
from paper.codes import NoticeCode, ReceiptCode, UnknownCode, parse
from scripts.visit.programs import StageFailed

DPI = 200


@dataclass(frozen=True)
class Printout:
    """`place` in the order of printing. `code` is what a scanner reads from the printed page."""

    place: int
    pdf: Path
    picture: Path
    code: ReceiptCode | NoticeCode

    @property
    def number(self) -> str:
        return self.code.filing_number if isinstance(self.code, ReceiptCode) else self.code.notice_number


def read_printout(document: Path, *, place: int, name: str, results: Path) -> Printout:
    """Copy and render what the printer received. Raises StageFailed when no code of ours can be read on page 1."""
    pdf, stem = results / f"{name}.pdf", results / name
    shutil.copyfile(document, pdf)
    subprocess.run(
        ["pdftoppm", "-r", str(DPI), "-f", "1", "-l", "1", "-singlefile", "-png", str(pdf), str(stem)],
        check=True,
        capture_output=True,
    )
    picture = stem.with_suffix(".png")
    pixels = np.asarray(cv2.imread(str(picture), cv2.IMREAD_COLOR), np.uint8)
    texts = [code.text for code in code_decoder("pyzbar").decode(pixels)]
    for text in texts:
        try:
            code = parse(text)
        except UnknownCode:
            continue
        return Printout(place, pdf, picture, code)
    raise StageFailed(f"no code of ours on the printed {name} ({picture}); read: {texts}")
