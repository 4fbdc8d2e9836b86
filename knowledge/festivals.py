"""Festivals: on which day, how they are called, and how a customer is greeted. The rules are `data/festivals.toml`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from knowledge.errors import Faults
from knowledge.files import File, Id, Line, parse
from knowledge.tree import DATA, Entry
from knowledge.yearly import Yearly, term
from knowledge.yearly import read as yearly_of

TERM, EVE = "term ", "eve"
Name = Annotated[str, Field(min_length=2, max_length=8)]


class ToneFile(File):
    """A way of greeting, and the behaviour types that it suits."""

    id: Id
    zh: Line
    types: list[str]


class OtherFile(File):
    """For customers whose type is not known."""

    tone: str


class FestivalFile(File):
    """One festival. `not_before` and `not_after` are characters beside which a name means something else."""

    id: Id
    zh: Line
    names: Annotated[list[Name], Field(min_length=1)]
    when: str
    not_before: str = ""
    not_after: str = ""
    lead: Annotated[int, Field(ge=0, le=30)] | None = None
    greeting: dict[str, Line] = Field(default_factory=dict)


class FestivalsFile(File):
    """`festivals.toml`."""

    tone: Annotated[list[ToneFile], Field(min_length=1)]
    other: OtherFile
    birthday: dict[str, Line]
    festival: Annotated[list[FestivalFile], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Festival:
    """A festival. `lead`: how many days ahead customers are greeted, None where they are not."""

    id: str
    zh: str
    names: tuple[str, ...]
    when: str
    not_before: str
    not_after: str
    lead: int | None
    greeting: Mapping[str, str]

    def of(self, year: int) -> date:
        """The day in that year (of a lunar festival: in that lunar year)."""
        if self.when == EVE:
            return Yearly(1, 1, lunar=True).of(year) - timedelta(days=1)
        if self.when.startswith(TERM):
            return term(year, self.when.removeprefix(TERM))
        day = yearly_of(self.when)
        if day is None:
            raise ValueError(f"no day is written {self.when!r}")
        return day.of(year)

    def around(self, day: date) -> Iterator[date]:
        """The days of the festival from the year before `day` on."""
        return (self.of(year) for year in range(day.year - 1, day.year + 3))

    def next_from(self, day: date) -> date:
        """The first that is not before `day`."""
        return next(on for on in self.around(day) if on >= day)


@dataclass(frozen=True, slots=True)
class Festivals:
    """All of them, and the ways of greeting."""

    all: Mapping[str, Festival]
    tones: Mapping[str, str]  # id -> zh
    tone_by_type: Mapping[str, str]
    other: str
    birthday: Mapping[str, str]

    def tone(self, type_id: str) -> str:
        """The way of greeting a customer of that type."""
        return self.tone_by_type.get(type_id, self.other)

    @property
    def greeted(self) -> tuple[Festival, ...]:
        """Those for which customers are greeted."""
        return tuple(one for one in self.all.values() if one.lead is not None)


@cache
def load_festivals(path: Path = DATA / "festivals.toml") -> Festivals:
    """The festivals from their file.

    Raises:
        Faults: with every fault of the file.
    """
    faults: list[str] = []
    told = parse(Entry(path, path.name), FestivalsFile, faults)
    if told is not None:
        faults.extend(f"{path.name}: {fault}" for fault in _faults(told))
    if faults or told is None:
        raise Faults(faults)
    found = {
        row.id: Festival(
            row.id, row.zh, tuple(row.names), row.when, row.not_before, row.not_after, row.lead, row.greeting
        )
        for row in told.festival
    }
    by_type = {type: tone.id for tone in told.tone for type in tone.types}
    return Festivals(found, {tone.id: tone.zh for tone in told.tone}, by_type, told.other.tone, told.birthday)


def _faults(told: FestivalsFile) -> Iterator[str]:
    tones = [tone.id for tone in told.tone]
    seen: set[str] = set()
    if told.other.tone not in tones:
        yield f"other.tone: 没有“{told.other.tone}”这种口气"
    if missing := [tone for tone in tones if tone not in told.birthday]:
        yield f"birthday: 缺少口气 {'、'.join(missing)}"
    for row in told.festival:
        if row.id in seen:
            yield f"festival.{row.id}: 编号重复"
        seen.add(row.id)
        if not _is_day(row.when):
            yield f"festival.{row.id}.when: 看不懂“{row.when}”，要写成 03-08、L08-15、term 清明 或 eve"
        if row.lead is not None and (missing := [tone for tone in tones if tone not in row.greeting]):
            yield f"festival.{row.id}.greeting: 缺少口气 {'、'.join(missing)}"
        if unknown := [tone for tone in row.greeting if tone not in tones]:
            yield f"festival.{row.id}.greeting: 没有这些口气 {'、'.join(unknown)}"


def _is_day(when: str) -> bool:
    if when.startswith(TERM):
        try:
            term(2026, when.removeprefix(TERM))
        except KeyError:
            return False
        return True
    return when == EVE or yearly_of(when) is not None
