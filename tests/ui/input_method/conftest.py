"""The dictionary as the set-up builds it, and a small one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.pinyin_dictionary import ROOT, TARGET
from ui.input_method.dictionary import Dictionary, write
from ui.input_method.lattice import Lattice


@pytest.fixture(scope="session")
def method() -> Iterator[Lattice]:
    dictionary = Dictionary(ROOT / TARGET)
    yield Lattice(dictionary)
    dictionary.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Lattice]:
    path = tmp_path / "small.sqlite"
    write(path, [("西安", "xi an", 50), ("先", "xian", 90), ("西", "xi", 20), ("安", "an", 20), ("方案", "fang an", 9)])
    dictionary = Dictionary(path)
    yield Lattice(dictionary)
    dictionary.close()
