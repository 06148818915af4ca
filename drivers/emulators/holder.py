"""The invented person whose papers the emulated world lays under the camera."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"  # GB 11643: remainder of the weighted sum -> check character
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("思远", "雨桐", "浩然", "静怡", "建国", "秀兰", "子轩", "文博", "晓梅", "志强", "若曦", "明哲")
STREETS = ("长乐中路", "太白北路", "友谊西路", "丰庆路", "含光南路", "兴善寺东街", "咸宁西路", "凤城五路")
DISTRICTS = (
    ("610102", "新城区"),
    ("610103", "碑林区"),
    ("610104", "莲湖区"),
    ("610112", "未央区"),
    ("610113", "雁塔区"),
)


@dataclass(frozen=True, repr=False)
class Holder:
    """Name, citizen number and address; birth and sex are read out of the number."""

    name: str
    number: str
    address: str
    nation: str = "汉"

    @property
    def birth(self) -> date:
        return date(int(self.number[6:10]), int(self.number[10:12]), int(self.number[12:14]))

    @property
    def sex(self) -> str:
        return "男" if int(self.number[16]) % 2 else "女"

    def __repr__(self) -> str:
        return "Holder(***)"


def invented(seed: int) -> Holder:
    """One made-up inhabitant of Xi'an; the same seed always gives the same person."""
    dice = random.Random(seed)
    division, district = dice.choice(DISTRICTS)
    born = date.fromordinal(dice.randint(date(1956, 1, 1).toordinal(), date(2004, 12, 31).toordinal()))
    body = f"{division}{born:%Y%m%d}{dice.randint(1, 998):03d}"
    address = (
        f"陕西省西安市{district}{dice.choice(STREETS)}{dice.randint(1, 280)}号"
        f"{dice.randint(1, 30)}幢{dice.randint(1, 4)}单元{dice.randint(101, 2804)}室"
    )
    return Holder(
        name=dice.choice(SURNAMES) + dice.choice(GIVEN),
        number=body + check_character(body),
        address=address,
    )


def check_character(body: str) -> str:
    """The 18th character of a citizen number from its first 17 digits (GB 11643-1999)."""
    return CHECK_CHARACTERS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]
