"""Years of plans: nobody forgotten, nobody bothered twice, promises on their day."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from knowledge.cadence import Standing, load_cadence
from knowledge.calendar import is_working, working_from
from knowledge.kinds import PROMISE, Occasion, load_kinds
from knowledge.plan import BUDGET, OVER, cost
from knowledge.simulation import Contact, Customer, Day, simulate, tally

CADENCE = load_cadence()
FIRST, LAST = date(2026, 1, 5), date(2027, 1, 4)
FITTING = {"A": 6, "B": 10, "C": 20, "new": 40, "D": 124}  # 200 customers, 19 days a month
MOST_OFF = 10  # days off in a row, with the weekend before


def customer(
    id: int, grade: str, due: date | None, *occasions: Occasion, level: str = "", every: int | None = None
) -> Customer:
    rhythm = CADENCE.rhythm("" if grade == "new" else grade, every, Standing({"account_level": level} if level else {}))
    return Customer(id, f"客户{id}", rhythm, grade, due, None, occasions)


def spread(counts: dict[str, int], seed: int = 0) -> list[Customer]:
    """Customers whose first contacts lie anywhere within their rhythm."""
    found = []
    for grade, count in counts.items():
        ideal = CADENCE.rhythms[grade].ideal
        for at in range(count):
            due = working_from(FIRST + timedelta(days=(at * 11 + seed) % ideal))
            found.append(customer(len(found) + 1, grade, due))
    return found


def gaps(days: Sequence[Day]) -> dict[int, list[int]]:
    """Days between the contacts of each customer."""
    on: dict[int, list[date]] = {}
    for day in days:
        for one in day.contacts:
            on.setdefault(one.id, []).append(day.on)
    return {id: [(later - earlier).days for earlier, later in pairwise(at)] for id, at in on.items()}


@pytest.mark.parametrize("seed", range(3))
def test_a_year_of_two_hundred_customers_misses_nobody_and_doubles_nothing(seed: int) -> None:
    customers = spread(FITTING, seed)
    days = list(simulate(customers, FIRST, LAST))
    told = tally(customers, days)

    assert (told.late, told.missed, told.doubled) == (0, 0, 0)
    assert told.contacts == sum(len(found) + 1 for found in gaps(days).values())
    assert len(gaps(days)) == 200
    for one in customers:
        between = gaps(days)[one.id]
        assert min(between) >= one.rhythm.ideal
        assert max(between) <= one.rhythm.latest + MOST_OFF
        assert sum(between) >= 365 - 2 * (one.rhythm.latest + MOST_OFF)
    assert all(is_working(day.on) for day in days)


def test_more_customers_than_time_are_still_all_met_in_turn() -> None:
    customers = spread({"A": 20, "B": 40, "C": 60, "new": 80, "D": 100})
    days = list(simulate(customers, FIRST, LAST))
    told, worth = tally(customers, days), {one.id: one.rhythm.worth for one in customers}

    assert told.doubled == 0
    assert told.late > 0  # there is not enough time, and it is said
    assert len(told.reached) == 300  # but nobody starves behind the better ones
    assert max(sum(cost(worth[one.id]) for one in day.contacts) for day in days) <= 1 + OVER + 1e-9
    assert any(day.waits for day in days)


def test_a_promise_and_a_birthday_come_on_their_day_however_full_it_is() -> None:
    crowd = [customer(at, "A", FIRST) for at in range(1, 41)]
    promise = Occasion(1, PROMISE, "", date(2026, 1, 8))
    birthday = Occasion(2, "birthday", "0", date(2026, 1, 9), date(2026, 1, 9), repeat="y01-09")
    days = list(
        simulate(
            [*crowd, customer(98, "D", None, promise), customer(99, "D", None, birthday)], FIRST, date(2027, 1, 10)
        )
    )

    found = {(day.on, one.id, one.kinds) for day in days for one in day.contacts if one.id > 90}
    assert (date(2026, 1, 8), 98, ("promise",)) in found
    assert (date(2026, 1, 9), 99, ("birthday",)) in found
    assert (date(2027, 1, 8), 99, ("birthday",)) in found  # the 9th is a Saturday


def test_a_call_every_week_stays_a_week_and_an_own_rhythm_is_kept_to_the_day() -> None:
    customers = [customer(1, "new", FIRST, level="honoured"), customer(2, "C", FIRST, every=21)]
    between = gaps(list(simulate(customers, FIRST, LAST)))

    assert set(between[1]) <= set(range(7, 18))
    assert min(between[2]) == 21


def test_steps_after_a_sale_follow_each_other() -> None:
    sold = Occasion(1, "service", load_kinds().stages[0].id, FIRST)
    days = list(simulate([customer(1, "C", None, sold)], FIRST, LAST))

    assert sum("service" in one.kinds for day in days for one in day.contacts) == len(load_kinds().stages)


def test_who_is_never_due_is_never_listed() -> None:
    assert not any(day.contacts for day in simulate([customer(1, "A", None)], FIRST, LAST))


def test_the_tally_sees_what_went_wrong() -> None:
    one, two = customer(1, "A", FIRST), customer(2, "A", FIRST)
    twice = [Day(FIRST + timedelta(days=at), (Contact(1, "客户1", FIRST, "late"),), 0) for at in (0, 2)]
    twice.append(Day(FIRST + timedelta(days=30), (), 1))
    told = tally([one, two], twice)

    assert (told.late, told.doubled, told.missed) == (2, 1, 2)


portfolios = st.fixed_dictionaries({grade: st.integers(0, pot.accounts * 3 // 4) for grade, pot in BUDGET.items()})


@settings(max_examples=30, phases=[Phase.explicit, Phase.generate])  # a year each; shrinking would take minutes
@given(portfolios, st.integers(0, 30), st.dates(date(2026, 1, 1), date(2026, 10, 1)))
# Nine days off on end, after which four A customers have their latest day on one day
@example({"A": 6, "B": 2, "C": 18, "new": 20, "D": 14}, 2, date(2026, 5, 6))
@example({"A": 6, "B": 9, "C": 15, "new": 25, "D": 29}, 20, date(2026, 9, 22))
def test_whoever_fits_into_the_budget_is_met_in_time(counts: dict[str, int], seed: int, holiday: date) -> None:
    customers = spread(counts, seed)
    days = {holiday + timedelta(days=at): False for at in range(3)}  # three days off that no calendar knows
    lived = list(simulate(customers, FIRST, date(2026, 12, 31), days=days))
    told = tally(customers, lived)

    assert (told.late, told.missed, told.doubled) == (0, 0, 0)
    assert not {day.on for day in lived} & set(days)
