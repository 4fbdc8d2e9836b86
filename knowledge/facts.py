"""Facts about a customer: what can be known, how it is asked for, and how it is said.

A value is a number, yes or no, one of a few choices, an amount of money in yuan, a date (as ISO text), or a day of
every year (as the code of `knowledge/yearly.py`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from knowledge.errors import Faults
from knowledge.files import FactFile, FactsFile, read_each
from knowledge.numbers import About, about, amount, months
from knowledge.rules import Value
from knowledge.text import comparable
from knowledge.tree import Source, Tree, tree
from knowledge.yearly import read as yearly_of

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
LARGEST = 1e12
MONTHS = "个月"  # the unit of spans of time


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to tap."""

    value: Value
    zh: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that can be known. `lasts`: days after which it is asked for again, 0 for never. `on_card`: it stands
    on the customer's card, where it is told without a system that asks for it.
    """

    id: str
    zh: str
    ask: str
    kind: str
    unit: str
    lasts: int
    choices: tuple[Option, ...]
    aliases: tuple[str, ...] = ()
    on_card: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """What it is called, the name that is shown first."""
        return (self.zh, *self.aliases)

    @property
    def example(self) -> str:
        """A number or an amount as it may be typed."""
        if self.kind == "money":
            return "35万"
        some = [one.value for one in self.choices if isinstance(one.value, int | float) and one.value >= 1]
        return f"{plain(min(some, default=100))}{self.unit}"

    def option(self, number: int) -> Option | None:
        """The answer of that number."""
        return self.choices[number] if 0 <= number < len(self.choices) else None

    def parsed(self, text: str) -> Value | None:
        """What a typed answer means; None where it cannot be used."""
        said = text.strip().lower()
        for option in self.choices:
            if said == option.zh.lower():
                return option.value
        bare = said.replace(",", "").replace("，", "")
        if self.kind in {"number", "money"}:
            return 0 if _NONE.fullmatch(bare) else _rough(self._counted(bare), comparable(bare), self)
        if self.kind == "date":
            return _iso(bare)
        return None

    def _counted(self, text: str) -> int | float | None:
        """A number in the fact's unit; a span of time is turned into months, whatever its own unit."""
        if self.unit == MONTHS and not _NUMBER.fullmatch(text):
            return months(text)
        spelt = _valued(comparable(text), 0, self)
        if spelt is not None and spelt[2] == len(text) and isinstance(spelt[1], int | float):
            return spelt[1]
        return _amount(text, self)

    def said(self, value: Value) -> str:
        """A value as people say it, with its unit."""
        if self.kind == "yearly" and (day := yearly_of(str(value))):
            return day.said()
        if self.kind == "date":
            return _spoken(str(value))
        if self.kind in {"flag", "choice"}:
            return next((option.zh for option in self.choices if option.value == value), str(value))
        if not isinstance(value, int | float):
            return str(value)
        some = "约 " if isinstance(value, About) else ""
        if self.kind == "money":
            return f"{some}{plain(value / 1e4)} 万元" if abs(value) >= 1e4 else f"{some}{plain(value)} 元"
        return f"{some}{plain(value)} {self.unit}".strip()

    def filled(self, value: Value) -> str:
        """A value inside a sentence, where the unit of a number stands already."""
        if self.kind == "number" and isinstance(value, int | float):
            return plain(value)
        return self.said(value)


def current(known: Mapping[str, tuple[Value, date]], facts: Mapping[str, Fact], today: date) -> dict[str, Value]:
    """What is known and not yet too old to go by; what is no fact but a type (under its system's id) does not age."""
    return {id: value for id, (value, on) in known.items() if not _aged(facts.get(id), on, today)}


def _aged(fact: Fact | None, on: date, today: date) -> bool:
    return fact is not None and fact.lasts > 0 and (today - on).days > fact.lasts


def plain(value: float) -> str:
    """A number without a tail of noughts."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _amount(text: str, fact: Fact) -> int | float | None:
    """The first amount of a text; a unit that begins like 千 (千克) makes it no larger."""
    found = _NUMBER.search(text)
    if found is None or found[0].startswith("-"):
        return None
    tail = text[found.end() :].strip()
    bare = fact.unit and tail.startswith(fact.unit)
    number = amount(found[0]) if bare else (_read(text[found.start() :], fact) or (None,))[0]
    return number if number is not None and number <= LARGEST else None


def by_name(facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
    """Facts by everything that they are called, in its comparable form."""
    return {comparable(name): fact for fact in facts.values() for name in fact.names}


_LEAD = re.compile(r"[\s,，、;；。.]*(?:现在|目前|眼下|他|一共|总共|还|又)*")
_IS = r"\s*(?:[:：]|是|为|还有|有|还剩|剩|大概|大约|差不多|约|一共|总共|我们)*\s*"
_ABOUT = re.compile(r"\s*(?:左右|上下)?[了吧]?")
_NO = re.compile(r"(?:没有|没|无|不)再?")
_NONE = re.compile(rf"{_IS}(?:都|还|已经?|全部?|全都)*(?:没有|没了|结清|还清|付清|清零)了?")
_END = re.compile(r"[\s,，、;；。.!！]*(?:$|(?=[,，、;；。\s]))")


def told(text: str, names: Mapping[str, Fact]) -> list[tuple[Fact, Value]]:
    """What a text says of facts (`by_name`), as in 欠款 3 万，积分 1200; nothing where any part of it says more."""
    plain, at, found = comparable(text), 0, list[tuple[Fact, Value]]()
    while at < len(plain):
        at = max(at, _matched(_LEAD, plain, at))
        one = _one(plain, at, names)
        end = _matched(_END, plain, one[2]) if one else 0
        if one is None or end < one[2]:
            return []
        found.append(one[:2])
        at = end
    return found


def _matched(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where a match at `at` ends, -1 where there is none."""
    match = pattern.match(text, at)
    return match.end() if match else -1


def _one(text: str, at: int, names: Mapping[str, Fact]) -> tuple[Fact, Value, int] | None:
    """The fact that is named at `at` with its value, and where that ends."""
    none = max(at, _matched(_NO, text, at))
    for length in range(len(text) - none, 0, -1):
        fact = names.get(text[none : none + length])
        if fact is None:
            continue
        if none == at:
            return _valued(text, at + length, fact)
        counted = fact.kind in {"number", "money"}
        return (fact, 0, _matched(_ABOUT, text, none + length)) if counted else None
    return None


def _valued(text: str, at: int, fact: Fact) -> tuple[Fact, Value, int] | None:
    for option in fact.choices:
        end = _matched(re.compile(rf"{_IS}{re.escape(comparable(option.zh))}了?"), text, at)
        if end >= 0:
            return fact, option.value, end
    if fact.kind not in {"number", "money"}:
        return None
    end = _matched(_NONE, text, at)
    if end >= 0:
        return fact, 0, end
    unit = re.escape(fact.unit) if fact.unit else "(?:块钱|元|块|钱)"
    start = _matched(re.compile(_IS), text, at)
    bare = re.compile(rf"({_NUMBER.pattern})\s*{unit}").match(text, start)  # "5千克" is no 5,000
    said = (amount(bare[1]), len(bare[1])) if fact.unit and bare else _read(text[start:], fact)
    value, length = said or (None, 0)
    if value is None or not 0 <= value <= LARGEST:
        return None
    end = _matched(re.compile(rf"\s*(?:{unit})?{_ABOUT.pattern}"), text, start + length)
    kept = _rough(value, text[at:end], fact)
    return (fact, value if kept is None else kept, end)


# An amount said with one of these stands for a range, like 两三百万: 约15万, 15万左右, 20万以上, 不到20万.
_ROUGH = re.compile(
    r"大约|大概|差不多|约|左右|上下|以上|以下|[以之]内|不到|不足|超过|至少|最多|最少|不[少超]|将近|接近|估计|出头|\+"
)


def _rough(value: int | float | None, text: str, fact: Fact) -> int | float | None:
    """The amount as it was said: about so much, unless exactly so much. A span of time is no range."""
    return About(value) if value and fact.unit != MONTHS and _ROUGH.search(text) else value


def _read(text: str, fact: Fact) -> tuple[int | float, int] | None:
    """The amount that a text begins with, and where it ends; a span of time is no range (两三个月)."""
    said = about(text)
    return None if said and fact.unit == MONTHS and isinstance(said[0], About) else said


def _spoken(text: str) -> str:
    on = date.fromisoformat(text)
    return f"{on.year}年{on.month}月{on.day}日"


def _iso(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def load_facts(source: Source) -> Mapping[str, Fact]:
    """The facts of every file in `facts/`, by id; one of the team's replaces the shipped one.

    Raises:
        Faults: with every fault of every file.
    """
    files = tree(source)
    faults: list[str] = []
    found: dict[str, Fact] = {}
    files_of: dict[str, str] = {}
    for rows in _by_layer(files, faults):
        owners: dict[str, str] = {}
        for said, row in rows:
            faults.extend(f"{said}: {row.id}: {fault}" for fault in _faults(row, owners))
            owners[row.id] = said
            choices = [Option(_kept(row, option.value), option.zh) for option in row.choices]
            found[row.id] = Fact(
                row.id, row.zh, row.ask, row.kind, row.unit, row.lasts, tuple(choices), tuple(row.aliases), row.on_card
            )
            files_of[row.id] = said
    faults.extend(f"{files_of[id]}: {id}: {fault}" for id, fault in _same_names(found))
    if faults:
        raise Faults(faults)
    return found


def _kept(row: FactFile, value: Value) -> Value:
    """The value of an answer to tap: an amount stands for a range of them, but for nought."""
    return About(value) if row.kind == "money" and isinstance(value, int | float) and value else value


def _by_layer(files: Tree, faults: list[str]) -> Iterator[list[tuple[str, FactFile]]]:
    """The rows of each folder's files, the team's last."""
    layers: dict[int, list[tuple[str, FactFile]]] = {}
    for name in files.names("facts/*.toml"):
        for said, told in read_each(files, name, FactsFile, faults):
            layers.setdefault(int(said != name), []).extend((said, row) for row in told.fact)
    return (rows for _, rows in sorted(layers.items(), key=lambda layer: layer[0]))


def _same_names(facts: Mapping[str, Fact]) -> Iterator[tuple[str, str]]:
    """One name for two facts: nobody could tell which is meant."""
    owners: dict[str, str] = {}
    for fact in facts.values():
        for name in fact.names:
            owner = owners.setdefault(comparable(name), fact.id)
            if owner != fact.id:
                yield fact.id, f"“{name}”已经是 {owner} 的名字了"


def _faults(row: FactFile, owners: Mapping[str, str]) -> Iterator[str]:
    if row.id in owners:
        yield f"编号重复（{owners[row.id]} 里已经有了）"
    if row.kind == "flag" and sorted(str(option.value) for option in row.choices) != ["False", "True"]:
        yield "choices: 是非题的选项要正好是 true 和 false"
    if row.kind == "choice" and len(row.choices) < 2:
        yield "choices: 选择题至少要两个选项"
    if row.on_card and row.kind == "yearly":
        yield "on_card: 年年都有的日子只能从“要紧日子”里填"
    values = [(type(option.value), option.value) for option in row.choices]
    if len(set(values)) < len(values):
        yield "choices: 选项的值重复"
