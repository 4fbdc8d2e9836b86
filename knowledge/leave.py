"""Leave as people say it: 下周一到周五请假, 明天请假, 12月1号到5号休年假, 请三天假, 提前回来了.

- A last day is looked for from the first one on, so that 下周一到周五 is one week.
- So many 天 are working days; a week or a month is counted by the calendar.
- Without a first day (请三天假, 请假到周五) a leave begins today; 下周 and 下个月 without a day are the whole of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge import dates
from knowledge.calendar import is_working
from knowledge.numbers import HAN, number

LONGEST = 366  # days
FURTHEST = 366  # days until it begins
_ASKED = re.compile(r"请[^他她它]{0,6}假|休[^息他她]{0,6}假|年假|婚假|产假|陪产假|病假|事假|放假|休假|度假|调休")
_BACK = re.compile(r"取消(?:请假|休假)|不(?:请|休)(?:假|了)|销假|回来上?班?了|提前回来|假(?:期)?取消")
_TO = re.compile(r"\s*(?:一直)?(?:到|至|[-—–~～]{1,2})\s*")
_UNTIL = re.compile(r"[到至]$")
_SPAN = re.compile(rf"(?<![\d第]) ?(?:(\d{{1,3}}|{HAN}{{1,3}})(?:个)?(天|工作日|日|周|星期|礼拜|月)|(半个?月)|(半天))")
_WHOLE = re.compile(r"^下+个?(?:周|星期|礼拜|月)$")
_SPARE = re.compile(
    r"[我俺要想得需准备打算从由起开始就都了的在去，,。.！!～~ ]|请|休|年假|婚假|产假|陪产假|病假|事假|放假|度假"
    r"|假期?|调休|期间"
)


@dataclass(frozen=True, slots=True)
class Leave:
    """A leave with its first and last day; `rest` is what was said beside it."""

    first: date
    last: date
    rest: str = ""


def asks(text: str) -> bool:
    """Whether a text speaks of leave at all."""
    return _ASKED.search(text) is not None


def is_bare(text: str) -> bool:
    """Whether a text speaks of leave, and says neither whose nor when: 我要请假."""
    return asks(text) and not _rest(text)


def is_back(text: str) -> bool:
    """Whether a text takes a leave back."""
    return _BACK.search(text) is not None


def find(text: str, today: date, days: Mapping[date, bool] | None = None) -> Leave | None:
    """The leave that a text tells; None if it names no days, or days that have passed, or more than a year."""
    begin = dates.find(text, today)
    if begin is None:
        span = _SPAN.search(text)
        return _checked(today, _after(span, today, days), _rest(text, span.span()), today) if span else None
    first = begin.on
    if begin.either and _WHOLE.match(text[begin.start : begin.end]):
        return _checked(begin.either[0], begin.either[-1], _rest(text, (begin.start, begin.end)), today)
    joint = _TO.match(text, begin.end)
    until = _until(text[joint.end() :], first, today) if joint else None
    if joint is not None and until is None:
        return None
    if joint is not None and until is not None:
        return _checked(first, until.on, _rest(text, (begin.start, joint.end() + until.end)), today)
    if _UNTIL.search(text[: begin.start]):
        return _checked(today, first, _rest(text, (begin.start - 1, begin.end)), today)
    span = _SPAN.search(text, begin.end) or _SPAN.search(text[: begin.start])
    if span is not None:
        rest = _rest(text, (begin.start, begin.end), span.span())
        return _checked(first, _after(span, first, days), rest, today)
    return _checked(first, first, _rest(text, (begin.start, begin.end)), today)


def _until(text: str, first: date, today: date) -> dates.Found | None:
    """The last day: as said from today, or (where that would lie before the first) as said from the first day."""
    for said in (*([today] if first >= today else ()), first - timedelta(days=1), first):
        found = dates.find(text, said)
        if found is not None and found.start == 0 and found.on >= first:
            return found
    return None


def _after(span: re.Match[str], first: date, days: Mapping[date, bool] | None) -> date:
    """The last day of a leave that takes so long."""
    if span[4]:
        return first
    if span[3]:
        return first + timedelta(days=14)
    count = number(span[1])
    if span[2] in {"周", "星期", "礼拜"}:
        return first + timedelta(days=7 * count - 1)
    if span[2] == "月":
        return first + timedelta(days=30 * count - 1)
    last = first
    for ahead in range(LONGEST):
        last = first + timedelta(days=ahead)
        count -= is_working(last, days)
        if count <= 0:
            break
    return last


def _checked(first: date, last: date, rest: str, today: date) -> Leave | None:
    first = max(first, today) if last >= today else first
    if first < today or last < first or (last - first).days >= LONGEST or (first - today).days > FURTHEST:
        return None
    return Leave(first, last, rest)


def _rest(text: str, *spans: tuple[int, int]) -> str:
    """What is left of a text without its days and without the words of leave themselves."""
    left = "".join(char for at, char in enumerate(text) if not any(start <= at < end for start, end in spans))
    return _SPARE.sub("", left)
