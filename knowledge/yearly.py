"""Days that come every year, by the solar or the lunar calendar; the only file that knows lunar-python.

Written as text: `03-10` (10 March), `L08-15` (the 15th of the eighth lunar month), `L06+01` (the same of a leap month).

What a year does not have falls on what people keep instead:

- 29 February in a common year: the 28th.
- The 30th of a lunar month that has 29 days: the 29th.
- A leap month in a year without it: the month of the same number. A plain month is never taken for its leap month.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cache

from lunar_python import Lunar, LunarMonth, Solar

from knowledge.numbers import HAN, number

_CODE = re.compile(r"(L?)(\d\d)([-+])(\d\d)")
_MONTHS = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
_ONES = "一二三四五六七八九十"
_BY_NAME = {"正": 1, "冬": 11, "腊": 12}
MOON = (  # a lunar date as people write it, for `moon`
    rf"(农历|阴历|旧历)?(闰)?([正冬腊]|{HAN}{{1,2}}|\d{{1,2}})月"
    r"(初[一二三四五六七八九十]|廿[一二三四五六七八九]?|三十|二?十[一二三四五六七八九]?|[一二三四五六七八九]|\d{1,2})[日号]?"
)


@dataclass(frozen=True, slots=True)
class Yearly:
    """A day of every year. `leap`: of a lunar leap month."""

    month: int
    day: int
    lunar: bool = False
    leap: bool = False

    @property
    def code(self) -> str:
        """As text; `read` is the way back."""
        return f"{'L' if self.lunar else ''}{self.month:02}{'+' if self.leap else '-'}{self.day:02}"

    def said(self) -> str:
        """As people say it."""
        if self.lunar:
            return f"农历{'闰' if self.leap else ''}{_MONTHS[self.month - 1]}月{lunar_day(self.day)}"
        return f"{self.month}月{self.day}日"

    def of(self, year: int) -> date:
        """The day of that year; of a lunar year, which may end in the next solar one."""
        if self.lunar:
            return solar(year, self.month, self.day, leap=self.leap)
        return date(year, self.month, min(self.day, monthrange(year, self.month)[1]))

    def next_from(self, day: date) -> date:
        """The first such day that is not before `day`."""
        years = range(day.year - 1, day.year + 3)
        return next(on for on in map(self.of, years) if on >= day)


def read(code: str) -> Yearly | None:
    """A day from its code; None where it is none."""
    found = _CODE.fullmatch(code)
    if found is None:
        return None
    return yearly(int(found[2]), int(found[4]), lunar=bool(found[1]), leap=found[3] == "+")


def yearly(month: int, day: int, *, lunar: bool = False, leap: bool = False) -> Yearly | None:
    """The day of that month; None where no year has it."""
    longest = 30 if lunar else monthrange(2024, month)[1] if 1 <= month <= 12 else 0
    if not (1 <= month <= 12 and 1 <= day <= longest) or (leap and not lunar):
        return None
    return Yearly(month, day, lunar, leap)


def moon(match: re.Match[str]) -> Yearly | None:
    """A match of `MOON` as a lunar day, where it is named as one or can be no other."""
    named, leap, month, day = match.groups()
    if not (named or month in _BY_NAME or day[0] in "初廿"):
        return None
    return yearly(_BY_NAME.get(month) or number(month), moon_day(day), lunar=True, leap=bool(leap))


def moon_day(text: str) -> int:
    """A day of a lunar month: 初八, 十五, 廿三, 三十."""
    if text[0] == "初":
        return number(text[1])
    return 20 + (number(text[1]) if text[1:] else 0) if text[0] == "廿" else number(text)


@cache
def solar(year: int, month: int, day: int, *, leap: bool = False) -> date:
    """The solar date of a lunar one, as kept in that year."""
    found = LunarMonth.fromYm(year, -month) if leap else None
    if found is None:
        found = LunarMonth.fromYm(year, month)
    on = Lunar.fromYmd(year, found.getMonth(), min(day, found.getDayCount())).getSolar()
    return date(on.getYear(), on.getMonth(), on.getDay())


def lunar(day: date) -> tuple[int, int, int, bool]:
    """The lunar year, month, day of a solar date, and whether the month is a leap month."""
    found = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return found.getYear(), abs(found.getMonth()), found.getDay(), found.getMonth() < 0


@cache
def term(year: int, name: str) -> date:
    """The day of a solar term such as 清明 in that year."""
    on = Lunar.fromYmd(year, 5, 1).getJieQiTable()[name]
    return date(on.getYear(), on.getMonth(), on.getDay())


def lunar_day(day: int) -> str:
    """A day of a lunar month as people write it: 初一, 十五, 廿三, 三十."""
    if day <= 10:
        return f"初{_ONES[day - 1]}"
    if day < 20:
        return f"十{_ONES[day - 11]}"
    if day == 20:
        return "二十"
    return f"廿{_ONES[day - 21]}" if day < 30 else "三十"
