from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.calendar import SEARCH, is_working, working_before, working_from

SWAPS_OF_2026 = {
    date(2026, 1, 1): False,
    date(2026, 1, 4): True,
    date(2026, 2, 14): True,
    date(2026, 2, 17): False,
    date(2026, 2, 28): True,
    date(2026, 4, 6): False,
    date(2026, 5, 1): False,
    date(2026, 5, 9): True,
    date(2026, 6, 19): False,
    date(2026, 9, 20): True,
    date(2026, 9, 25): False,
    date(2026, 10, 1): False,
    date(2026, 10, 7): False,
    date(2026, 10, 8): True,
    date(2026, 10, 10): True,
    date(2026, 11, 23): True,
    date(2026, 11, 28): False,
    date(2026, 11, 29): False,
}


def test_the_swaps_of_2026_are_known() -> None:
    assert {day: is_working(day) for day in SWAPS_OF_2026} == SWAPS_OF_2026


def test_a_year_has_about_250_working_days() -> None:
    days = [date(2026, 1, 1) + timedelta(at) for at in range(365)]

    assert sum(map(is_working, days)) == 248


def test_a_year_without_announced_swaps_has_its_statutory_days() -> None:
    assert not is_working(date(2027, 10, 1))
    assert not is_working(date(2027, 2, 6))
    assert is_working(date(2027, 3, 15))


@pytest.mark.parametrize(
    ("day", "working"), [(date(2027, 2, 6), True), (date(2026, 11, 23), False), (date(2026, 10, 1), True)]
)
def test_an_admins_word_counts_more_than_the_calendar(day: date, working: bool) -> None:
    assert is_working(day) != working
    assert is_working(day, {day: working}) == working


def test_other_days_are_not_touched_by_an_override() -> None:
    assert is_working(date(2026, 11, 24), {date(2026, 11, 23): False})


@pytest.mark.parametrize(
    ("day", "then"),
    [
        (date(2026, 11, 23), date(2026, 11, 23)),
        (date(2026, 11, 28), date(2026, 11, 30)),
        (date(2026, 10, 1), date(2026, 10, 8)),
        (date(2026, 10, 10), date(2026, 10, 10)),
        (date(2026, 2, 15), date(2026, 2, 24)),
        (date(2026, 12, 31), date(2026, 12, 31)),
        (date(2027, 1, 1), date(2027, 1, 4)),
    ],
)
def test_the_next_working_day(day: date, then: date) -> None:
    assert working_from(day) == then


def test_overrides_move_the_next_working_day() -> None:
    saturday = date(2026, 11, 28)

    assert working_from(saturday, {saturday: True}) == saturday
    assert working_from(saturday, {date(2026, 11, 30): False}) == date(2026, 12, 1)


def test_a_year_of_days_off_is_said_so() -> None:
    start = date(2026, 11, 23)
    closed = {start + timedelta(at): False for at in range(SEARCH)}

    with pytest.raises(ValueError, match="2026-11-23"):
        working_from(start, closed)


@given(st.dates(date(2020, 1, 1), date(2031, 12, 31)))
def test_a_working_day_is_never_far(day: date) -> None:
    then = working_from(day)

    assert is_working(then)
    assert day <= then <= day + timedelta(12)


@pytest.mark.parametrize(
    ("day", "then"),
    [
        (date(2026, 11, 23), date(2026, 11, 23)),
        (date(2026, 11, 29), date(2026, 11, 27)),
        (date(2026, 10, 5), date(2026, 9, 30)),
        (date(2026, 2, 20), date(2026, 2, 14)),  # a working Saturday
    ],
)
def test_the_last_working_day(day: date, then: date) -> None:
    assert working_before(day) == then


def test_a_year_of_days_off_is_said_so_backwards_too() -> None:
    start = date(2026, 11, 23)
    closed = {start - timedelta(at): False for at in range(SEARCH)}

    with pytest.raises(ValueError, match="2026-11-23"):
        working_before(start, closed)
