"""When to be in touch again. The rules are data (`data/cadence.toml`); the last contact and today are arguments.

The grade says how often; an account's level may ask for more. What else a customer is (the stage of the relation, the
type) makes the rhythm faster or slower by a factor. A rep's own rhythm stands above all of them.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field

from knowledge.calendar import working_from
from knowledge.errors import Faults
from knowledge.files import File, read_each
from knowledge.tree import DATA, Source, tree

GRADES = {"A": "A 级", "B": "B 级", "C": "C 级", "D": "D 级", "": "未分级"}
METHODS = {"visit": "上门", "phone": "电话", "wechat": "微信", "other": "联系"}
LEVEL = "account_level"
LEAST, MOST = 0.5, 2.0  # several factors together: a rhythm is at most twice as fast or slow as its rule
LONGEST = 730
Days = Annotated[int, Field(ge=1, le=LONGEST)]
Grade = Literal["A", "B", "C", "D", "new"]


class RhythmFile(File):
    """One rhythm: days after the last contact. `visit`: a visit at least every so many days, where not all are."""

    ideal: Days
    latest: Days
    method: Literal["visit", "phone", "wechat"]
    visit: Days | None = None


class LevelFile(RhythmFile):
    """The rhythm of an account's level; `grade` is the grade that it is worth as much time as."""

    grade: Grade
    yields: bool = False  # to a grade, where there is one


class RetryFile(File):
    """How long to wait after a contact that did not come about."""

    days: Days


class CadenceFile(File):
    """`cadence.toml`."""

    rhythm: Mapping[str, RhythmFile] = Field(default_factory=dict)
    level: Mapping[str, LevelFile] = Field(default_factory=dict)
    factor: Mapping[str, Mapping[str, Annotated[float, Field(ge=LEAST, le=MOST, strict=False)]]] = Field(
        default_factory=dict
    )
    retry: RetryFile | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a customer is beside the grade: the type by system, such as {"account_level": "vip"}."""

    types: Mapping[str, str] = field(default_factory=dict)


UNKNOWN = Standing()


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a customer is to be contacted, in days, and how. `worth` is the grade whose time it takes.

    `level` is the account's level where that decided, `moved` are the types ("system:type") that made it faster or
    slower.
    """

    ideal: int
    latest: int
    method: str
    own: bool = False  # set by the rep, not by the rule
    worth: str = "new"
    visit: int | None = None
    level: str = ""
    moved: tuple[str, ...] = ()

    @property
    def slack(self) -> int:
        """Days that a contact may wait."""
        return self.latest - self.ideal


@dataclass(frozen=True, slots=True)
class Level:
    """The rhythm of an account's level; where it `yields`, a grade decides."""

    rhythm: Rhythm
    yields: bool


@dataclass(frozen=True, slots=True)
class Cadence:
    """The rules for all grades, levels, and what changes them."""

    rhythms: Mapping[str, Rhythm]
    retry_days: int
    levels: Mapping[str, Level] = field(default_factory=dict)
    factors: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def rhythm(self, grade: str, every_days: int | None = None, standing: Standing = UNKNOWN) -> Rhythm:
        """The rhythm of a grade ("" for not graded) and a standing, or the rep's own `every_days`."""
        rule = self._rule(grade, standing)
        if every_days is None:
            return self._moved(rule, standing)
        slack = max(1, round(every_days * rule.slack / rule.ideal))
        return replace(rule, ideal=every_days, latest=every_days + slack, own=True, level="", visit=None)

    def _rule(self, grade: str, standing: Standing) -> Rhythm:
        """The rule of the grade, or that of the level where it asks for more; without a grade that of the level."""
        rule = self.rhythms[grade or "new"]
        level = self.levels.get(standing.types.get(LEVEL, ""))
        if level is None or (grade and (level.yields or rule.ideal <= level.rhythm.ideal)):
            return rule
        return level.rhythm

    def _moved(self, rule: Rhythm, standing: Standing) -> Rhythm:
        found = {
            f"{system}:{type}": self.factors[system][type]
            for system, type in standing.types.items()
            if type in self.factors.get(system, {})
        }
        by = min(max(math.prod(found.values()), LEAST), MOST)
        if by == 1:
            return rule
        ideal = min(max(1, round(rule.ideal * by)), LONGEST)
        latest = min(max(ideal, round(rule.latest * by)), LONGEST)
        return replace(rule, ideal=ideal, latest=latest, moved=tuple(key for key, one in found.items() if one != 1))

    def retry_after(self, day: date, overrides: Mapping[date, bool] | None = None) -> date:
        """The working day on which to try again after nobody was reached on `day`."""
        return working_from(day + timedelta(days=self.retry_days), overrides)

    def strangers(self, types: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
        """What the rules name and no system knows; `types` are the types of each system."""
        for level in self.levels:
            if level not in types.get(LEVEL, {}):
                yield f"cadence.toml: level.{level}: {LEVEL} 里没有这一级"
        for system, rows in self.factors.items():
            if system not in types:
                yield f"cadence.toml: factor.{system}: 没有这个分类系统"
                continue
            for type in rows:
                if type not in types[system]:
                    yield f"cadence.toml: factor.{system}.{type}: {system} 里没有这一类"

    @property
    def systems(self) -> tuple[str, ...]:
        """The systems whose types a standing is to have."""
        return (LEVEL, *(system for system in self.factors if system != LEVEL))


def latest_day(
    due: date, rhythm: Rhythm, last: date | None = None, overrides: Mapping[date, bool] | None = None
) -> date:
    """The latest working day for a contact that is due, counted from the `last` logged one: a day that was moved gives
    no more time, though never less than until that day itself. A holiday in between gives until the day after it.
    """
    latest = due + timedelta(days=rhythm.slack)
    if last is not None:
        ideal = working_from(last + timedelta(days=rhythm.ideal), overrides)
        latest = max(due, min(latest, ideal + timedelta(days=rhythm.slack)))
    return working_from(latest, overrides)


def lateness(
    due: date | None,
    today: date,
    rhythm: Rhythm,
    last: date | None = None,
    overrides: Mapping[date, bool] | None = None,
) -> str:
    """`none` without a plan, `early` before the day, `due` from it on, `late` past the latest day."""
    if due is None:
        return "none"
    if today < due:
        return "early"
    return "due" if today <= latest_day(due, rhythm, last, overrides) else "late"


RHYTHMS = ("A", "B", "C", "D", "new")


@lru_cache(maxsize=2)  # two readings: that in use, and that which takes its place
def load_cadence(source: Source = DATA) -> Cadence:
    """The rules from their file; the team's may have some of them only.

    Raises:
        Faults: with every fault of the files.
    """
    files, faults = tree(source), list[str]()
    told = read_each(files, "cadence.toml", CadenceFile, faults)
    for said, file in told:
        faults.extend(
            f"{said}: rhythm.{grade}: 没有这个等级，可用 {' '.join(RHYTHMS)}"
            for grade in file.rhythm
            if grade not in RHYTHMS
        )
        named = {f"rhythm.{id}": row for id, row in file.rhythm.items()}
        named |= {f"level.{id}": row for id, row in file.level.items()}
        faults.extend(f"{said}: {key}.latest: 不能小于 ideal" for key, row in named.items() if row.latest < row.ideal)
    rows = {grade: row for _, file in told for grade, row in file.rhythm.items()}
    levels = {level: row for _, file in told for level, row in file.level.items()}
    factors: dict[str, dict[str, float]] = {}
    for _, file in told:
        for system, types in file.factor.items():
            factors.setdefault(system, {}).update(types)
    retries = [file.retry for _, file in told if file.retry is not None]
    if told:
        first = told[0][0]
        faults.extend(f"{first}: rhythm.{grade}: 缺少这个等级" for grade in RHYTHMS if grade not in rows)
        faults.extend([] if retries else [f"{first}: retry: 缺少这一项"])
    if faults:
        raise Faults(faults)
    return Cadence(
        {grade: _rhythm(row, grade) for grade, row in rows.items()},
        retries[-1].days,
        {id: Level(replace(_rhythm(row, row.grade), level=id), row.yields) for id, row in levels.items()},
        factors,
    )


def _rhythm(row: RhythmFile, worth: str) -> Rhythm:
    return Rhythm(row.ideal, row.latest, row.method, worth=worth, visit=row.visit)
