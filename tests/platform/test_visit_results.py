"""Where `make run` writes what a visit left."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.visit.__main__ import results_folder
from scripts.visit.programs import StageFailed


def test_a_second_visit_does_not_touch_what_the_first_one_writes(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "visit"
    with results_folder(folder) as results:
        (results / "receipt.pdf").write_bytes(b"first")
        with pytest.raises(StageFailed, match="another visit is running"), results_folder(folder):
            pytest.fail("two visits in one folder")
        assert (results / "receipt.pdf").read_bytes() == b"first"
    with results_folder(folder) as results:
        assert list(results.iterdir()) == []
