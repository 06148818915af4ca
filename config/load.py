"""TOML into the types of `config.schema`. Every mistake of a file is reported at once.

Called by the program roots, scripts and tests only; everybody else receives values.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from config.schema import (
    CatalogueData,
    CityServiceSettings,
    FieldKind,
    FormField,
    KioskSettings,
    Locality,
    ServiceItem,
)

PREFILLS = ("", "name", "number", "address", "birth")

_T = TypeVar("_T")
Json = dict[str, Any]


@dataclass(frozen=True)
class Mistake:
    file: Path
    key: str
    found: str
    wanted: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key or '(whole file)'}: found {self.found}; wanted {self.wanted}"


class ConfigError(Exception):
    """The configuration cannot be used. `mistakes` holds every one that was found."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def load_kiosk(path: Path, *, localities: Mapping[str, Locality] | None = None) -> KioskSettings:
    """Settings of one kiosk. Relative paths in the file are meant from the file's folder. Raises ConfigError."""
    data = _read(path)
    _resolve(data, path.parent, ("data_dir", "device_key_file"))
    settings = _parse(KioskSettings, data, path)
    if localities is not None and settings.centre.locality not in localities:
        raise ConfigError(
            [Mistake(path, "centre.locality", repr(settings.centre.locality), "a key of localities.toml")]
        )
    return settings


def load_city(path: Path) -> CityServiceSettings:
    """Settings of the city service. Relative paths are meant from the file's folder. Raises ConfigError."""
    data = _read(path)
    _resolve(data, path.parent, ("files_dir", "platform_key_file", "identity_files"))
    return _parse(CityServiceSettings, data, path)


def load_catalogue(folder: Path) -> CatalogueData:
    """`items/*.toml`, `localities.toml`, `common_fields.toml` below `folder`. Raises ConfigError with all mistakes."""
    mistakes: list[Mistake] = []
    raw: Json = {"items": {}}
    items: dict[str, ServiceItem] = {}
    files = sorted((folder / "items").glob("*.toml"))
    if not files:
        mistakes.append(Mistake(folder / "items", "", "no file", "one TOML file for each service item"))
    for file in files:
        try:
            data = _read(file)
            item = _parse(ServiceItem, data, file)
        except ConfigError as error:
            mistakes += error.mistakes
            continue
        mistakes += _check_item(item, file)
        items[item.code] = item
        raw["items"][item.code] = data
    try:
        file = folder / "localities.toml"
        raw["localities"] = _read(file)["localities"]
        listed = _parse(tuple[Locality, ...], raw["localities"], file)
    except ConfigError as error:
        mistakes += error.mistakes
        listed = ()
    mistakes += _check_unique(file, "localities", [locality.key for locality in listed])
    try:
        file = folder / "common_fields.toml"
        raw["common_fields"] = _read(file)["fields"]
        fields = _parse(tuple[FormField, ...], raw["common_fields"], file)
    except ConfigError as error:
        mistakes += error.mistakes
        fields = ()
    mistakes += _check_fields(fields, file)
    for code, item in items.items():
        clash = {field.key for field in fields} & {field.key for field in item.fields}
        if clash:
            mistakes.append(Mistake(folder / "items" / f"{code}.toml", "fields", f"{sorted(clash)}", "keys of its own"))
    if mistakes:
        raise ConfigError(mistakes)
    return CatalogueData(
        items=items,
        localities={locality.key: locality for locality in listed},
        common_fields=fields,
        digest=hashlib.sha256(json.dumps(raw, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest(),
    )


def _read(path: Path) -> Json:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError([Mistake(path, "", "no such file", "a TOML file")]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([Mistake(path, "", str(error), "valid TOML in UTF-8")]) from None


def _resolve(data: Json, base: Path, keys: Iterable[str]) -> None:
    for key in keys:
        value = data.get(key)
        if isinstance(value, str):
            data[key] = str((base / value).resolve())
        elif isinstance(value, list):
            data[key] = [str((base / part).resolve()) if isinstance(part, str) else part for part in value]


def _parse(kind: type[_T], data: object, file: Path) -> _T:
    """Strict: a number in quotes is a mistake. JSON mode is what lets arrays be tuples and words be enums."""
    text = json.dumps(data, default=lambda value: value.isoformat() if isinstance(value, date) else str(value))
    try:
        return TypeAdapter(kind).validate_json(text, strict=True)
    except ValidationError as error:
        raise ConfigError(
            Mistake(
                file,
                ".".join(str(part) for part in row["loc"]),
                "nothing" if row["type"] == "missing" else repr(row["input"])[:80],
                "no such key" if row["type"] == "unexpected_keyword_argument" else row["msg"],
            )
            for row in error.errors(include_url=False)
        ) from None


def _check_item(item: ServiceItem, file: Path) -> list[Mistake]:
    mistakes = _check_fields(item.fields, file)
    mistakes += _check_unique(file, "materials", [material.key for material in item.materials])

    def wrong(key: str, found: object, wanted: str) -> None:
        mistakes.append(Mistake(file, key, repr(found), wanted))

    if file.stem != item.code:
        wrong("code", item.code, f"the name of the file, {file.stem!r}")
    if not 0 < item.promised_days <= item.legal_days:
        wrong("promised_days", item.promised_days, f"1 to legal_days ({item.legal_days})")
    if item.fee_fen < 0:
        wrong("fee_fen", item.fee_fen, "0 or more")
    if not item.applicants:
        wrong("applicants", (), "at least one")
    if item.presence_required != (item.presence_reason is not None):
        wrong("presence_reason", item.presence_reason, "the legal reason exactly when presence_required is true")
    for material in item.materials:
        if material.copies < 1 or material.max_pages < 1:
            wrong(
                f"materials.{material.key}",
                (material.copies, material.max_pages),
                "copies and max_pages of 1 or more",
            )
    return mistakes


def _check_fields(fields: tuple[FormField, ...], file: Path) -> list[Mistake]:
    mistakes = _check_unique(file, "fields", [field.key for field in fields])
    for field in fields:
        if (field.kind is FieldKind.CHOICE) != bool(field.choices):
            mistakes.append(
                Mistake(
                    file,
                    f"fields.{field.key}.choices",
                    f"{len(field.choices)} choices",
                    "some for `choice` only",
                )
            )
        if field.prefill not in PREFILLS:
            mistakes.append(Mistake(file, f"fields.{field.key}.prefill", repr(field.prefill), f"one of {PREFILLS}"))
        if field.max_length < 1:
            mistakes.append(Mistake(file, f"fields.{field.key}.max_length", repr(field.max_length), "1 or more"))
    return mistakes


def _check_unique(file: Path, key: str, names: list[str]) -> list[Mistake]:
    twice = sorted({name for name in names if names.count(name) > 1})
    return [Mistake(file, key, f"{name!r} twice", "each key once") for name in twice]
