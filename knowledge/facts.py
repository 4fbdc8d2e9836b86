"""Facts about a customer: what can be known, how it is asked for, and how it is said.

A value is a number, yes or no, one of a few choices, an amount of money in yuan, a date (as ISO text), or a day of
every year (as the code of `knowledge/yearly.py`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.errors import Faults
from knowledge.files import FactFile, FactsFile, read_each
from knowledge.rules import Value
from knowledge.tree import Source, Tree, tree
from knowledge.yearly import read as yearly_of

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_UNITS = {"亿": 1e8, "千万": 1e7, "百万": 1e6, "万": 1e4, "w": 1e4, "千": 1e3, "k": 1e3}
LARGEST = 1e12


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to tap."""

    value: Value
    zh: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that can be known. `lasts`: days after which it is asked for again, 0 for never."""

    id: str
    zh: str
    ask: str
    kind: str
    unit: str
    lasts: int
    choices: tuple[Option, ...]

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
            return _amount(bare, money=self.kind == "money")
        if self.kind == "date":
            return _iso(bare)
        return None

    def said(self, value: Value) -> str:
        """A value as people say it, with its unit."""
        if self.kind == "yearly" and (day := yearly_of(str(value))):
            return day.said()
        if self.kind == "date":
            return _spoken(str(value))
        if self.kind in {"flag", "choice"}:
            return next((option.zh for option in self.choices if option.value == value), str(value))
        if self.kind == "money" and isinstance(value, int | float):
            return f"{plain(value / 1e4)} 万元" if abs(value) >= 1e4 else f"{plain(value)} 元"
        return f"{plain(value)} {self.unit}".strip() if isinstance(value, int | float) else str(value)

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


def _amount(text: str, *, money: bool) -> Value | None:
    found = _NUMBER.search(text)
    if found is None:
        return None
    number = float(found[0])
    if money:
        tail = text[found.end() :].strip()
        number *= next((factor for unit, factor in _UNITS.items() if tail.startswith(unit)), 1.0)
    if not 0 <= number <= LARGEST:
        return None
    return int(number) if number == int(number) else number


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
    for told in _by_layer(files, faults):
        owners: dict[str, str] = {}
        for said, row in told:
            faults.extend(f"{said}: {row.id}: {fault}" for fault in _faults(row, owners))
            owners[row.id] = said
            choices: Sequence[Option] = [Option(option.value, option.zh) for option in row.choices]
            found[row.id] = Fact(row.id, row.zh, row.ask, row.kind, row.unit, row.lasts, tuple(choices))
    if faults:
        raise Faults(faults)
    return found


def _by_layer(files: Tree, faults: list[str]) -> Iterator[list[tuple[str, FactFile]]]:
    """The rows of each folder's files, the team's last."""
    layers: dict[int, list[tuple[str, FactFile]]] = {}
    for name in files.names("facts/*.toml"):
        for said, told in read_each(files, name, FactsFile, faults):
            layers.setdefault(int(said != name), []).extend((said, row) for row in told.fact)
    return (rows for _, rows in sorted(layers.items(), key=lambda layer: layer[0]))


def _faults(row: FactFile, owners: Mapping[str, str]) -> Iterator[str]:
    if row.id in owners:
        yield f"编号重复（{owners[row.id]} 里已经有了）"
    if row.kind == "flag" and sorted(str(option.value) for option in row.choices) != ["False", "True"]:
        yield "choices: 是非题的选项要正好是 true 和 false"
    if row.kind == "choice" and len(row.choices) < 2:
        yield "choices: 选择题至少要两个选项"
    values = [(type(option.value), option.value) for option in row.choices]
    if len(set(values)) < len(values):
        yield "choices: 选项的值重复"
