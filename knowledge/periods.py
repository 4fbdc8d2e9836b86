"""Stretches of the calendar as people name them: 8月, 明年1月, 8月到10月, 8月12号, 下个月, 上周, 下周三, 二季度.

A month without 个 is one of the calendar: 3月 is March, 3个月 is a span of three months and none of this file's.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from knowledge.numbers import number

Window = tuple[date, date]  # first and last day

_MONTH = "(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]|元)"
_YEAR = r"(?:今年|明年|后年|去年|前年|(?:20)?\d{2}年)的?"
_MONTHS = rf"{_MONTH}(?:月份?)?(?:[、和跟或及到至~-]{_MONTH}(?:月份?)?){{0,11}}(?:(?<=月)|(?<=月份))(?!以?内|之内)"
_NEAR = "(?:上上|下下|这|本|当|上|下)个?"
_WEEK = "(?:周|星期|礼拜)"
_WEEKDAYS = "一二三四五六日"
_QUARTER = "第?[一二三四1-4]季度?"
PERIOD = (
    rf"(?:(?:{_YEAR})?(?<!\d){_MONTH}月\d{{1,2}}[日号]|(?:{_YEAR})?(?<!\d){_MONTHS}|(?:{_YEAR})?(?:上半年|下半年|{_QUARTER})|(?<!\d)\d{{1,2}}[日号](?!以?内|之内)"
    rf"|{_NEAR}{_WEEK}(?:[{_WEEKDAYS}天末])?|{_WEEK}[{_WEEKDAYS}天末]|{_NEAR}月份?(?!底)|{_NEAR}季度"
    r"|大后天|今天|明天|后天|昨天|前天|(?:本|这个?)?月底前?|年底前?|年内|今年|明年|后年|去年|前年)"
)
_DAYS = {"前天": -2, "昨天": -1, "今天": 0, "明天": 1, "后天": 2, "大后天": 3}
_YEARS = {"前年": -2, "去年": -1, "今年": 0, "明年": 1, "后年": 2}
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}
_NAMED = re.compile(rf"({_MONTH})(?:月份?)?([到至~-])?")
_DAY = re.compile(rf"({_MONTH})月(\d{{1,2}})[日号]")


def windows(said: str, today: date, *, ahead: bool) -> Sequence[Window]:
    """What a text that `PERIOD` fits means, in order; nothing for a day that there is not.

    A month without a year is, `ahead`, the next one that is not over, else the last one that has begun.
    """
    if said in _DAYS:
        day = today + timedelta(days=_DAYS[said])
        return [(day, day)]
    if said in _YEARS:
        return [_months(today.year + _YEARS[said], 1, 12)]
    if said.startswith("年") or "月底" in said:
        return [(today, _months(today.year, 12 if said.startswith("年") else today.month, 1)[1])]
    if re.search(_WEEK, said):
        return [_week(said, today)]
    if said[0].isdigit() and said[-1] in "日号" and "月" not in said:
        return _day_of_month(int(said[:-1]), today, ahead=ahead)
    told = re.match(_YEAR, said)
    rest = said[told.end() :] if told else said
    year = _year(told[0], today) if told else None
    if re.match(_NEAR, rest) and not rest.startswith(("上半", "下半")):
        size = 3 if "季" in rest else 1
        first = (today.month - 1) // size * size + 1 + _steps(rest) * size
        return [_months(today.year, first, size)]
    if one := _DAY.fullmatch(rest):
        return _day(year, _number(one[1]), int(one[2]), today, ahead=ahead)
    return _merged([_placed(year, first, count, today, ahead=ahead) for first, count in _stretches(rest)])


def yearly(found: Sequence[Window], today: date) -> Sequence[Window]:
    """The same days of the year as they come from today on, for what comes every year: both parts of a window that
    has begun.
    """
    coming: list[Window] = []
    for first, last in found:
        years = today.year - last.year + (_of_year(last, today.year) < today)
        start, end = _of_year(first, first.year + years), _of_year(last, last.year + years)
        if start < today:
            coming += [(today, end), (_of_year(start, start.year + 1), _of_year(today, today.year + 1) - _ONE)]
        else:
            coming.append((start, end))
    return coming


def named(said: str, found: Sequence[Window], today: date, *, every_year: bool = False) -> str:
    """How a period is said back: with the year where it was left out and is another one, unless that is no matter."""
    year = found[0][0].year if found else today.year
    if every_year or year == today.year or not re.match(rf"{_MONTH}(?:月|[、和跟或及到至~-])|第?[一二三四1-4]季", said):
        return said
    word = next((word for word, step in _YEARS.items() if step == year - today.year), f"{year}年")
    return f"{word}{said}"


_ONE = timedelta(days=1)


def _number(text: str) -> int:
    return 1 if text == "元" else number(text)


def _year(text: str, today: date) -> int:
    word = text.removesuffix("的")
    return today.year + _YEARS[word] if word in _YEARS else 2000 + int(word[-3:-1])


def _steps(text: str) -> int:
    return {"上上": -2, "下下": 2}.get(text[:2]) or {"上": -1, "下": 1}.get(text[:1], 0)


def _week(said: str, today: date) -> Window:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=_steps(said))
    day = said[-1].replace("天", "日")
    if day == "末":
        return monday + timedelta(days=5), monday + timedelta(days=6)
    if day in _WEEKDAYS and len(said) > 1:
        on = monday + timedelta(days=_WEEKDAYS.index(day))
        return on, on
    return monday, monday + timedelta(days=6)


def _day(year: int | None, month: int, day: int, today: date, *, ahead: bool) -> Sequence[Window]:
    for one in [year] if year else [today.year, today.year + (1 if ahead else -1)]:
        try:
            on = date(one, month, day)
        except ValueError:
            continue
        if year or (on >= today) is ahead or on == today:
            return [(on, on)]
    return []


def _day_of_month(day: int, today: date, *, ahead: bool) -> Sequence[Window]:
    """The next such day that there is, or the last one."""
    for step in range(3):
        first, last = _months(today.year, today.month + (step if ahead else -step), 1)
        on = first + timedelta(days=day - 1)
        if day > 0 and on <= last and (on == today or (on > today) is ahead):
            return [(on, on)]
    return []


def _stretches(rest: str) -> Sequence[tuple[int, int]]:
    """First months and how many: of 上半年, 二季度, 8月到10月, 8、9月."""
    if rest.endswith("半年"):
        return [(1 if rest.startswith("上") else 7, 6)]
    if "季" in rest:
        which = rest.removeprefix("第")[0]
        return [(3 * (_QUARTERS.get(which) or int(which)) - 2, 3)]
    found: list[tuple[int, int]] = []
    until = False
    for match in _NAMED.finditer(rest):
        month = _number(match[1])
        if until:
            first, _ = found.pop()
            found.append((first, (month - first) % 12 + 1))
        else:
            found.append((month, 1))
        until = bool(match[2])
    return found


def _placed(year: int | None, first: int, count: int, today: date, *, ahead: bool) -> Window:
    window = _months(year or today.year, first, count)
    if year is None and ahead and window[1] < today:
        return _months(today.year + 1, first, count)
    if year is None and not ahead and window[0] > today:
        return _months(today.year - 1, first, count)
    return window


def _months(year: int, first: int, count: int) -> Window:
    """So many months from that one on, which may lie in another year."""
    begins = date(year + (first - 1) // 12, (first - 1) % 12 + 1, 1)
    after = first + count
    return begins, date(year + (after - 1) // 12, (after - 1) % 12 + 1, 1) - _ONE


def _of_year(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 2, 28)


def _merged(found: Sequence[Window]) -> Sequence[Window]:
    """In order, those that follow on one another as one."""
    merged: list[Window] = []
    for first, last in sorted(found):
        if merged and first <= merged[-1][1] + _ONE:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged
