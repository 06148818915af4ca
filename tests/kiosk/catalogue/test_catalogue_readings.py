"""The readings that the set-up works out are pypinyin's, and the kiosk starts with them alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from kiosk.readings import reading, worked_out, write
from scripts.catalogue_readings import ROOT, TARGET
from tests.kiosk.story import catalogue

_START = """
import sys
from pathlib import Path
from config.load import load_catalogue
from kiosk.catalogue import Catalogue
Catalogue(load_catalogue(Path("config"))).search_items("juzhuzheng")
print("pypinyin" in sys.modules)
"""


def test_a_phrase_tells_how_a_character_is_read() -> None:
    assert reading("长安区") == ("chang", "an", "qu")


def test_what_the_setup_did_not_see_is_worked_out() -> None:
    assert reading("重庆路2号") == ("chong", "qing", "lu", "2", "hao")


def test_the_table_of_the_setup_is_up_to_date() -> None:
    table = json.loads((ROOT / TARGET).read_text())
    assert {text: tuple(spoken) for text, spoken in table.items()} == {
        text: worked_out(text) for text in catalogue().spoken_texts()
    }


def test_the_kiosk_starts_without_the_large_dictionary() -> None:
    outcome = subprocess.run([sys.executable, "-c", _START], cwd=ROOT, capture_output=True, text=True, check=True)
    assert outcome.stdout.strip() == "False"


def test_the_same_text_twice_is_written_once(tmp_path: Path) -> None:
    assert write(tmp_path / "deep" / "readings.json", ["西安", "西安", "雁塔"]) == 2
