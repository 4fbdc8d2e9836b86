"""When to be in touch again. The rules are data (`data/cadence.toml`); the last contact and today are arguments."""

from collections.abc import Mapping
from dataclasses import dataclass
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
Days = Annotated[int, Field(ge=1, le=730)]


class RhythmFile(File):
    """One rhythm: days after the last contact."""

    ideal: Days
    latest: Days
    method: Literal["visit", "phone", "wechat"]


class RetryFile(File):
    """How long to wait after a contact that did not come about."""

    days: Days


class CadenceFile(File):
    """`cadence.toml`."""

    rhythm: Mapping[str, RhythmFile] = Field(default_factory=dict)
    retry: RetryFile | None = None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a customer is to be contacted, in days, and how."""

    ideal: int
    latest: int
    method: str
    own: bool = False  # set by the rep, not by the rule


@dataclass(frozen=True, slots=True)
class Cadence:
    """The rules for all grades."""

    rhythms: Mapping[str, Rhythm]
    retry_days: int

    def rhythm(self, grade: str, every_days: int | None = None) -> Rhythm:
        """The rhythm of a grade ("" for not graded), or the rep's own `every_days`."""
        rule = self.rhythms[grade or "new"]
        if every_days is None:
            return rule
        slack = max(1, round(every_days * (rule.latest - rule.ideal) / rule.ideal))
        return Rhythm(every_days, every_days + slack, rule.method, own=True)

    def next_after(
        self, contact: date, grade: str, every_days: int | None = None, overrides: Mapping[date, bool] | None = None
    ) -> date:
        """The working day on which the next contact is due after one on `contact`."""
        return working_from(contact + timedelta(days=self.rhythm(grade, every_days).ideal), overrides)

    def retry_after(self, day: date, overrides: Mapping[date, bool] | None = None) -> date:
        """The working day on which to try again after nobody was reached on `day`."""
        return working_from(day + timedelta(days=self.retry_days), overrides)

    def lateness(self, due: date | None, today: date, grade: str, every_days: int | None = None) -> str:
        """`none` without a plan, `early` before the day, `due` from it on, `late` past the latest day."""
        if due is None:
            return "none"
        if today < due:
            return "early"
        rhythm = self.rhythm(grade, every_days)
        return "due" if today <= due + timedelta(days=rhythm.latest - rhythm.ideal) else "late"


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
        faults.extend(
            f"{said}: rhythm.{grade}.latest: 不能小于 ideal"
            for grade, row in file.rhythm.items()
            if row.latest < row.ideal
        )
    rows = {grade: row for _, file in told for grade, row in file.rhythm.items()}
    retries = [file.retry for _, file in told if file.retry is not None]
    if told:
        first = told[0][0]
        faults.extend(f"{first}: rhythm.{grade}: 缺少这个等级" for grade in RHYTHMS if grade not in rows)
        faults.extend([] if retries else [f"{first}: retry: 缺少这一项"])
    if faults:
        raise Faults(faults)
    rhythms = {grade: Rhythm(row.ideal, row.latest, row.method) for grade, row in rows.items()}
    return Cadence(rhythms, retries[-1].days)
