"""Kivy follows `root.view` but not `root.view.title`: an expression that names only the latter goes stale."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

UI = Path(__file__).parents[2] / "ui"
FILES = sorted(UI.rglob("*.kv"))
LASTING = {"ids", "parent"}  # do not change in the life of a widget


def unfollowed(line: str) -> list[str]:
    found = []
    for owner, name in set(re.findall(r"\b(root|self)\.(\w+)\.\w", line)):
        is_named_alone = re.search(rf"\b{owner}\.{name}\b(?![.\w(])", line)
        if name not in LASTING and not is_named_alone:
            found.append(f"{owner}.{name}")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_expression_follows_what_it_reads(path):
    faults = [
        f"{path.name}:{number}: {names}"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if ":" in line and not line.strip().startswith("on_") and (names := unfollowed(line))
    ]
    assert not faults


def test_the_check_itself_sees_the_fault():
    assert unfollowed("words: root.view.title") == ["root.view"]
    assert unfollowed('words: root.view.title if root.view else ""') == []
