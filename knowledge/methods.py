"""Ways to keep in touch: which one is next, so that it differs from the last, fits the customer, and was answered to.

The methods are data (`data/methods.toml`). The choice follows from what was logged and the date alone: asked again on
the same day, it is the same.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field

from knowledge.cadence import Grade, Rhythm
from knowledge.errors import Faults
from knowledge.files import File, Id, Line, Origin, read_each, twice
from knowledge.tree import DATA, Source, tree

Way = Literal["visit", "phone", "wechat"]
WAYS: tuple[Way, ...] = ("phone", "wechat", "visit")  # the order in which another way is looked for
LOOKED = 8  # contacts that are looked at: more than a season's
DEAF = 2  # contacts in a row that did not come about by one way, until another is tried
TRIES = 3  # contacts by one way until its answers count
POOR = 1 / 3  # share of answers below which another way that was answered to is taken
EARLY = 2  # days before it is due that a visit may take the place of a call
APART = 7  # methods between those of two customers who came one after the other, so that a day has all sorts
SUITS = 3  # contacts that a method which suits the type comes round earlier
SWAY = 2  # at most so many contacts earlier or later by what was answered to


class MethodFile(File):
    """One way to keep in touch."""

    id: Annotated[Id, Field(max_length=16)]
    zh: Line
    ways: Annotated[list[Way], Field(min_length=1)]
    how: Line
    say: Line
    first: Line | None = None  # what to say to a stranger
    origin: Origin
    basic: bool = False
    grades: list[Grade] = Field(default_factory=list)
    signs: list[Annotated[str, Field(min_length=2, max_length=10)]] = Field(default_factory=list)
    suits: list[Id] = Field(default_factory=list)
    minds: list[Id] = Field(default_factory=list)
    every: Annotated[int, Field(ge=0, le=365)] = 0
    sold: bool = False
    season: bool = False


class MethodsFile(File):
    """`methods.toml`."""

    method: Annotated[list[MethodFile], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Past:
    """A logged contact: by which way, how ("" for not said), whether it came about, and what was noted."""

    on: date
    way: str
    how: str
    reached: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What a choice depends on. `past` is newest first; `type_id` is that of the primary system, `seed` the customer's
    id; `season` is whether a festival is near.
    """

    rhythm: Rhythm
    past: Sequence[Past]
    today: date
    type_id: str = ""
    met: bool = False  # before anything was logged here
    sold: bool = False
    season: bool = False
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Chosen:
    """The method and the way of the next contact. `why` is first, turn, deaf, answers, suits or next; `than` is the
    way or the method (its name) that it is taken instead of.
    """

    method: MethodFile
    way: str
    why: str
    than: str = ""


@dataclass(frozen=True, slots=True)
class Methods:
    """All of them, in the order of the file."""

    all: Mapping[str, MethodFile]

    def next(self, case: Case) -> Chosen:
        """How to make the next contact, and why so."""
        way, why, than = _way(case)
        if not case.met and not any(past.reached for past in case.past):
            return Chosen(self.basic(way), way, why or "first", than)  # nobody brings news to a stranger
        last = self._last(case)
        options = [one for one in self.all.values() if self._may(one, way, case) and one.id != last]
        if not options:
            return Chosen(self.basic(way), way, why or "next", than)
        ages = self._ages(case)
        order = {id: (at - case.seed * APART) % len(self.all) for at, id in enumerate(self.all)}
        best = max(options, key=lambda one: (self._score(one, case, ages), -order[one.id]))
        if why:
            return Chosen(best, way, why, than)
        if case.type_id in best.suits:
            return Chosen(best, way, "suits")
        return Chosen(best, way, "next", self.all[last].zh if last else "")

    def basic(self, way: str) -> MethodFile:
        """The bare way itself."""
        return next(one for one in self.all.values() if one.basic and way in one.ways)

    def said(self, note: str) -> str:
        """The method that a note tells of, "" for none; of several the one with the longest word."""
        said = ((len(sign), id) for id, one in self.all.items() for sign in one.signs if sign in note)
        return max(said, default=(0, ""), key=lambda found: found[0])[1]

    def strangers(self, types: Collection[str]) -> Iterator[str]:
        """Types that a method names and the primary system does not have."""
        for one in self.all.values():
            for type in (*one.suits, *one.minds):
                if type not in types:
                    yield f"methods.toml: method.{one.id}: 没有“{type}”这一类"

    def _used(self, past: Past) -> str:
        """The method of a contact; one of which only the way is known was that way's bare one."""
        if past.how in self.all:
            return past.how
        return self.basic(past.way).id if past.way in WAYS else ""

    def _last(self, case: Case) -> str:
        return self._used(case.past[0]) if case.past else ""

    def _may(self, one: MethodFile, way: str, case: Case) -> bool:
        return (
            way in one.ways
            and (not one.grades or case.rhythm.worth in one.grades)
            and (case.sold or not one.sold)
            and (case.season or not one.season)
            and case.type_id not in one.minds
            and not any((case.today - past.on).days < one.every for past in case.past if self._used(past) == one.id)
        )

    def _ages(self, case: Case) -> Mapping[str, int]:
        """How many contacts ago each method was used last."""
        ages: dict[str, int] = {}
        for at, past in enumerate(case.past):
            ages.setdefault(self._used(past), at)
        return ages

    def _score(self, one: MethodFile, case: Case, ages: Mapping[str, int]) -> int:
        """What was not used for longest comes first; what suits, and what was answered to, comes round earlier."""
        answers = sum(1 if past.reached else -1 for past in case.past if self._used(past) == one.id)
        return ages.get(one.id, LOOKED) + (SUITS if case.type_id in one.suits else 0) + min(max(answers, -SWAY), SWAY)


def _way(case: Case) -> tuple[str, str, str]:
    """By which way, and why another than the rhythm's: (way, why or "", instead of what)."""
    way = case.rhythm.method
    if case.rhythm.visit is not None:
        visits = [past.on for past in case.past if past.way == "visit" and past.reached]
        if not visits or (case.today - max(visits)).days >= case.rhythm.visit - EARLY:
            return "visit", "turn", ""
    tried = [past for past in case.past if past.way in WAYS]
    deaf = 0
    for past in tried:
        if past.reached or past.way != tried[0].way:
            break
        deaf += 1
    if deaf >= DEAF and tried[0].way == way:
        return next(other for other in WAYS if other != way), "deaf", way
    mine = [past.reached for past in tried if past.way == way]
    if len(mine) >= TRIES and sum(mine) / len(mine) < POOR:
        answered = {other: [past.reached for past in tried if past.way == other] for other in WAYS if other != way}
        better = [other for other, told in answered.items() if sum(told) * len(mine) > sum(mine) * len(told)]
        if better:
            return better[0], "answers", way
    return way, "", ""


@lru_cache(maxsize=2)
def load_methods(source: Source = DATA) -> Methods:
    """The methods from their file; the team's adds to them and replaces those of the same id.

    Raises:
        Faults: with every fault of the files.
    """
    files, faults = tree(source), list[str]()
    told = read_each(files, "methods.toml", MethodsFile, faults)
    for said, file in told:
        faults.extend(f"{said}: method.{id}: 编号重复" for id in twice(one.id for one in file.method))
    found = {one.id: one for _, file in told for one in file.method}
    if told and not faults:
        basic = [one for one in found.values() if one.basic]
        lacking = [way for way in WAYS if not any(way in one.ways for one in basic)]
        faults.extend(f"{told[0][0]}: method.basic: {way} 要有一样 basic = true" for way in lacking)
        faults.extend(f"{told[0][0]}: method.{one.id}.first: 缺少这一项" for one in basic if one.first is None)
    if faults:
        raise Faults(faults)
    return Methods(found)
