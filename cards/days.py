"""Dates as people say them."""

from datetime import date, datetime

WEEKDAYS = "一二三四五六日"


def day(on: date | None, today: date) -> str:
    """A date near today in words, others with month and day."""
    if on is None:
        return "没有计划"
    near = {0: "今天", 1: "明天", 2: "后天", -1: "昨天", -2: "前天"}
    away = (on - today).days
    if away in near:
        return near[away]
    return f"{dated(on, today)} 周{WEEKDAYS[on.weekday()]}"


def dated(on: date, today: date) -> str:
    """A date with month and day, however near it is: 12月1日."""
    year = f"{on.year}年" if on.year != today.year else ""
    return f"{year}{on.month}月{on.day}日"


def timed(at: datetime) -> str:
    """A moment with its date, as dates are written elsewhere: 12月1日 08:30."""
    return f"{at.month}月{at.day}日 {at:%H:%M}"


def ago(on: date | None, today: date) -> str:
    """How long since a date."""
    if on is None:
        return "还没联系过"
    away = (today - on).days
    return "今天" if away <= 0 else f"{away} 天前"
