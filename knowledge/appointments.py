"""What is promised to a customer for a day, and whether it is a visit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

from knowledge.calendar import working_before

_VISIT = re.compile(
    r"上门|拜访|见面|面谈|当面|到店|来店|进店|看现场|去现场|工地|参观|演示|签约|签合同|吃饭|喝茶|去一趟|过去|约(?:好|了|在)|去(?:他|她|见|看|找)"
)

_HOUR = re.compile(r"\d\d:\d\d ")


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise: `reminder` and `customer` are ids; `at` is a local hour, `part` a part of the day such as 下午."""

    reminder: int
    customer: int
    name: str
    day: date
    what: str
    at: time | None = None
    part: str = ""


def since(today: date, days: Mapping[date, bool] | None = None) -> date:
    """The first day whose promises an evening asks about: days off before today had no evening of their own."""
    return working_before(today - timedelta(days=1), days) + timedelta(days=1)


def is_visit(what: str) -> bool:
    """Whether the words of a promise are about seeing the customer."""
    return _VISIT.search(what) is not None


def is_visit_without_hour(said: str) -> bool:
    """Whether a promise, as a day's list says it (15:00 送样册), is a visit at no stated hour."""
    return _HOUR.match(said) is None and is_visit(said)
