"""Settings and catalogue: what ships is right, and every mistake is told at once."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.language import TextError, load_texts
from config.load import ConfigError, load_catalogue, load_city, load_kiosk
from config.schema import Competence, LocalityKind, Mode

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped catalogue that a test may spoil."""
    (tmp_path / "items").mkdir()
    for file in (CONFIG / "items").glob("*.toml"):
        shutil.copy(file, tmp_path / "items")
    for name in ("localities.toml", "common_fields.toml", "kiosk.toml", "city.toml"):
        shutil.copy(CONFIG / name, tmp_path)
    return tmp_path


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_the_plan_lists_22_windows_one_city_11_districts_2_counties_8_zones() -> None:
    localities = load_catalogue(CONFIG).localities.values()
    kinds = [locality.kind for locality in localities]
    assert [kinds.count(kind) for kind in LocalityKind] == [1, 11, 2, 8]
    assert all(locality.window.phone.startswith("029-") for locality in localities)
    assert all(
        (locality.division_code == "") == (locality.kind is LocalityKind.DEVELOPMENT_ZONE) for locality in localities
    )


def test_at_least_15_items_can_be_handed_in_elsewhere() -> None:
    items = load_catalogue(CONFIG).items.values()
    assert sum(item.mode is Mode.COLLECTED_ON_BEHALF and not item.presence_required for item in items) >= 15
    assert {item.competence for item in items} == set(Competence)


def test_the_digest_is_the_same_everywhere_and_moves_with_the_catalogue(folder: Path) -> None:
    shipped = load_catalogue(CONFIG).digest
    assert load_catalogue(folder).digest == shipped
    spoil(folder / "items" / "610114001.toml", "promised_days = 10", "promised_days = 9")
    assert load_catalogue(folder).digest != shipped


def test_every_mistake_of_every_file_is_told_at_once(folder: Path) -> None:
    spoil(folder / "items" / "610114001.toml", "promised_days = 10", 'promised_days = "ten"')
    spoil(folder / "items" / "610114002.toml", "complexity", "complexness")
    spoil(folder / "items" / "610133001.toml", "promised_days = 3", "promised_days = 300")
    spoil(folder / "localities.toml", 'key = "beilin"', 'key = "xian"')
    with pytest.raises(ConfigError) as caught:
        load_catalogue(folder)
    told = {(mistake.file.name, mistake.key) for mistake in caught.value.mistakes}
    assert told >= {
        ("610114001.toml", "promised_days"),
        ("610114002.toml", "complexity"),
        ("610114002.toml", "complexness"),
        ("610133001.toml", "promised_days"),
        ("localities.toml", "localities"),
    }
    assert "'ten'" in str(caught.value)


def test_an_item_must_say_why_presence_is_required(folder: Path) -> None:
    file = folder / "items" / "610114004.toml"
    file.write_text("\n".join(line for line in file.read_text().splitlines() if not line.startswith("presence_reason")))
    with pytest.raises(ConfigError, match="presence_reason"):
        load_catalogue(folder)


def test_a_choice_without_choices_and_an_unknown_prefill_are_refused(folder: Path) -> None:
    spoil(folder / "common_fields.toml", 'prefill = "address"', 'prefill = "shoe_size"')
    spoil(folder / "items" / "610133001.toml", 'kind = "choice"', 'kind = "text"')
    with pytest.raises(ConfigError) as caught:
        load_catalogue(folder)
    assert {mistake.key for mistake in caught.value.mistakes} == {
        "fields.return_address.prefill",
        "fields.education.choices",
    }


def test_missing_folder_and_broken_toml_are_mistakes_not_crashes(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load_kiosk(tmp_path / "nothing.toml")
    (tmp_path / "kiosk.toml").write_bytes(b"\xff\xfe[")
    with pytest.raises(ConfigError, match="valid TOML"):
        load_kiosk(tmp_path / "kiosk.toml")
    with pytest.raises(ConfigError) as caught:
        load_catalogue(tmp_path)
    assert len(caught.value.mistakes) == 3  # no items, no localities, no common fields


def test_shipped_settings_load_and_relative_paths_start_at_the_file(folder: Path) -> None:
    localities = load_catalogue(CONFIG).localities
    assert load_kiosk(CONFIG / "kiosk.toml", localities=localities).centre.locality == "hangkong"
    assert load_city(CONFIG / "city.toml").listen_port == 8443
    spoil(folder / "kiosk.toml", '"/var/lib/tongban-kiosk"', '"data"')
    assert load_kiosk(folder / "kiosk.toml").data_dir == folder.resolve() / "data"
    spoil(folder / "kiosk.toml", 'locality = "hangkong"', 'locality = "atlantis"')
    with pytest.raises(ConfigError, match="atlantis"):
        load_kiosk(folder / "kiosk.toml", localities=localities)


@given(st.text(max_size=200))
def test_garbage_in_a_settings_file_never_gets_further_than_configerror(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "kiosk.toml"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError):
            load_kiosk(file)


def test_texts_with_a_missing_translation_or_another_placeholder_are_refused(tmp_path: Path) -> None:
    for language, body in {
        "zh-CN": '[a]\none = "第 {n} 页"\ntwo = "二"\n"one.say" = "第{n}页"',
        "en": '[a]\none = "page {m}"\n"one.say" = "page {n}"',
    }.items():
        (tmp_path / language).mkdir()
        (tmp_path / language / "a.toml").write_text(body)
    with pytest.raises(TextError) as caught:
        load_texts(tmp_path)
    assert "a.two: not in en" in str(caught.value)
    assert "a.one: placeholders differ" in str(caught.value)
    (tmp_path / "en" / "a.toml").write_text('[a]\none = "page {n}"\ntwo = "two"\n"one.say" = "page {n}"')
    texts = load_texts(tmp_path)
    assert texts.t("a.one", "zh-CN", n=2) == "第 2 页"
    assert texts.say("a.two", "en") == "two"
    with pytest.raises(KeyError):
        texts.t("a.three", "en")


def test_the_shipped_toml_files_say_nothing_twice() -> None:
    for file in (CONFIG / "items").glob("*.toml"):
        assert tomllib.loads(file.read_text())["code"] == file.stem
