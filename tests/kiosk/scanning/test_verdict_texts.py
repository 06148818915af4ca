"""Every verdict has its sentences in both languages, short enough for the title."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from kiosk.scanning.verdicts import FAULTS, Verdict

TEXTS = Path(__file__).parents[3] / "config" / "texts"
TITLE_LIMIT = {"zh-CN": 14, "en": 46}


def guidance(language: str) -> dict[str, str]:
    return tomllib.loads((TEXTS / language / "scanning.toml").read_text(encoding="utf-8"))["guidance"]


@pytest.mark.parametrize("language", sorted(TITLE_LIMIT))
@pytest.mark.parametrize("verdict", list(Verdict))
def test_verdict_has_title_hint_and_speech(language, verdict):
    texts = guidance(language)
    assert 0 < len(texts[verdict.value]) <= TITLE_LIMIT[language]
    assert texts[f"{verdict.value}_hint"]
    assert texts[f"{verdict.value}.say"]


@pytest.mark.parametrize("language", sorted(TITLE_LIMIT))
def test_no_sentence_without_a_verdict(language):
    known = {verdict.value + ending for verdict in Verdict for ending in ("", "_hint", ".say")}
    assert set(guidance(language)) == known


def test_faults_are_verdicts_that_speak_of_a_taken_page():
    assert Verdict.GOOD not in FAULTS
    assert Verdict.SAME_PAGE not in FAULTS
