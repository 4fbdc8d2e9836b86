"""A rep's customers lived through day by day: everybody on the plan is reached, and everything follows as it would.

The rules are those of the bot itself (`cadence.py`, `plan.py`, `kinds.py`); only the rows are values. What is known of
a customer stays as it is, so a rhythm does not change on the way.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from knowledge.cadence import Rhythm, lateness, latest_day
from knowledge.calendar import is_working
from knowledge.kinds import DORMANT, Kinds, Occasion, load_kinds
from knowledge.plan import BUDGET, Pot, Wanted, cost, fit, quietest, room, window

SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as a simulation begins. `grade` is what planned work is counted by ("new" for not graded)."""

    id: int
    name: str
    rhythm: Rhythm
    grade: str = "new"
    due: date | None = None
    last: date | None = None
    occasions: tuple[Occasion, ...] = ()  # open ones; a promise is one of the kind `promise`


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact of a plan: since when it was due, and the kinds that made it due beside the rhythm."""

    id: int
    name: str
    due: date
    lateness: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """One working day: who is contacted, and how many may wait."""

    on: date
    contacts: tuple[Contact, ...]
    waits: int


@dataclass(slots=True)
class _Life:
    """A customer on the way."""

    start: Customer
    due: date | None
    last: date | None
    occasions: list[Occasion]


def simulate(
    customers: Sequence[Customer],
    first: date,
    last: date,
    *,
    before: Mapping[str, int] | None = None,
    budget: Mapping[str, Pot] = BUDGET,
    days: Mapping[date, bool] | None = None,
) -> Iterator[Day]:
    """Every working day from one date to another; `before` counts the contacts of the month before it, by grade."""
    kinds, lives = load_kinds(), {one.id: _begin(one) for one in customers}
    load: dict[date, float] = defaultdict(float)
    for life in lives.values():
        if life.due is not None:
            load[life.due] += cost(life.start.grade, budget)
    spent, month = Counter[str](before or {}), first.replace(day=1)
    for at in range((last - first).days + 1):
        today = first + timedelta(days=at)
        if today.replace(day=1) != month:
            spent, month = Counter[str](), today.replace(day=1)
        if not is_working(today, days):
            continue
        wanted = {life.start.id: found for life in lives.values() if (found := _wanted(life, today, kinds, days))}
        taken = fit(list(wanted.values()), today, room(today, spent, {}, budget, days), budget, days)
        contacts = tuple(_contact(lives[one.id], one, today, days) for one in taken)
        for one in taken:
            _reached(lives[one.id], today, load, kinds, budget, days)
            spent[lives[one.id].start.grade] += 1
        yield Day(today, contacts, len(wanted) - len(taken))


def _begin(one: Customer) -> _Life:
    return _Life(one, one.due, one.last, list(one.occasions))


def _wanted(life: _Life, today: date, kinds: Kinds, days: Mapping[date, bool] | None) -> Wanted | None:
    """What the customer is due for, if anything; what has passed goes, and what comes again is made anew."""
    life.occasions = [one for old in life.occasions if (one := _settled(old, today, kinds, days)) is not None]
    open_ = [one for one in life.occasions if one.on <= today]
    dues = [*([life.due] if life.due is not None and life.due <= today else []), *(one.on for one in open_)]
    if not dues:
        return None
    due, rhythm, dated = min(dues), life.start.rhythm, any(one.kind != DORMANT for one in open_)
    return Wanted(life.start.id, rhythm.worth, due, latest_day(due, rhythm, life.last, days), dated)


def _settled(one: Occasion, today: date, kinds: Kinds, days: Mapping[date, bool] | None) -> Occasion | None:
    if one.kind not in kinds.all or one.on > today:
        return one
    latest = None
    while (following := kinds.following(one, one.on, days)) is not None:
        day, on = following
        if on > today and not kinds.passed(one, today):
            break
        latest = one = replace(one, on=on, day=day)
    if latest is not None:
        return latest
    return None if kinds.passed(one, today) else one


def _contact(life: _Life, one: Wanted, today: date, days: Mapping[date, bool] | None) -> Contact:
    found = tuple(sorted(occasion.kind for occasion in life.occasions if occasion.on <= today))
    return Contact(
        one.id, life.start.name, one.due, lateness(one.due, today, life.start.rhythm, life.last, days), found
    )


def _reached(
    life: _Life,
    today: date,
    load: dict[date, float],
    kinds: Kinds,
    budget: Mapping[str, Pot],
    days: Mapping[date, bool] | None,
) -> None:
    """What a logged contact brings: the next one, and what follows the occasions that it closed."""
    rhythm, needs = life.start.rhythm, cost(life.start.grade, budget)
    if life.due is not None:
        load[life.due] -= needs
    life.due = quietest(*window(today, rhythm, days), load, cost(rhythm.worth, budget), days)
    life.last = today
    load[life.due] += needs
    life.occasions = [
        *(one for one in life.occasions if one.kind != DORMANT and one.on > today),
        *(next_ for one in life.occasions if one.on <= today and (next_ := _after(one, today, kinds, days))),
        Occasion(0, DORMANT, "", kinds.quiet_on(today, rhythm.latest, days), repeat=f"d{kinds.rules.quiet.every}"),
    ]


def _after(one: Occasion, today: date, kinds: Kinds, days: Mapping[date, bool] | None) -> Occasion | None:
    """What follows an occasion that was closed today."""
    if one.kind not in kinds.all or one.kind == DORMANT:
        return None
    following = kinds.following(one, max(one.on, today), days)
    if following is not None:
        return replace(one, day=following[0], on=following[1])
    stage = kinds.next_stage(one.key) if one.kind == SERVICE else None
    if stage is None:
        return None
    return replace(one, key=stage.id, on=kinds.comes_up(SERVICE, today + timedelta(days=stage.days), 0, days), day=None)


@dataclass(slots=True)
class Tally:
    """What came of a simulation. Of contacts: `late` came after the latest day; `doubled` before they were due, or
    twice on a day; `missed` customers were due past their latest day when it ended, and nobody had been in touch.
    """

    days: int = 0
    contacts: int = 0
    promised: int = 0
    late: int = 0
    doubled: int = 0
    missed: int = 0
    longest: int = 0  # contacts on one day
    reached: dict[int, date] = field(default_factory=dict)


def tally(customers: Sequence[Customer], days: Sequence[Day]) -> Tally:
    """Counted from the days alone, without the rules that made them."""
    told, rhythms = Tally(), {one.id: one.rhythm for one in customers}
    for day in days:
        told.days += 1
        told.longest = max(told.longest, len(day.contacts))
        for one in day.contacts:
            told.contacts += 1
            told.promised += bool(one.kinds)
            told.late += one.lateness == "late" and not one.kinds
            before = told.reached.get(one.id)
            early = before is not None and (day.on - before).days < rhythms[one.id].ideal
            told.doubled += (early and not one.kinds) or before == day.on
            told.reached[one.id] = day.on
    if days:
        told.missed = sum(_missed(one, told.reached, days[-1].on) for one in customers)
    return told


def _missed(one: Customer, reached: Mapping[int, date], end: date) -> bool:
    since = reached.get(one.id)
    due = since + timedelta(days=one.rhythm.ideal) if since is not None else one.due
    return due is not None and due + timedelta(days=one.rhythm.slack) < end
