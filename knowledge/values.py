"""Whether a text that was typed where one value is waited for is that value, or tells of somebody.

A value stands in a clause that says little else: 下周三吧, 等他出差回来. Whoever describes somebody writes more than
that, and what they write speaks for a type: 他问了三家的价，还要看检测报告.
"""

import re
from datetime import date

from knowledge import dates
from knowledge.belief import believe
from knowledge.kinds import LONGEST_TOLD
from knowledge.numbers import about
from knowledge.systems import System
from knowledge.text import CHINESE, comparable

BESIDE = 5  # characters that stand beside a value in its clause: 大概…吧, 他说…再看
DESCRIBES = 10  # characters; what is shorter (不知道, 等他通知) answers the question in its own way
_CLAUSE = re.compile(r"[\s，,。；;！!？?、]+")
# A number with what it counts: 三万, 十几, 两周; not the 一 of 一直.
_NUMERAL = re.compile(
    r"\d|[一两二三四五六七八九十百千几上半](?=[一二三四五六七八九十百千万亿几多来个天周月年块元次分])"
)
_FILLING = re.compile(r"\d+|[一两二三四五六七八九十百千万亿几多来元块钱次个月年天日号周分点]")


def is_value(text: str, today: date) -> bool:
    """Whether a clause of the text is a date or a number and little else; a single clause may say why that day."""
    every = [clause for clause in _CLAUSE.split(comparable(text)) if clause]
    if len(every) == 1 and len(text) <= LONGEST_TOLD and dates.find(text, today) is not None:
        return True
    return any(_is_value(clause, today) for clause in every)


def beside(text: str, today: date) -> str:
    """What a text says beside the clauses that are values: 下周三吧，他嫌贵，一直问能不能便宜."""
    return "，".join(clause for clause in _CLAUSE.split(text) if clause and not _is_value(comparable(clause), today))


def _is_value(clause: str, today: date) -> bool:
    found = dates.find(clause, today) or dates.behind(clause, today) or dates.hour(clause, today)
    if found is not None:
        return len(clause) - (found.end - found.start) <= BESIDE
    amounts = (about(clause[match.start() :]) for match in _NUMERAL.finditer(clause))
    return any(amounts) and len(_FILLING.sub("", clause)) <= BESIDE


def describes(text: str, system: System) -> bool:
    """Whether the text tells how somebody is: it is long enough, and speaks for a type of that system."""
    return len(text) >= DESCRIBES and speaks(text, system)


def speaks(text: str, system: System) -> bool:
    """Whether anything in the text speaks for a type of that system."""
    return CHINESE.search(text) is not None and believe(system.model, [text], types=system.order).speaks


def clauses(text: str) -> int:
    """How many clauses a text has."""
    return sum(1 for clause in _CLAUSE.split(text) if clause)


def first(text: str) -> str:
    """The first clause of a text, "" where there is none."""
    return next((clause for clause in _CLAUSE.split(text) if clause), "")
