"""What the dock offers: sections of moves, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LONGEST = 11  # characters on a button


@dataclass(frozen=True)
class Move:
    """One button: what is asked of the world, and which entry of its state says that it is so."""

    words: str
    do: str
    arguments: Mapping[str, str]
    state_key: str
    state_value: str


@dataclass(frozen=True)
class Section:
    title: str
    icon: str
    columns: int
    moves: tuple[Move, ...]


def sections(offers: Mapping[str, Mapping[str, str]]) -> tuple[Section, ...]:
    """Everything that can be moved; cards and sheets are what the world offers."""
    return (
        Section(
            "证件",
            "badge",
            2,
            (
                Move("拿走证件", "lift_card", {}, "card", ""),
                *(
                    Move(_short(title), "lay_card", {"card": key}, "card", key)
                    for key, title in offers["cards"].items()
                ),
            ),
        ),
        Section(
            "拍摄台",
            "description",
            2,
            (
                Move("拿走材料", "take_sheet", {}, "sheet", ""),
                Move("放上刚打印的纸", "lay_sheet", {"printed": "-1"}, "sheet", "printed"),
                *(Move(title, "lay_sheet", {"sheet": key}, "sheet", key) for key, title in offers["sheets"].items()),
            ),
        ),
        Section(
            "打印机",
            "print",
            2,
            (
                Move("有纸", "paper", {"state": "in"}, "paper", "in"),
                Move("缺纸", "paper", {"state": "out"}, "paper", "out"),
                Move("正常", "printer", {"state": "ok"}, "printer", "ok"),
                Move("卡纸", "printer", {"state": "jam"}, "printer", "jam"),
                Move("盖子打开", "printer", {"state": "cover_open"}, "printer", "cover_open"),
                Move("断电", "printer", {"state": "dead"}, "printer", "dead"),
            ),
        ),
        Section(
            "到市平台的网络",
            "language",
            2,
            (
                Move("通", "network", {"state": "up"}, "network", "up"),
                Move("断", "network", {"state": "cut"}, "network", "cut"),
                Move("很慢", "network", {"state": "slow"}, "network", "slow"),
                Move("没有回应", "network", {"state": "silent"}, "network", "silent"),
            ),
        ),
        Section("读卡器", "contactless", 2, _plug("reader")),
        Section("摄像头", "photo_camera", 2, _plug("camera")),
    )


def in_columns(offered: tuple[Section, ...], count: int) -> tuple[tuple[Section, ...], ...]:
    """The sections in columns of about the same height, in their order."""
    columns: list[list[Section]] = [[] for _ in range(count)]
    heights = [0.0] * count
    for section in offered:
        shortest = heights.index(min(heights))
        columns[shortest].append(section)
        heights[shortest] += 1.5 + len(section.moves) / section.columns
    return tuple(tuple(column) for column in columns)


def _short(title: str) -> str:
    """The longest names of China do not fit a button."""
    return title if len(title) <= LONGEST else f"{title[: LONGEST - 1]}…"


def _plug(what: str) -> tuple[Move, ...]:
    return (
        Move("已接好", what, {"state": "in"}, what, "in"),
        Move("拔掉", what, {"state": "out"}, what, "out"),
    )
