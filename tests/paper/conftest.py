from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from paper.documents import CollectionNotice, DepositReceipt, ItemGuide
from paper.render import render

Paper = DepositReceipt | ItemGuide | CollectionNotice


@pytest.fixture
def words_of(tmp_path: Path) -> Callable[[Paper], str]:
    """The text of a rendered document, without its line breaks and spaces."""

    def extract(document: Paper) -> str:
        path = tmp_path / "words.pdf"
        path.write_bytes(render(document).pdf)
        text = subprocess.run(["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True).stdout.decode()
        return "".join(text.split())

    return extract


@pytest.fixture
def picture_of(tmp_path: Path) -> Callable[[bytes], Image.Image]:
    """The first page as a printer of 200 dpi would put it on paper."""

    def rasterise(pdf: bytes) -> Image.Image:
        path = tmp_path / "page.pdf"
        path.write_bytes(pdf)
        subprocess.run(
            ["pdftoppm", "-r", "200", "-gray", "-png", "-singlefile", str(path), str(tmp_path / "page")], check=True
        )
        with Image.open(tmp_path / "page.png") as image:
            return image.convert("L")

    return rasterise
