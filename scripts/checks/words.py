"""Words that must not stand in the project: addresses in locks, paths of one machine, claims of acceptance."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Rule:
    """`pattern` must not occur in tracked files whose path matches `files`."""

    files: str
    pattern: str
    why: str


RULES: tuple[Rule, ...] = (
    Rule(r"requirements/.*", r"https?://|--(extra-)?index-url|--find-links", "a lock names no download address"),
    Rule(r".*", r"(?<![\w.*{}])/(?:work|root|home/\w+)/", "a path of one machine"),
    Rule(r"(?!tests/|scripts/visit|CHANGELOG).*", r"\.\./shared|\bshared/", "a folder that users do not have"),
    Rule(
        r"(kiosk|ui)/.*\.py",
        r"(?i)(?<![.\"'])\baccept(?!ed_at|ance)\w*",
        'the kiosk collects (收件), it never accepts (受理); only `accepted_at` and state "accepted" may be told',
    ),
)


def check(root: Path) -> str:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True).stdout
    found = []
    for name in filter(None, listed.split("\0")):
        rules = [rule for rule in RULES if re.fullmatch(rule.files, name)]
        try:
            lines = (root / name).read_text().splitlines()
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # a picture, or a file just removed
        found += [
            f"{name}:{number}: {rule.why}: {line.strip()[:100]}"
            for number, line in enumerate(lines, 1)
            for rule in rules
            if re.search(rule.pattern, line) and "words.py" not in name
        ]
    return "\n".join(found)
