"""Numbers, amounts and spans of time as people write them: 12, 十二, 两三; 3.5万, 三千; 半年, 三个月."""

import re

HAN = "[一两二三四五六七八九十]"
_DIGITS = {"零": 0, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


_SCALE = {"亿": 1e8, "千万": 1e7, "百万": 1e6, "万": 1e4, "w": 1e4, "千": 1e3, "k": 1e3, "百": 1e2}
_SCALES = "|".join(_SCALE)
_TAIL = rf"(?<=[万千])(?:\d(?!\d)|{HAN})"  # 3万5, 三千五: a tenth of what stands before it
AMOUNT = rf"(?:\d+(?:\.\d+)?\s*(?:{_SCALES})?|{HAN}{{1,3}}(?:{_SCALES})?)(?:{_TAIL})?"
_PARTS = re.compile(rf"(\d+(?:\.\d+)?|{HAN}{{1,3}})\s*({_SCALES})?({_TAIL})?")


def number(text: str) -> int:
    """A number in digits or Chinese up to 99; of a range ("两三", "十二三") the larger end."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS[text[-1]]
    return _DIGITS.get(tens[-1:], 1) * 10 + _DIGITS.get(ones[-1:], 0)


def amount(text: str) -> int | float | None:
    """An amount that a text begins with, whatever follows (12万元, 三千分, 3万5); None where it begins with none."""
    found = _PARTS.match(text)
    if found is None:
        return None
    base = float(found[1]) if found[1][0].isdigit() else float(number(found[1]))
    scale = _SCALE.get(found[2] or "", 1.0)
    whole = base * scale + (number(found[3]) * scale / 10 if found[3] else 0)
    return int(whole) if whole == int(whole) else whole


_EVERY = re.compile(
    rf"(?:每隔?|隔)?(?:(\d{{1,3}}|{HAN}{{1,3}})?个?(半)?个?(天|日|周|星期|礼拜|月|季度?|年)|(\d{{1,3}}))(?:一次|联系一次)?",
    re.ASCII,
)
DAYS_IN = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30, "季": 90, "季度": 90, "年": 365}


def days(text: str) -> int | None:
    """A span of days as people write it: 10, 十天, 每两周一次, 半个月; None where it is none."""
    found = _EVERY.fullmatch(text.replace(" ", ""))
    if found is None:
        return None
    if found[4]:
        return int(found[4])
    length = DAYS_IN[found[3]]
    if found[1] is None and found[2] is None:
        return length if text.startswith("每") else None
    whole = number(found[1]) * length if found[1] else 0
    return whole + (length // 2 if found[2] else 0) or None


_ONE = r"\d{1,3}(?:\.\d)?|[一二三四五六七八九]?十[一二三四五六七八九]?|[一两二三四五六七八九]"  # no range: 两三, 3-6
_SPAN = re.compile(
    rf"(?:大概|大约|差不多|约|估计|还要|还得|还有|要|再过|过了?|已经|有)*({_ONE})?个?(半)?个?(天|周|星期|礼拜|月|季度?|年)?(半)?"
    r"(?:左右|上下|之后|以后|以内|之内|内|后|前|了|吧)*",
    re.ASCII,
)
_MONTHS_IN = {"天": 1 / 30, "周": 7 / 30, "星期": 7 / 30, "礼拜": 7 / 30, "月": 1, "季": 3, "季度": 3, "年": 12}


def months(text: str) -> int | float | None:
    """A span of time in months: 3, 三个月, 半年后, 一年半, 45天; None where it is none, or a range."""
    found = _SPAN.fullmatch(text.replace(" ", ""))
    if found is None or not (found[1] or found[2]) or ((found[2] or found[4]) and not found[3]):
        return None
    whole = (float(found[1]) if found[1][0].isdigit() else number(found[1])) if found[1] else 0
    halves = 0.5 * bool(found[2] or found[4])
    told = round((whole + halves) * _MONTHS_IN[found[3] or "月"], 2)
    return int(told) if told == int(told) else told
