"""Fingers and keys, each story told on a real stage in a window of its own (see touch_stories.py)."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "touch_stories.py"
NAMES = [
    node.name
    for node in ast.parse(SCRIPT.read_text(encoding="utf-8")).body
    if isinstance(node, ast.FunctionDef)
    and any(isinstance(d, ast.Name) and d.id == "story" for d in node.decorator_list)
]


@pytest.fixture(scope="session")
def told(tmp_path_factory):
    out = tmp_path_factory.mktemp("stories") / "told.json"
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--out", str(out)], capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(out.read_text())


@pytest.mark.parametrize("name", NAMES)
def test_story(told, name):
    assert told[name] == "", told[name]
