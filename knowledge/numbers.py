"""Numbers as people write them: 12, 十二, 两三."""

import re

HAN = "[一两二三四五六七八九十]"
_DIGITS = {"零": 0, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


def number(text: str) -> int:
    """A number in digits or Chinese up to 99; of a range ("两三", "十二三") the larger end."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS[text[-1]]
    return _DIGITS.get(tens[-1:], 1) * 10 + _DIGITS.get(ones[-1:], 0)


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
