"""Dates as reps say them: 明天, 大后天, 三天后, 下周三, 周五, 月底前, 12月3号, 2026-12-03.

`find` returns the first phrase with its span, so that the rest of the sentence can be kept as the matter itself.
A weekday without 下 is the next such day after today; a day of the month that has passed is next month's.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

_DIGITS = {"零": 0, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_DAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5}
_NEAR = {"今天": 0, "今晚": 0, "今日": 0, "明天": 1, "明早": 1, "明晚": 1, "明日": 1, "后天": 2, "大后天": 3}
_DIGIT = r"[\d一两二三四五六七八九十]"
_N = r"(\d{1,3}|[一两二三四五六七八九十]{1,3})"
_MEASURE = "[天个台次件套年月周人家万千百元块折种米吨成遍点层间只箱批]"  # "2-3台" is no day
_NOT_A_WEEK = rf"(?<!{_DIGIT})(?<![每上个])"  # "一周一次", "每周五", "上周五", "每个周五"


@dataclass(frozen=True, slots=True)
class Found:
    """A date phrase: the day it means, and where it stands. `past` is set for a full date before today."""

    on: date
    start: int
    end: int
    past: bool = False


def find(text: str, today: date) -> Found | None:
    """The first date phrase in `text`; None if there is none, or it names a day that does not exist."""
    return next(iter(_found(text, today)), None)


def coming(text: str, today: date) -> Found | None:
    """The first phrase for a day after today: in a note, what happened today or before may be told first."""
    return next((found for found in _found(text, today) if found.on > today), None)


def _found(text: str, today: date) -> list[Found]:
    """All date phrases in order, the longer first where two begin at one place."""
    hits = []
    for pattern, meaning in _PHRASES:
        for match in pattern.finditer(text):
            day = meaning(match, today)
            if day is not None:
                hits.append(Found(day, match.start(), match.end(), past=day < today))
    return sorted(hits, key=lambda hit: (hit.start, -hit.end))


def number(text: str) -> int:
    """A number in digits or Chinese up to 99; of a range ("两三", "十二三") the larger end."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS[text[-1]]
    return _DIGITS.get(tens[-1:], 1) * 10 + _DIGITS.get(ones[-1:], 0)


def _full(match: re.Match[str], today: date) -> date | None:
    return _day(int(match[1]), int(match[2]), int(match[3]))


def _month_day(match: re.Match[str], today: date) -> date | None:
    day = _day(today.year, number(match[1]), number(match[2]))
    if day is not None and day < today - timedelta(days=60):
        return _day(today.year + 1, day.month, day.day)
    return day


def _next_years(match: re.Match[str], today: date) -> date | None:
    return _day(today.year + 1, number(match[1]), number(match[2]))


def _day_of_month(match: re.Match[str], today: date) -> date | None:
    wanted = number(match[2])
    if match[1] or wanted < today.day:
        first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        return _day(first.year, first.month, wanted)
    return _day(today.year, today.month, wanted)


def _near(match: re.Match[str], today: date) -> date | None:
    return today + timedelta(days=_NEAR[match[0]])


def _days(match: re.Match[str], today: date) -> date | None:
    return today + timedelta(days=number(match[1] or match[2]))


def _weeks(match: re.Match[str], today: date) -> date | None:
    return today + timedelta(weeks=number(match[1]))


def _months(match: re.Match[str], today: date) -> date | None:
    month = today.month - 1 + number(match[1])
    year, month = today.year + month // 12, month % 12 + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def _half_month(match: re.Match[str], today: date) -> date | None:
    return today + timedelta(days=15)


def _weekday(match: re.Match[str], today: date) -> date | None:
    wanted = _DAYS[match[2]]
    if match[1] is None:
        return today + timedelta(days=(wanted - today.weekday()) % 7 or 7)
    monday = today - timedelta(days=today.weekday())
    return monday + timedelta(weeks=match[1].count("下"), days=wanted)


def _next_week(match: re.Match[str], today: date) -> date | None:
    return today - timedelta(days=today.weekday()) + timedelta(weeks=match[0].count("下"))


def _month_end(match: re.Match[str], today: date) -> date | None:
    base = (today.replace(day=1) + timedelta(days=32)).replace(day=1) if match[1] else today
    return base.replace(day=monthrange(base.year, base.month)[1])


def _next_month(match: re.Match[str], today: date) -> date | None:
    return (today.replace(day=1) + timedelta(days=31 * match[0].count("下"))).replace(day=1)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


Meaning = Callable[[re.Match[str], date], date | None]

_PHRASES: tuple[tuple[re.Pattern[str], Meaning], ...] = tuple(
    (re.compile(pattern), meaning)
    for pattern, meaning in (
        (r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?", _full),
        (rf"明年{_N}月{_N}[日号]?", _next_years),
        (rf"(?<!\d){_N}月{_N}[日号]?", _month_day),
        (rf"(?<![\d.])(1[0-2]|0?[1-9])[-/](3[01]|[12]\d|0?[1-9])(?![\d.]|\s*{_MEASURE})", _month_day),
        (rf"(?<!\d)(?<!{_DIGIT}月)(?:(下个?月)|(?:这个?|本)月)?{_N}[号日](?!楼|线|店|门)", _day_of_month),
        (r"大后天|(?<![之以最])后天|明天|明早|明晚|明日|今天|今晚|今日", _near),
        (rf"{_N}个?天[之以]?后|(?<![超不])过{_N}天", _days),
        (rf"{_N}个?(?:星期|礼拜|周)[之以]?后", _weeks),
        (rf"{_N}个月[之以]?后", _months),
        (r"半个?月[之以]?后", _half_month),
        (rf"{_NOT_A_WEEK}(?:(下下|下|这|本)个?)?(?:周|星期|礼拜)([一二三四五六日天末])", _weekday),
        (r"下?下个?(?:周|星期|礼拜)(?![一二三四五六日天末])", _next_week),
        (r"(?:(下个?)|这个?|本)?月底前?", _month_end),
        (r"下?下个?月(?![底\d一二三四五六七八九十])", _next_month),
    )
)
