"""Numbers, amounts and spans of time as people write them: 12, 十二, 两三; 3.5万, 一百二十万; 半年, 三个月.

Of a range one number is kept, as `About`, so that it is said as 约…: the middle of its ends (两三百万, 十几万), or the
end that is named where the other one is open (上千万, 二十来万). The ranges to tap in `data/facts/` follow this too.
"""

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


_SCALE = {"亿": 1e8, "千万": 1e7, "百万": 1e6, "万": 1e4, "w": 1e4, "千": 1e3, "k": 1e3, "百": 1e2}
_SCALES = "|".join(_SCALE)
_TAIL = rf"(?<=[万千])(?:\d(?!\d)|{HAN})"  # 3万5, 三千五: a tenth of what stands before it
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_ONE = "[一两二三四五六七八九]"
_SPELT = rf"(?:{_ONE}|十)[零{_ONE[1:-1]}十百千万亿]*"
AMOUNT = rf"(?:\d+(?:\.\d+)?\s*(?:{_SCALES})?(?:{_TAIL})?|{_SPELT})"
_PARTS = re.compile(rf"(\d+(?:\.\d+)?)\s*({_SCALES})?({_TAIL})?")
_HAN_PARTS = re.compile(_SPELT)


class About(float):
    """An amount that stands for a range: a number like any other, said as 约…."""


def amount(text: str) -> int | float | None:
    """An amount that a text begins with, whatever follows (12万元, 三千分, 3万5); None where it begins with none."""
    found = _PARTS.match(text)
    if found is not None:
        scale = _SCALE.get(found[2] or "", 1.0)
        return _whole(float(found[1]) * scale + (number(found[3]) * scale / 10 if found[3] else 0))
    spelt = _HAN_PARTS.match(text)
    return _spelt(spelt[0]) if spelt else None


def _whole(value: float) -> int | float:
    return int(value) if value == int(value) else value


def _spelt(text: str) -> int | None:
    """A number in Chinese: 一百二十万, 三千五, 一亿两千万; None where it is none, or a range (两三百)."""
    total, part, digit, last = 0, 0, 0, 0
    for before, char in zip(f" {text}", text, strict=False):
        if char in _DIGITS:
            if digit:
                return None
            digit, last = _DIGITS[char], 0 if before == "零" else last
            continue
        unit = _UNITS[char]
        if unit >= _UNITS["万"]:
            if not part + digit:
                return None
            total, part = total + (part + digit) * unit, 0
        elif digit or (unit == _UNITS["十"] and not part):
            part += (digit or 1) * unit
        else:
            return None
        digit, last = 0, unit
    return total + part + (digit * last // 10 if last > _UNITS["十"] else digit)


# --- ranges -----------------------------------------------------------------------------------------------------------

_BY = r"(?P<by>(?:[十百千]?[万亿]|[百千wk])?)"
_PLAIN = r"\d+(?:\.\d+)?"
_RANGES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<low>{_PLAIN}|{_SPELT}?)\s*(?P<low_by>{_SCALES})?\s*(?:-|~|—+|–|到|至)\s*(?P<high>{_PLAIN}|{_SPELT})\s*{_BY}",
        rf"(?P<tens>{_ONE}?十)?(?P<first>{_ONE})(?P<second>{_ONE})(?P<ten>十?){_BY}",  # 两三百万, 十二三万, 二三十万
        rf"(?:(?:好(?=几))?(?P<few>{_ONE}?十|)几|数(?=[十百千万亿]))(?P<ten>十?){_BY}",  # 十几万, 几十万, 好几百万
        rf"(?P<much>{_PLAIN}|{_SPELT}?)(?P<much_by>[万亿wk]?)多{_BY}",  # 三十多万, 一百多万, 5万多
        rf"(?P<round>{_PLAIN}|{_SPELT}?|百|千)来{_BY}",  # 二十来万
        r"(?:上|成|近|将近|过|小)(?P<named>[十百千]?[万亿]|[百千])",  # 上千万
        rf"(?P<odd>百八十|千八百){_BY}",  # 80 to 100, 800 to 1000
    )
)
_ODD = {"百八十": 90, "千八百": 900}
_FEW = 5.5  # 几 is two to nine


def about(text: str) -> tuple[int | float, int] | None:
    """The amount or range (`About`) that a text begins with, and where it ends; None where it begins with neither."""
    for pattern in _RANGES:
        found = pattern.match(text)
        value = _middle({name: said or "" for name, said in found.groupdict().items()}) if found else None
        if found is not None and value is not None:
            return About(value), found.end()
    said = re.match(AMOUNT, text)
    exact = amount(said[0]) if said else None
    return (exact, said.end()) if said and exact is not None else None


def _middle(said: dict[str, str]) -> float | None:
    """The number that is kept of a range, by the parts of its phrase; None where the parts are no range."""
    by = _scaled(said.get("by", ""))
    if "low" in said:
        low, high = amount(said["low"]), amount(said["high"])
        if low is None or high is None:
            return None
        whole = said["high"][-1] if said["high"][-1] in "万亿" else ""  # 五十到一百万: of both ends
        low, high = low * (_scaled(said["low_by"]) if said["low_by"] else by * _scaled(whole)), high * by
        return (low + high) / 2 if low < high else None
    if "first" in said:
        low, high = _DIGITS[said["first"]], _DIGITS[said["second"]]
        tens = number(said["tens"]) if said["tens"] else 0
        return (tens + (low + high) / 2) * (10 if said["ten"] else 1) * by if low < high else None
    if "few" in said:
        tens = number(said["few"]) if said["few"] else 0
        return (tens + 5 if tens else _FEW) * (10 if said["ten"] else 1) * by
    if "much" in said:
        much = amount(said["much"])
        return (much + _step(much) / 2) * _scaled(said["much_by"]) * by if much else None
    if "round" in said:
        return (_UNITS.get(said["round"]) or amount(said["round"]) or 0) * by or None
    return float(_scaled(said["named"])) if "named" in said else float(_ODD[said["odd"]] * by)


def _step(value: float) -> float:
    """What the last figure of a number counts: 30 counts tens, 100 hundreds."""
    step = 1
    while value % (step * 10) == 0:
        step *= 10
    return step


def _scaled(unit: str) -> float:
    """十, 千万, 亿 as a factor; nothing is one."""
    if unit in _SCALE:
        return _SCALE[unit]
    scale = 1.0
    for char in unit:
        scale *= _UNITS[char]
    return scale


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


_SINGLE = r"\d{1,3}(?:\.\d)?|[一二三四五六七八九]?十[一二三四五六七八九]?|[一两二三四五六七八九]"  # no range: 两三, 3-6
_SPAN = re.compile(
    rf"(?:大概|大约|差不多|约|估计|还要|还得|还有|要|再过|过了?|已经|有)*({_SINGLE})?个?(半)?个?(天|周|星期|礼拜|月|季度?|年)?(半)?"
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
