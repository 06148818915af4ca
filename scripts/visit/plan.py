"""What one scripted visit does: a small TOML file, see `scripts/visits/default.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

VISITS = Path(__file__).resolve().parents[1] / "visits"
DEFAULT = VISITS / "default.toml"


class PlanWrong(Exception):
    """The file cannot be used; the message names the file and every mistake."""


@checked(frozen=True)
class Visit:
    """`papers`: material key -> its pages, each one of the project's sheets (`household_register`) or, with a `/` or a
    picture's ending in it, the path of a photograph, meant from the file's folder. `window`: where the case must lie,
    "" = at the window of `locality`. `answers`: form field key -> what is typed or chosen.
    """

    item: str
    locality: str
    card: str
    papers: Mapping[str, tuple[str, ...]]
    answers: Mapping[str, str]
    search: str = ""  # typed into the search of items
    language: str = "zh-CN"
    window: str = ""

    @property
    def expected_window(self) -> str:
        return self.window or self.locality


@dataclass(frozen=True)
class Sheet:
    """One of the project's own sheets."""

    name: str


@dataclass(frozen=True)
class Photograph:
    path: Path


def load_visit(path: Path) -> Visit:
    """Raises PlanWrong."""
    try:
        return TypeAdapter(Visit).validate_python(tomllib.loads(path.read_text()))
    except FileNotFoundError:
        raise PlanWrong(f"{path}: no such file") from None
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise PlanWrong(f"{path}: {error}") from None


def page_source(page: str, *, base: Path) -> Sheet | Photograph:
    """What is laid under the camera for one page of the file that lies in `base`. Raises PlanWrong."""
    if "/" not in page and "." not in page:
        return Sheet(page)
    path = (base / page).resolve()
    if not path.is_file():
        raise PlanWrong(f"photograph {path}: no such file")
    return Photograph(path)
