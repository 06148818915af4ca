"""The words that must not stand in the project."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts.checks import words


@pytest.mark.parametrize(
    ("file", "line", "is_wrong"),
    [
        ("requirements/lock.txt", "six==1.0 --hash=sha256:00", False),
        ("requirements/lock.txt", "--find-links " + "ht" + "tps://example.invalid/x", True),
        ("docs/page.md", "see /" + "home/zhang/docs", True),
        ("docs/page.md", "see /opt/work/docs", False),
        ("kiosk/outbox.py", "def accept_dossier(): ...", True),
        ("kiosk/outbox.py", "connection, _ = listener.accept()", False),
        ("kiosk/outbox.py", "shown = case.accepted_at", False),
        ("city/cases.py", "def accept_case(): ...", False),
    ],
)
def test_forbidden_words_are_told(tmp_path: Path, file: str, line: str, is_wrong: bool) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    path = tmp_path / file
    path.parent.mkdir()
    path.write_text(line + "\n")
    subprocess.run(["git", "-C", str(tmp_path), "add", file], check=True)
    assert bool(words.check(tmp_path)) is is_wrong
