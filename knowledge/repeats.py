"""What comes again and again, in plain words: 每周五, 每两周, 每月15号, 每月底, 每季度末, 每年农历八月十五.

Written as text: `d` every working day, `d14` every 14 days, `w5` every Friday, `m15` on the 15th, `m31` at a month's
end, `m20/3` every third month, `q` at a quarter's end, and `y` with the code of `knowledge/yearly.py`.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.calendar import working_from
from knowledge.numbers import HAN, number
from knowledge.yearly import MOON, moon, read, yearly

_N = rf"(\d{{1,2}}|{HAN}{{1,3}})"
_EVERY = r"每(?:一|个|隔)?"
_CODE = re.compile(r"(?P<day>d)(?P<days>\d*)|w(?P<week>[1-7])|m(?P<month>\d+)(?:/(?P<step>\d+))?|q|y(?P<year>.+)")
_WEEK = {day: at for at, day in enumerate("一二三四五六日", start=1)} | {"天": 7}
MONTH_END = 31


@dataclass(frozen=True, slots=True)
class Every:
    """A phrase for something that comes again, its code, and where it stands."""

    code: str
    start: int
    end: int


def find(text: str, today: date) -> Every | None:
    """The first such phrase; None if there is none."""
    hits = [
        Every(code, match.start(), match.end())
        for pattern, meaning in _PHRASES
        for match in pattern.finditer(text)
        if (code := meaning(match, today)) is not None
    ]
    return min(hits, key=lambda hit: (hit.start, -hit.end), default=None)


def after(code: str, day: date) -> date:
    """The next day of it after `day`; what counts in days or in several months counts from `day`.

    Raises:
        ValueError: there is no such code.
    """
    found = _CODE.fullmatch(code)
    if found is None:
        raise ValueError(f"nothing comes again by {code!r}")
    if found["day"]:
        return working_from(day + timedelta(days=int(found["days"] or 1)))
    if found["week"]:
        return day + timedelta(days=(int(found["week"]) - day.isoweekday()) % 7 or 7)
    if found["month"]:
        return _monthly(day, int(found["month"]), int(found["step"] or 1))
    if code == "q":
        first = day.month - (day.month - 1) % 3
        ends = [_in_month(date(day.year, 1, 1), first + 2 + ahead, MONTH_END) for ahead in (0, 3)]
        return next(end for end in ends if end > day)
    on = read(found["year"])
    if on is None:
        raise ValueError(f"nothing comes again by {code!r}")
    return on.next_from(day + timedelta(days=1))


def said(code: str) -> str:
    """As people say it."""
    found = _CODE.fullmatch(code)
    if found is None:
        return ""
    if found["day"]:
        return f"每 {found['days']} 天" if found["days"] else "每个工作日"
    if found["week"]:
        return f"每周{'一二三四五六日'[int(found['week']) - 1]}"
    if found["month"]:
        which = "月底" if int(found["month"]) == MONTH_END else f" {found['month']} 号"
        return f"每 {found['step']} 个月，{which.strip()}" if found["step"] else f"每月{which}"
    on = read(found["year"]) if found["year"] else None
    return f"每年{on.said()}" if on else "每季度末"


def _monthly(day: date, wanted: int, step: int) -> date:
    first = date(day.year, 1, 1)
    on = _in_month(first, day.month + (step if step > 1 else 0), wanted)
    return on if on > day else _in_month(first, day.month + 1, wanted)


def _in_month(year: date, month: int, wanted: int) -> date:
    """That day of a month counted from January of a year; in a shorter month its last day."""
    first = date(year.year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
    return first.replace(day=min(wanted, monthrange(first.year, first.month)[1]))


Meaning = Callable[[re.Match[str], date], str | None]


def _day_of_month(match: re.Match[str], today: date) -> str | None:
    return f"m{day}" if 1 <= (day := number(match[1])) <= MONTH_END else None


def _year(match: re.Match[str], today: date) -> str | None:
    on = yearly(number(match[1]), number(match[2]))
    return f"y{on.code}" if on else None


def _moon(match: re.Match[str], today: date) -> str | None:
    on = moon(match)
    return f"y{on.code}" if on else None


_PHRASES: tuple[tuple[re.Pattern[str], Meaning], ...] = tuple(
    (re.compile(pattern), meaning)
    for pattern, meaning in (
        (rf"{_EVERY}年的?{MOON}", _moon),
        (rf"{_EVERY}年的?{_N}月{_N}[号日]?", _year),
        (rf"{_EVERY}年[年]?底", lambda match, today: "y12-31"),
        (rf"{_EVERY}月的?{_N}[号日]", _day_of_month),
        (rf"{_EVERY}月的?月?[底末]", lambda match, today: f"m{MONTH_END}"),
        (rf"{_EVERY}月的?月?初", lambda match, today: "m1"),
        (rf"{_EVERY}月(?![的\d底末初]|{HAN})", lambda match, today: f"m{today.day}"),
        (rf"{_EVERY}季度?的?[底末]?(?!节)", lambda match, today: "q"),
        (r"每隔?半年", lambda match, today: f"m{today.day}/6"),
        (rf"每隔?{_N}个月", lambda match, today: f"m{today.day}/{number(match[1])}"),
        (rf"{_EVERY}(?:周|星期|礼拜)([一二三四五六日天])", lambda match, today: f"w{_WEEK[match[1]]}"),
        (rf"{_EVERY}(?:周|星期|礼拜)(?![一二三四五六日天末])", lambda match, today: f"w{today.isoweekday()}"),
        (rf"每隔?{_N}个?(?:周|星期|礼拜)", lambda match, today: f"d{7 * number(match[1])}"),
        (rf"每隔?{_N}天", lambda match, today: f"d{number(match[1])}" if number(match[1]) else None),
        (r"每隔?半个月", lambda match, today: "d15"),
        (r"每个?工作日|每天|天天", lambda match, today: "d"),
    )
)
