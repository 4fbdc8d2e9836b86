from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.calendar import is_working, working_from
from knowledge.plan import (
    BUDGET,
    LATER,
    OVER,
    SPREAD,
    Pot,
    Room,
    Wanted,
    cost,
    fit,
    month,
    order,
    pressing,
    quietest,
    ranking,
    room,
    split,
)

TODAY = date(2026, 11, 23)  # a Monday; November 2026 has 21 working days, 6 of them from today on
TOMORROW = TODAY + timedelta(days=1)
FULL = Room(dict.fromkeys(BUDGET, 1.0), 1.0)


def wanted(id: int, worth: str = "C", late: int = 0, slack: int = 10, *, promised: bool = False) -> Wanted:
    due = TODAY - timedelta(days=late)
    return Wanted(id, worth, due, due + timedelta(days=slack), promised)


def ids(rows: object) -> list[int]:
    return [one.id for one in rows]  # type: ignore[attr-defined]


def test_what_a_contact_takes_is_the_documents_table() -> None:
    told = {grade: round(cost(grade), 3) for grade in BUDGET}

    assert told == {"A": 0.292, "B": 0.156, "C": 0.167, "new": 0.023, "D": 0.05}


def test_promises_come_first_then_the_last_chance_then_value_and_lateness_then_the_older_customer() -> None:
    rows = [
        wanted(9, "D", promised=True),
        wanted(8, "A", late=3, slack=3),  # 4 x 2, and today is its latest day
        wanted(7, "C", late=30),  # 2 x 4, past it
        wanted(10, "D", late=0, slack=0),  # 1, and it cannot wait
        wanted(1, "B", late=9, slack=10),  # 3 x 1.9
        wanted(2, "A"),  # 4
        wanted(3, "B"),  # 3
        wanted(4, "C"),  # 2
        wanted(5, "new"),  # 2, the younger customer
        wanted(6, "D", late=5),  # 1 x 1.5
    ]

    shuffled = {one.id: one for one in rows[1:] + rows[:1]}.values()
    ordered = sorted(shuffled, key=lambda one: order(one, TODAY, TOMORROW))

    assert ids(ordered) == [9, 7, 8, 10, 1, 2, 3, 4, 5, 6]


def test_what_a_holiday_would_make_late_is_done_before_it() -> None:
    before = date(2026, 9, 30)  # the last working day before a week of days off
    few = Room(dict.fromkeys(BUDGET, 0.03), 0.03)
    can_wait = Wanted(1, "new", before - timedelta(days=1), date(2026, 10, 9))
    cannot = Wanted(2, "new", before, date(2026, 10, 7))

    assert ids(fit([can_wait, cannot], before, few)) == [2]
    assert ids(fit([can_wait, cannot], before, few, BUDGET, {date(2026, 10, 5): True})) == [1]


def test_a_day_takes_as_many_as_it_has_time_for() -> None:
    many = [wanted(at, "A") for at in range(1, 9)]

    assert ids(fit(many, TODAY, FULL)) == [1, 2, 3]


def test_each_grade_has_its_own_time_before_the_rest_is_shared() -> None:
    shares = {"A": 0.5, "B": 0.2, "C": 0.2, "new": 0.1, "D": 0.05}
    rows = [wanted(at, "A", late=4) for at in range(1, 9)] + [wanted(at, "new") for at in range(11, 19)]

    taken = ids(fit(rows, TODAY, Room(shares, 1.0)))

    assert taken[:3] == [1, 2, 3]
    assert taken[3:] == [11, 12, 13, 14, 15]  # four of their own time, and a fifth of what three visits left


def test_who_can_wait_is_put_off_for_those_whose_latest_day_no_other_day_could_keep() -> None:
    shares = {"A": 0.5, "B": 0.2, "C": 0.2, "new": 0.1, "D": 0.05}
    rows = [wanted(at, "A", late=10) for at in range(1, 6)] + [wanted(at, "new") for at in range(11, 19)]

    assert ids(fit(rows, TODAY, Room(shares, 1.0))) == [1, 2, 3, 4, 5, 11]


def test_the_day_before_days_off_takes_some_of_those_who_could_not_all_be_met_after_them() -> None:
    before, first = date(2026, 9, 30), date(2026, 10, 8)  # a week of days off between them
    rows = [Wanted(at, "A", before, first) for at in range(1, 9)]  # 2.3 days of work, for a day that can do half of one

    taken = fit(rows, before, FULL)

    assert ids(taken) == [1, 2, 3, 4, 5]


def test_what_was_promised_is_never_moved_and_takes_its_time_first() -> None:
    promised = [wanted(at, "A", promised=True) for at in range(1, 7)]

    assert ids(fit([wanted(99, "A", late=200), *promised], TODAY, FULL)) == [1, 2, 3, 4, 5, 6]


def test_a_day_with_any_time_takes_at_least_one_and_one_without_takes_none() -> None:
    few, none = Room(dict.fromkeys(BUDGET, 0.01), 0.01), Room(dict.fromkeys(BUDGET, 0.0), 0.0)

    assert ids(fit([wanted(1, "A"), wanted(2, "D")], TODAY, few)) == [1]
    assert fit([wanted(1, "A")], TODAY, none) == []


def test_a_month_is_spread_over_its_working_days() -> None:
    assert month(TODAY) == (21, 6)
    assert month(TODAY, {TODAY: False}) == (20, 5)

    even = room(date(2026, 11, 2), {}, {})

    assert even.shares["A"] == pytest.approx(10 / 21)
    assert even.whole == pytest.approx(1.0)


def test_what_was_spent_comes_off_the_rest_of_the_month_but_never_more_than_half() -> None:
    even = BUDGET["A"].days / 21

    assert room(TODAY, {"A": 25}, {}).shares["A"] == pytest.approx((10 - 25 * cost("A")) / 6)
    assert room(TODAY, {"A": 500}, {}).shares["A"] == pytest.approx(even / 2)
    assert room(TODAY, {}, {}).shares["A"] == pytest.approx(even * 1.5)


def test_what_was_done_today_comes_off_today() -> None:
    before, after = room(TODAY, {}, {}), room(TODAY, {}, {"A": 2, "D": 1})

    assert before.shares["A"] - after.shares["A"] == pytest.approx(2 * cost("A"))
    assert before.whole - after.whole == pytest.approx(2 * cost("A") + cost("D"))


def test_a_budget_of_the_teams_own_changes_what_fits() -> None:
    budget: Mapping[str, Pot] = {**BUDGET, "A": Pot(80, 10)}

    assert len(fit([wanted(at, "A") for at in range(1, 99)], TODAY, FULL, budget)) == 34


def test_the_next_contact_goes_to_the_first_day_with_room() -> None:
    monday, friday = date(2026, 12, 7), date(2026, 12, 11)
    load = {monday: 0.7, date(2026, 12, 8): 0.75}  # four fifths of a day are planned ahead

    assert quietest(monday, friday, {}, 0.3) == monday
    assert quietest(monday, friday, load, 0.05) == monday
    assert quietest(monday, friday, load, 0.3) == date(2026, 12, 9)
    assert quietest(monday, date(2026, 12, 8), load, 0.3) == monday  # both too full: the one with less


def test_a_quieter_day_is_a_working_day_within_the_time_that_it_may_wait() -> None:
    friday = date(2026, 12, 11)

    assert quietest(friday, date(2026, 12, 13), {friday: 5}, 0.3) == friday
    assert quietest(friday, date(2026, 12, 14), {friday: 5}, 0.3) == date(2026, 12, 14)
    assert quietest(date(2026, 9, 30), date(2026, 9, 20), {}, 0.3) == date(2026, 9, 30)


some = st.builds(
    wanted,
    st.integers(1, 10**9),
    st.sampled_from(list(BUDGET)),
    st.integers(0, 300),
    st.integers(0, 60),
    promised=st.booleans(),
)
plenty = st.lists(some, max_size=60, unique_by=lambda one: one.id)
rooms = st.builds(Room, st.fixed_dictionaries({grade: st.floats(-0.5, 1) for grade in BUDGET}), st.floats(-0.5, 1))


@given(plenty, rooms)
def test_a_plan_keeps_every_promise_and_runs_over_only_for_those_who_cannot_wait(
    rows: list[Wanted], left: Room
) -> None:
    taken = fit(rows, TODAY, left)
    free = [one for one in taken if not one.promised]
    patient = [one for one in free if one.latest != TODAY]
    spent = sum(cost(one.worth) for one in taken)

    assert {one.id for one in rows if one.promised} <= set(ids(taken))
    assert ids(taken) == ids(ranking(taken, TODAY))
    assert not free or len(taken) == 1 or spent <= left.whole + OVER + 1e-6
    assert len(taken) == 1 or sum(cost(one.worth) for one in patient) <= max(0.0, left.whole) + 1e-6


@given(plenty, rooms)
def test_what_waits_would_not_have_fitted(rows: list[Wanted], left: Room) -> None:
    taken = fit(rows, TODAY, left)
    rest = left.whole - sum(cost(one.worth) for one in taken)

    assert all(cost(one.worth) > rest - 1e-6 for one in rows if one not in taken)
    assert all(cost(one.worth) > rest + OVER - 1e-6 for one in rows if one not in taken and one.latest == TODAY)


@given(
    plenty,
    rooms,
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.dictionaries(st.dates(date(2026, 1, 1), date(2027, 2, 28)), st.booleans()),
)
def test_a_plan_is_that_of_going_through_everybody_again_and_again(
    rows: list[Wanted], left: Room, today: date, days: Mapping[date, bool]
) -> None:
    rows = [replace(one, due=one.due + (today - TODAY), latest=one.latest + (today - TODAY)) for one in rows]
    taken, waiting = split(rows, today, left, BUDGET, days)

    assert ids(taken) == _by_the_letter(rows, today, left, days)
    assert ids(waiting) == [one.id for one in ranking(rows, today, days) if one not in taken]


def _by_the_letter(rows: list[Wanted], today: date, left: Room, days: Mapping[date, bool]) -> list[int]:
    """The rules as they are told, one after the other; with a thousand customers this takes a tenth of a second."""
    ranked, taken = ranking(rows, today, days), dict[int, Wanted]()
    shares, whole = dict(left.shares), left.whole
    pressed = _pressed_by_the_letter(ranked, today, days)
    urgent = [one for one in ranked if one.promised or one.latest < today or one in pressed]

    def take(one: Wanted) -> None:
        nonlocal whole
        taken[one.id] = one
        shares[one.worth] -= cost(one.worth)
        whole -= cost(one.worth)

    def fill(some: Sequence[Wanted], *, own: bool = False) -> None:
        for one in some:
            needs = cost(one.worth) - 1e-9
            if one.id not in taken and needs <= whole and (not own or needs <= shares[one.worth]):
                take(one)

    for one in ranked:
        if one.promised:
            take(one)
    fill(ranked, own=True)
    fill(urgent)
    for one in (one for one in pressed if one.id not in taken):
        for other in reversed(ranked):
            if cost(one.worth) > whole + OVER and other.id in taken and other not in urgent:
                del taken[other.id]
                whole += cost(other.worth)
        if cost(one.worth) <= whole + OVER:
            take(one)
    fill(ranked)
    if not taken and ranked and left.whole > 0:
        take(ranked[0])
    return [one.id for one in ranked if one.id in taken]


def _pressed_by_the_letter(ranked: Sequence[Wanted], today: date, days: Mapping[date, bool]) -> list[Wanted]:
    found, later, after = list[Wanted](), 0.0, working_from(today + timedelta(days=1), days)
    while (after - today).days <= SPREAD:
        before = [one for one in ranked if not one.promised and today <= one.latest < after and one not in found]
        over = sum(cost(one.worth) for one in before) - later
        for one in before:
            if over > 1e-9:
                found.append(one)
                over -= cost(one.worth)
        later, after = later + LATER, working_from(after + timedelta(days=1), days)
    return found


def test_a_day_runs_over_rather_than_let_a_contact_become_late() -> None:
    can_wait, cannot = (
        [wanted(at, "A", late=1) for at in range(1, 9)],
        [wanted(at, "A", slack=0) for at in range(11, 19)],
    )

    assert ids(fit([*can_wait, *cannot], TODAY, FULL)) == [11, 12, 13, 14, 15]
    assert ids(fit(can_wait, TODAY, FULL)) == [1, 2, 3]


@given(some)
def test_waiting_only_makes_it_more_pressing(one: Wanted) -> None:
    assert pressing(one, TODAY + timedelta(days=1)) > pressing(one, TODAY)


@given(some, some)
def test_two_customers_never_tie(one: Wanted, other: Wanted) -> None:
    assert (order(one, TODAY, TOMORROW) == order(other, TODAY, TOMORROW)) <= (one.id == other.id)


@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.integers(0, 30),
    st.dictionaries(st.integers(0, 30), st.floats(0, 3)),
)
def test_a_spread_contact_stays_between_the_ideal_and_the_latest_day(
    first: date, slack: int, planned: dict[int, float]
) -> None:
    load = {first + timedelta(days=at): amount for at, amount in planned.items()}
    chosen = quietest(first, first + timedelta(days=slack), load, 0.2)

    assert first <= chosen <= first + timedelta(days=slack)
    assert is_working(chosen) or chosen == first
