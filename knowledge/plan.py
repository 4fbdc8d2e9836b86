"""A day takes what fits: how much time a contact takes, how much a day has, and what waits for a quieter one.

The budget is a month's (document 000): so many days for so many accounts of a grade. What is left of it is spread over
the working days that are left. What was promised is never moved; it takes its time first.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.cadence import Rhythm
from knowledge.calendar import is_working, working_from

MONTH = 30  # days in which an account of a rhythm is contacted so many times
DAY = 1.0  # working days that a day has
AHEAD = 0.8  # of it that is planned ahead: the rest is for promises and for what was moved
OVER = 0.5  # of a working day that a day may run over, for those whose latest day it is
UNEVEN = 0.5  # what was spent too much or too little before changes a day's share by half of it at most
SPREAD = 40  # days ahead that are looked at for a quieter one
LATER = 0.5  # of a working day that a later one can give to those who are due already: the rest is for who comes


@dataclass(frozen=True, slots=True)
class Pot:
    """A month's time for one grade: so many accounts in so many working days."""

    accounts: int
    days: float


# The documents' table; D is ours, since the documents give it none: a short word every other month.
BUDGET: Mapping[str, Pot] = {
    "A": Pot(8, 10),
    "B": Pot(12, 4),
    "C": Pot(24, 4),
    "new": Pot(40, 2),
    "D": Pot(40, 1),
}
IDEAL: Mapping[str, int] = {"A": 7, "B": 14, "C": 30, "new": 14, "D": 60}  # the rhythms that the budget was made for


def cost(grade: str, budget: Mapping[str, Pot] = BUDGET) -> float:
    """Working days that one contact with a customer of a grade (A–D or new) takes."""
    pot = budget[grade]
    return pot.days / pot.accounts * IDEAL[grade] / MONTH


@dataclass(frozen=True, slots=True)
class Room:
    """The time of one day, in working days, for each grade and as a whole."""

    shares: Mapping[str, float]
    whole: float


def room(
    today: date,
    before: Mapping[str, int],
    now: Mapping[str, int],
    budget: Mapping[str, Pot] = BUDGET,
    days: Mapping[date, bool] | None = None,
) -> Room:
    """What today has left, where `before` counts this month's contacts until today by grade, and `now` today's."""
    working, left = month(today, days)
    shares, whole = {}, 0.0
    for grade, pot in budget.items():
        even = pot.days / max(1, working)
        rest = (pot.days - before.get(grade, 0) * cost(grade, budget)) / max(1, left)
        share = min(max(rest, even * (1 - UNEVEN)), even * (1 + UNEVEN))
        whole += share
        shares[grade] = share - now.get(grade, 0) * cost(grade, budget)
    spent = sum(count * cost(grade, budget) for grade, count in now.items())
    return Room(shares, min(DAY, whole) - spent)


def month(today: date, days: Mapping[date, bool] | None = None) -> tuple[int, int]:
    """Working days of today's month: all, and those that are left with today."""
    first = today.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    working = [on for at in range((following - first).days) if is_working(on := first + timedelta(days=at), days)]
    return len(working), sum(on >= today for on in working)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A due customer as a plan sees it: what it is `worth` (a grade), since when due, until when it may wait.

    `promised` holds for whatever has a day of its own: it is not moved.
    """

    id: int
    worth: str
    due: date
    latest: date
    promised: bool = False


VALUES: Mapping[str, int] = {"A": 4, "B": 3, "C": 2, "new": 2, "D": 1}  # not graded yet may turn out to be anything


def pressing(one: Wanted, today: date) -> float:
    """How pressing a contact is: its value, once over on its day, twice on its latest, and so on."""
    return VALUES[one.worth] * (1 + (today - one.due).days / max(1, (one.latest - one.due).days))


def order(one: Wanted, today: date, after: date) -> tuple[int, float, int, int]:
    """The smaller, the earlier: promises, what cannot wait for the next working day (`after`), the rest.

    Within each by value and lateness, then the longer due, then the older customer.
    """
    when = 0 if one.promised else 1 if one.latest < after else 2
    return (when, -round(pressing(one, today), 6), -(today - one.due).days, one.id)


def fit(
    wanted: Collection[Wanted],
    today: date,
    room: Room,
    budget: Mapping[str, Pot] = BUDGET,
    days: Mapping[date, bool] | None = None,
) -> Sequence[Wanted]:
    """What today takes, most pressing first; a day with any time left takes at least one.

    A grade has its own time first, so that many accounts of one do not crowd out those that have to be won; what is
    left over goes to those who are late or would become so, then to the most pressing of all. A day runs over by half
    of one, and puts off who can wait, rather than let a contact become late.
    """
    return split(wanted, today, room, budget, days)[0]


def split(
    wanted: Collection[Wanted],
    today: date,
    room: Room,
    budget: Mapping[str, Pot] = BUDGET,
    days: Mapping[date, bool] | None = None,
) -> tuple[Sequence[Wanted], Sequence[Wanted]]:
    """The same, and what waits, both with the most pressing first."""
    ranked = ranking(wanted, today, days)
    costs = {grade: cost(grade, budget) for grade in budget}
    pressed = _pressed(ranked, today, costs, days)
    urgent = {one.id for one in ranked if one.promised or one.latest < today} | {one.id for one in pressed}
    taken: set[int] = set()
    shares, left = dict(room.shares), room.whole

    def take(one: Wanted) -> None:
        nonlocal left
        taken.add(one.id)
        shares[one.worth] -= costs[one.worth]
        left -= costs[one.worth]

    def fill(rows: Iterable[Wanted], *, own: bool = False) -> None:
        for one in rows:
            needs = costs[one.worth] - 1e-9
            if needs <= left and one.id not in taken and (not own or needs <= shares[one.worth]):
                take(one)

    for one in ranked:
        if one.promised:
            take(one)
    fill(ranked, own=True)
    fill(one for one in ranked if one.id in urgent)
    can_wait = [one for one in ranked if one.id in taken and one.id not in urgent]
    for one in pressed:
        if one.id in taken:
            continue
        needs = costs[one.worth]
        while needs > left + OVER and can_wait:
            other = can_wait.pop()
            taken.remove(other.id)
            left += costs[other.worth]
        if needs <= left + OVER:
            take(one)
    fill(ranked)
    if not taken and ranked and room.whole > 0:
        taken.add(ranked[0].id)
    return [one for one in ranked if one.id in taken], [one for one in ranked if one.id not in taken]


def _pressed(
    ranked: Sequence[Wanted], today: date, costs: Mapping[str, float], days: Mapping[date, bool] | None
) -> Sequence[Wanted]:
    """Whom the working days after today could not all meet before their latest day, most pressing first.

    Before days off that is everybody whose latest day falls into them, and of those who come right after as many as
    the first days after them could not take.
    """
    waiting = [one for one in ranked if not one.promised and one.latest >= today]
    ends = sorted({one.latest for one in waiting}, reverse=True)
    found: list[Wanted] = []
    later, after = 0.0, working_from(today + timedelta(days=1), days)
    while ends and (after - today).days <= SPREAD:
        if ends[-1] < after:  # else those who had room on an earlier day have more of it now
            while ends and ends[-1] < after:
                ends.pop()
            over = sum(costs[one.worth] for one in waiting if one.latest < after) - later
            met = []
            for one in waiting:
                if over > 1e-9 and one.latest < after:
                    found.append(one)
                    over -= costs[one.worth]
                else:
                    met.append(one)
            waiting = met
        later, after = later + LATER, working_from(after + timedelta(days=1), days)
    return found


def ranking(wanted: Collection[Wanted], today: date, days: Mapping[date, bool] | None = None) -> Sequence[Wanted]:
    """All of them, most pressing first."""
    after = working_from(today + timedelta(days=1), days)
    return sorted(wanted, key=lambda one: order(one, today, after))


def window(contact: date, rhythm: Rhythm, days: Mapping[date, bool] | None = None) -> tuple[date, date]:
    """From the ideal working day for the contact after one on `contact` to the last day that is looked at for a quieter
    one; with a rhythm of the rep's own it is the ideal day itself.
    """
    ideal = working_from(contact + timedelta(days=rhythm.ideal), days)
    return ideal, ideal if rhythm.own else ideal + timedelta(days=min(rhythm.slack, SPREAD))


def quietest(
    first: date, last: date, load: Mapping[date, float], needs: float, days: Mapping[date, bool] | None = None
) -> date:
    """The day for a contact that is due on the working day `first` and may wait until `last`: the first one with
    room, or the one with the least work. `load` is the working time that is planned, `needs` what this one takes.
    """
    options = list(working_days(first, last, days)) or [first]
    return min(options, key=lambda on: (round(max(0.0, load.get(on, 0.0) + needs - AHEAD), 6), on))


def working_days(first: date, last: date, days: Mapping[date, bool] | None = None) -> Iterable[date]:
    """The working days from one to another."""
    ahead = min((last - first).days, SPREAD)
    return (on for at in range(ahead + 1) if is_working(on := first + timedelta(days=at), days))
