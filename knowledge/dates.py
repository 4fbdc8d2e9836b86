"""Dates as reps say them: 明天, 大后天, 三天后, 下周三下午, 月底前, 国庆后, 农历八月十五, 12月3号上午十点半.

`find` returns the first phrase with its span, so that the rest of the sentence can be kept as the matter itself.

- A weekday without 下 is the next such day after today; a day of the month that has passed is next month's.
- What may mean several days (周三 said on a Wednesday, 下周 without a day) has them in `either`, the likeliest in `on`.
- A festival with 前 is the last working day before it, with 后 or 回来 the first one after its holidays; 年 means 春节.
- Of an hour without 上午 or 下午, 1 to 6 are after noon.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import cache, lru_cache, partial
from typing import Protocol

from knowledge.calendar import working_before, working_from
from knowledge.festivals import Festival, load_festivals
from knowledge.numbers import HAN, number
from knowledge.yearly import MOON, moon, moon_day, yearly

_DAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5}
_NEAR = {"今天": 0, "今晚": 0, "今日": 0, "明天": 1, "明早": 1, "明晚": 1, "明日": 1, "后天": 2, "大后天": 3}
_DIGIT = r"[\d一两二三四五六七八九十]"
_N = rf"(\d{{1,3}}|{HAN}{{1,3}})"
_MEASURE = "[天个台次件套年月周人家万千百元块折种米吨成遍点层间只箱批]"  # "2-3台" is no day
_NOT_A_WEEK = rf"(?<!{_DIGIT})(?<![每上个])"  # "一周一次", "每周五", "上周五", "每个周五"
_SINGLE = r"(?<!每)(?<!每个)"  # "每月15号" comes again and again
_NOT_A_YEAR = r"(?<![\d几多半一两二三四五六七八九十百去前今明当往每青少中老成近])"  # "三年前", "去年后来"
_AFTER = r"(?:放假|长假|假期)?(?:之后|以后|后|回来|过后)(?![天面勤台])"
_BEFORE = r"(?:放假)?(?:之前|以前|前)(?![天面台任])"
_PAST = r"(?<!去年)(?<!前年)(?<!上个)(?<!上次)(?<!每年)(?<!每到)(?<!每逢)"
_BREAKS = ("new_year", "spring", "qingming", "labour", "dragon_boat", "mid_autumn", "national")

BACK = 60  # days; what is told later than that is no contact of those days any more
_BEGINS_BEHIND = re.compile(
    r"\W*(?:我们?|咱们?)?(?:(大?前[天日]|前儿|昨(?:[天日晚夜]|儿个?))"
    r"|上个?(?:周|礼拜|星期)([一二三四五六日天])|(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})[日号]?(?!\d))"
)
_DAYS_BEHIND = {"大": 3, "前": 2, "昨": 1}

_OVER = re.compile(r"大?前天|昨[天日晚]|上+个?(?:周|礼拜|星期|月)|去年|前年")

_PARTS = {"一早": "早上", "早": "早上", "晚": "晚上", "夜里": "晚上"}
_LATE = {"下午", "傍晚", "晚上"}
_PART = "早上|上午|中午|下午|傍晚|晚上|夜里|一早|早|晚"
_HOUR = rf"(\d{{1,2}}|{HAN}{{1,3}})"
_CLOCK = re.compile(
    rf"(?:的|[ ，,]{{1,2}})?(?:({_PART})[ 的]?)?"
    rf"(?:(\d{{1,2}})[:：](\d\d)(?!\d)"
    rf"|{_HOUR}[点點](?!要求|意见|建议|问题|想法|[都也儿不小])(?:(半)|([一三])刻|(\d{{1,2}}|{HAN}{{1,3}})分?(?!\d))?(?:钟|整)?)?"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A date phrase: the day it means, and where it stands. `past` is set for a full date before today.

    `at` is a local time of day, `part` a part of it such as 下午; `either` are the days that it may mean where there
    are several, earliest first.
    """

    on: date
    start: int
    end: int
    past: bool = False
    at: time | None = None
    part: str = ""
    either: tuple[date, ...] = ()


def find(text: str, today: date) -> Found | None:
    """The first date phrase in `text`; None if there is none, or it names a day that does not exist."""
    return next(iter(every(text, today)), None)


def coming(text: str, today: date) -> Found | None:
    """The first phrase for a day after today: in a note, what happened today or before may be told first."""
    return next((found for found in every(text, today) if found.on > today), None)


@lru_cache(maxsize=128)  # ninety patterns take 0.3 ms, and one note is asked for its days from many sides
def every(text: str, today: date) -> tuple[Found, ...]:
    """All date phrases of a text in their order."""
    return tuple(_found(text, today))


def over(text: str) -> bool:
    """Whether a day is named that can only lie behind us (昨天, 上周三, 去年); `find` knows none of them."""
    return _OVER.search(text) is not None


def behind(text: str, today: date) -> Found | None:
    """The day that a text begins with, where it lies behind us but no more than `BACK` days: 昨晚, 上周三, 11月20号."""
    match = _BEGINS_BEHIND.match(text)
    if match is None:
        return None
    near, weekday, year, month, day = match.groups()
    if near:
        on: date | None = today - timedelta(days=_DAYS_BEHIND[near[0]])
    elif weekday:
        on = today - timedelta(days=today.weekday() + 7 - _DAYS[weekday])
    elif year:
        on = _day(int(year), int(month), int(day))
    else:
        on = _latest(today, int(month), int(day))
    if on is None or not 0 < (today - on).days <= BACK:
        return None
    evening = bool(near) and near[-1] in "晚夜"
    return Found(on, match.start(), match.end(), past=True, part="晚上" if evening else "")


# Such phrases mean another day on every day; 年底, 国庆后 and 12月3号 do not.
_MOVES = re.compile(r"大?后天|[今明下这本过上]|[周星礼月]|\d{1,3}(?!\d*[年月/\-.])|[一二两三四五六七八九十]{1,3}(?!月)")
_NEXT_MONTH, _NEXT_WEEK = re.compile(r"下+个?月"), re.compile(r"下+个?(?:周|星期|礼拜)")
_NOW_OVER = re.compile(
    r"(?<![之以])(大?前天(?!台)|前儿|昨[天日晚夜]|昨儿个?)|上个?(?:周|礼拜|星期)([一二三四五六日天])"
)


def fixed(text: str, today: date, known: Sequence[Found] = ()) -> str:
    """The text with dates in the place of phrases that mean another day tomorrow: 明天 becomes 11月24日.

    `known` are phrases whose day is known better than by themselves. What may mean several days stays as it is, but
    for months and weeks.
    """
    better = {one.start: one for one in known}
    spans = [(one.start, one.end, _written(text, better.get(one.start, one))) for one in every(text, today)]
    for match in _NOW_OVER.finditer(text):
        found = behind(match[0], today)
        if found is not None:
            spans.append((match.start(), match.end(), _as_date(found)))
    for start, end, said in sorted(spans, reverse=True):
        text = f"{text[:start]}{said or text[start:end]}{text[end:]}"
    return text


def _written(text: str, one: Found) -> str:
    """A phrase as it reads on every day; "" where it does so already, or may mean several days."""
    said = text[one.start : one.end]
    if _NEXT_MONTH.fullmatch(said):
        return f"{one.on.month}月"
    if _NEXT_WEEK.fullmatch(said):
        return f"{one.on.month}月{one.on.day}日那周"
    if one.either or "年" in said or _MOVES.match(said) is None:
        return ""
    return _as_date(one) + "前" * said.endswith("前")


def _as_date(one: Found) -> str:
    """A day as it is called on every day, with its hour."""
    return f"{one.on.month}月{one.on.day}日{f'{one.at:%H:%M}' if one.at else one.part}"


_FROM_TODAY = re.compile(r"^(?:大?后天|[下明今过这本])|[后内前]")  # such a phrase names another day on every day
_EARLIER = (8, 31, 366)  # days back from which it is looked for: a weekday, a day of the month, a day of the year


def earlier(phrase: str, today: date) -> date | None:
    """The last such day before today: of 周五 last week's, of 25号 last month's, of 12月30号 last year's.

    None for a phrase that counts from today (明天, 下周三, 三天后), which has none.
    """
    if _FROM_TODAY.search(phrase):
        return None
    found = (find(phrase, today - timedelta(days=days)) for days in _EARLIER)
    return next((one.on for one in found if one is not None and one.on < today), None)


class Phrase(Protocol):
    """A phrase of a text."""

    @property
    def start(self) -> int:
        """Where it begins."""
        ...

    @property
    def end(self) -> int:
        """Where it ends, excluded."""
        ...


def without(text: str, *found: Phrase | None) -> str:
    """The text with blanks in the places of phrases, so that every other keeps its place."""
    for one in found:
        if one is not None:
            text = text[: one.start] + " " * (one.end - one.start) + text[one.end :]
    return text


def _latest(today: date, month: int, day: int) -> date | None:
    """The last such day up to today."""
    return next((on for year in (today.year, today.year - 1) if (on := _day(year, month, day)) and on <= today), None)


def hour(text: str, today: date) -> Found | None:
    """A time of day without a day, which means today: 下午三点."""
    for found in _CLOCK.finditer(text):
        at, part = _time(found)
        if at is not None:
            return Found(today, found.start(), found.end(), at=at, part=part)
    return None


def _found(text: str, today: date) -> Iterator[Found]:
    """All date phrases in order, the longest of those that begin at one place; none inside another."""
    if _any().search(text) is None:
        return
    hits = []
    for pattern, meaning in _phrases():
        for match in pattern.finditer(text):
            sense = meaning(match, today)
            if sense is not None:
                on, *others = sense if isinstance(sense, tuple) else (sense,)
                either = tuple(sorted({on, *others})) if others else ()
                hits.append(Found(on, match.start(), match.end(), past=on < today, either=either))
    at = 0
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if hit.start >= at:
            whole = _with_hour(hit, text)
            at = whole.end
            yield whole


def _with_hour(hit: Found, text: str) -> Found:
    """A phrase with the time of day that follows it, or that it names itself (明早)."""
    own = _PARTS.get(text[hit.end - 1], "") if text[hit.start : hit.end] in {"今晚", "明早", "明晚"} else ""
    clock = _CLOCK.match(text, hit.end)
    if clock is None:
        return replace(hit, part=own)
    at, part = _time(clock, own)
    if at is None and not part:
        return hit
    stated = at is not None or clock[1] is not None
    return replace(hit, end=clock.end() if stated else hit.end, at=at, part=part)


def _time(clock: re.Match[str], own: str = "") -> tuple[time | None, str]:
    """The hour and the part of the day that are said; (None, "") where neither is."""
    part = _PARTS.get(clock[1], clock[1]) if clock[1] else own
    said = clock[2] or clock[4]
    if said is None or (said == "一" and not clock[1] and not own and clock.end(4) + 1 == clock.end()):
        return None, part  # "周五一点都没空" names no hour
    hours = number(said)
    minutes = int(clock[3] or 0) if clock[2] else _minutes(clock)
    noon = (part in _LATE and hours < 12) or (part == "中午" and hours < 3) or (not part and 1 <= hours <= 6)
    hours += 12 if noon else 0
    return (time(hours, minutes), part) if hours < 24 and minutes < 60 else (None, part)


def _minutes(clock: re.Match[str]) -> int:
    if clock[5]:
        return 30
    if clock[6]:
        return 15 * number(clock[6])
    return number(clock[7]) if clock[7] else 0


# --- what the phrases mean: a day, or several with the likeliest first ------------------------------------------------

Sense = date | tuple[date, ...] | None
Meaning = Callable[[re.Match[str], date], Sense]


def _full(match: re.Match[str], today: date) -> Sense:
    return _day(int(match[1]), int(match[2]), int(match[3]))


def _month_day(match: re.Match[str], today: date) -> Sense:
    month, day = number(match[1]), number(match[2])
    on = _day(today.year, month, day)
    if on is not None and on < today - timedelta(days=60):
        on = _day(today.year + 1, month, day)
    spoken = not any(char.isdigit() for char in match[0]) and match[0][-1] not in "日号"
    moon = yearly(month, day, lunar=True) if spoken and on is not None else None
    return (on, moon.next_from(today)) if moon and on is not None and on >= today else on


def _next_years(match: re.Match[str], today: date) -> Sense:
    return _day(today.year + 1, number(match[1]), number(match[2]))


def _next_years_month(match: re.Match[str], today: date) -> Sense:
    year, month = today.year + 1, number(match[1])
    if not 1 <= month <= 12:
        return None
    return date(year, month, 1), date(year, month, 15), _last(date(year, month, 1))


def _day_of_month(match: re.Match[str], today: date) -> Sense:
    wanted = number(match[2])
    if match[1] and match[1][0] == "上":
        before = _month(today, -match[1].count("上"))
        return _day(before.year, before.month, wanted)
    following = _month(today, 1)
    if match[1] or wanted < today.day:
        return _day(following.year, following.month, wanted)
    on = _day(today.year, today.month, wanted)
    later = _day(following.year, following.month, wanted)
    return (on, later) if on == today and later is not None else on


def _near(match: re.Match[str], today: date) -> Sense:
    return today + timedelta(days=_NEAR[match[0]])


def _days(match: re.Match[str], today: date) -> Sense:
    return today + timedelta(days=number(match[1]))


def _some_days(match: re.Match[str], today: date) -> Sense:
    """过两天 and the like promise no day: two, three or five days on."""
    return tuple(today + timedelta(days=away) for away in (2, 3, 5))


def _weeks(match: re.Match[str], today: date) -> Sense:
    return today + timedelta(weeks=number(match[1]))


def _months(match: re.Match[str], today: date) -> Sense:
    return _later(today, number(match[1])) + timedelta(days=15 if match[2] else 0)


def _half_month(match: re.Match[str], today: date) -> Sense:
    return today + timedelta(days=15)


def _half_year(match: re.Match[str], today: date) -> Sense:
    return _later(today, 6)


def _years(match: re.Match[str], today: date) -> Sense:
    return _later(today, 12 * number(match[1])) if number(match[1]) <= 10 else None


def _weekday(match: re.Match[str], today: date) -> Sense:
    wanted = _DAYS[match[2]]
    if match[1] is not None:
        monday = today - timedelta(days=today.weekday())
        return monday + timedelta(weeks=match[1].count("下"), days=wanted)
    if match[2] == "末" and today.weekday() >= 5:  # the rest of this week-end, or the next one
        saturday = today + timedelta(days=12 - today.weekday())
        return (date.fromordinal(today.toordinal() + 6 - today.weekday()), saturday)
    on = today + timedelta(days=(wanted - today.weekday()) % 7 or 7)
    return (on, today) if wanted == today.weekday() else on


def _next_week(match: re.Match[str], today: date) -> Sense:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=match[0].count("下"))
    return tuple(monday + timedelta(days=days) for days in (0, 2, 4))


def _this_week(match: re.Match[str], today: date) -> Sense:
    """By Friday; at the week-end by its end."""
    return today + timedelta(days=(4 if today.weekday() <= 4 else 6) - today.weekday())


def _in_month(match: re.Match[str], today: date) -> Sense:
    """月初, 月中, 月底, of this month or a later one; one that is over is the next month's."""
    ahead = (match[1] or "").count("下")
    on = _within(_month(today, ahead), match[2])
    return on if on >= today or match[0].startswith(("这", "本")) else _within(_month(today, ahead + 1), match[2])


def _in_named_month(match: re.Match[str], today: date) -> Sense:
    month = number(match[2])
    if not 1 <= month <= 12:
        return None
    year = today.year + (1 if match[1] else 0)
    on = _within(date(year, month, 1), match[3])
    return on if on >= today else _within(date(year + 1, month, 1), match[3])


def _next_month(match: re.Match[str], today: date) -> Sense:
    first = _month(today, match[0].count("下"))
    return first, first.replace(day=15), _last(first)


def _months_end(match: re.Match[str], today: date) -> Sense:
    return _last(today)


def _quarter(match: re.Match[str], today: date) -> Sense:
    """季度末 is a quarter's last day; 下季度 begins on its first, and may mean any of its months."""
    first = _month(today.replace(day=1), 3 * match[0].count("下") - (today.month - 1) % 3)
    if match[0][-1] in "末底":
        return _last(_month(first, 2))
    return first, _month(first, 1), _month(first, 2)


def _years_end(match: re.Match[str], today: date) -> Sense:
    return date(today.year + (1 if match[0].startswith("明") else 0), 12, 31)


def _next_years_start(match: re.Match[str], today: date) -> Sense:
    return date(today.year + 1, 1, 1)


def _moon(match: re.Match[str], today: date) -> Sense:
    found = moon(match)
    return found.next_from(today) if found else None


def _new_years_day(match: re.Match[str], today: date) -> Sense:
    found = yearly(1, moon_day(match[1]), lunar=True)
    return found.next_from(today) if found else None


def _festival(match: re.Match[str], today: date, festival: Festival) -> Sense:
    return festival.next_from(today)


def _after(match: re.Match[str], today: date, festivals: Iterable[Festival]) -> Sense:
    """The first working day after the holidays around a festival; the soonest of several."""
    days = (working_from(on + timedelta(days=1)) for one in festivals for on in one.around(today))
    return min(day for day in days if day > today)


def _before(match: re.Match[str], today: date, festivals: Iterable[Festival]) -> Sense:
    days = (working_before(on - timedelta(days=1)) for one in festivals for on in one.around(today))
    return min(day for day in days if day >= today)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(day: date, ahead: int) -> date:
    """The first day of the month that is so many months ahead."""
    months = day.year * 12 + day.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)


def _last(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _later(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that is too short."""
    first = _month(day, months)
    return first.replace(day=min(day.day, _last(first).day))


def _within(first: date, part: str) -> date:
    return first if part[0] in "初头上" else first.replace(day=15) if part[0] == "中" else _last(first)


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], Meaning], ...]:
    festivals = load_festivals().all
    spring, breaks = (festivals["spring"],), tuple(festivals[id] for id in _BREAKS)
    own = [row for festival in festivals.values() for row in _of_festival(festival)]
    nearest: tuple[tuple[str, Meaning], ...] = (
        (rf"过完年|过了年|{_NOT_A_YEAR}年(?:之|以)?后(?![来期天])", partial(_after, festivals=spring)),
        (rf"{_NOT_A_YEAR}年(?:之|以)?前(?![后天])", partial(_before, festivals=spring)),
        (r"(?<![细环季情章关枝时音春字])节后(?!余)", partial(_after, festivals=breaks)),
        (r"(?<![细环季情章关枝时音春字])节前", partial(_before, festivals=breaks)),
    )
    rows = (*_PHRASES, *own, *nearest)
    return tuple((re.compile(pattern), meaning) for pattern, meaning in rows)


@cache
def _any() -> re.Pattern[str]:
    """All phrases as one pattern: most texts have none, and to see that takes a quarter of the time."""
    return re.compile("|".join(f"(?:{pattern.pattern})" for pattern, _ in _phrases()))


def _of_festival(festival: Festival) -> Iterator[tuple[str, Meaning]]:
    """国庆后, 过完国庆, 国庆前, 国庆."""
    names = "|".join(map(re.escape, sorted(festival.names, key=len, reverse=True)))
    before = f"(?<![{festival.not_before}])" if festival.not_before else ""
    after = f"(?![{festival.not_after}])" if festival.not_after else ""
    name = rf"{_PAST}{before}(?:{names})"
    yield rf"{name}{_AFTER}|{_PAST}过(?:完|了)(?:{names})", partial(_after, festivals=(festival,))
    yield rf"{name}{_BEFORE}", partial(_before, festivals=(festival,))
    yield rf"{name}{after}", partial(_festival, festival=festival)


_PHRASES: tuple[tuple[str, Meaning], ...] = (
    (r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?", _full),
    (rf"明年{_N}月{_N}[日号]?", _next_years),
    (rf"明年{_N}月份?(?!{_DIGIT}|[初头上中下底末])", _next_years_month),
    (rf"(?<!\d)(?<!每年)(?<![历闰]){_N}月{_N}[日号]?", _month_day),
    (rf"(?<![\d.])(1[0-2]|0?[1-9])[-/](3[01]|[12]\d|0?[1-9])(?![\d.]|\s*{_MEASURE})", _month_day),
    (
        rf"(?<!\d)(?<!{_DIGIT}月)(?<!每月)(?<!每个月)(?<![历闰])(?:(下个?月|上+个?月)|(?:这个?|本)月)?{_N}[号日](?!楼|线|店|门)",
        _day_of_month,
    ),
    (r"大后天|(?<![之以最])后天|明天|明早|明晚|明日|今天|今晚|今日", _near),
    (rf"{_N}个?天[之以]?后", _days),
    (r"(?<![超不])过(?:两|几|两三|三两|三五)天", _some_days),
    (rf"(?<![超不])过{_N}天", _days),
    (rf"(?<![期超\d]){_N}个?天[之以]?内", _days),
    (rf"{_N}个?(?:星期|礼拜|周)[之以]?[后内]", _weeks),
    (rf"{_N}个(半)?月[之以]?后", _months),
    (rf"(?<!{_DIGIT}个)(?<!{_DIGIT})半个?月[之以]?后", _half_month),
    (r"(?<!年)半年[之以]?后", _half_year),
    (rf"(?<!\d){_N}年[之以]?后", _years),
    (rf"{_NOT_A_WEEK}(?:(下下|下|这|本)个?)?(?:周|星期|礼拜)([一二三四五六日天末])", _weekday),
    (r"下?下个?(?:周|星期|礼拜)(?![一二三四五六日天末])", _next_week),
    (r"(?:这|本)个?(?:周|星期|礼拜)[之以]?内", _this_week),
    (
        rf"(?<![个每上]|{_DIGIT})(?:(下下个?|下个?)|这个?|本)?月(初|头|中旬?|上旬|下旬|底|末)(?:[之以]?前)?",
        _in_month,
    ),
    (rf"(?<!\d)(?<!每年)(明年)?{_N}月份?(初|头|中旬?|上旬|下旬|底|末)(?:[之以]?前)?", _in_named_month),
    (r"下?下个?月(?![初头中上下底末\d一二三四五六七八九十])", _next_month),
    (r"(?:这个?|本)月[之以]?内", _months_end),
    (rf"{_SINGLE}(?:下下个?|下个?|这个?|本)?季(?:度)?[末底](?:[之以]?前)?", _quarter),
    (r"下?下个?季度?(?![末底节])", _quarter),
    (rf"{_SINGLE}(?<![去前上])(?:明年|今年)?年[底末](?:[之以]?前)?(?!货)|明年[底末]", _years_end),
    (r"明年年?初", _next_years_start),
    (MOON, _moon),
    (r"(?:大年|正月)(初[一二三四五六七八九十]|十[一二三四五])", _new_years_day),
)
