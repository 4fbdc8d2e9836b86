"""Days that come every year, by both calendars."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.yearly import Yearly, lunar, lunar_day, moon_day, read, term, yearly

DAYS = st.dates(date(2020, 1, 1), date(2045, 12, 31))
SOLAR = st.builds(yearly, st.integers(1, 12), st.integers(1, 31)).filter(bool)
LUNAR = st.builds(Yearly, st.integers(1, 12), st.integers(1, 30), st.just(True), st.booleans())


@pytest.mark.parametrize(
    ("code", "year", "day"),
    [
        ("03-10", 2027, date(2027, 3, 10)),
        ("02-29", 2028, date(2028, 2, 29)),
        ("02-29", 2027, date(2027, 2, 28)),
        ("L08-15", 2026, date(2026, 9, 25)),
        ("L01-01", 2027, date(2027, 2, 6)),
        ("L12-30", 2025, date(2026, 2, 16)),  # the twelfth month of that lunar year has 29 days: kept on the 29th
        ("L12-30", 2029, date(2030, 2, 2)),
        ("L06-01", 2025, date(2025, 6, 25)),
        ("L06+01", 2025, date(2025, 7, 25)),  # the leap month itself
        ("L06+01", 2026, date(2026, 7, 14)),  # a year without it: the plain sixth month
    ],
)
def test_a_day_falls_on_what_people_keep(code: str, year: int, day: date) -> None:
    found = read(code)

    assert found is not None
    assert found.of(year) == day


@pytest.mark.parametrize("code", ["", "3-10", "13-01", "02-30", "L01-31", "03+10", "L13-01", "x", "L08-15 "])
def test_what_is_no_day_is_not_read(code: str) -> None:
    assert read(code) is None


@pytest.mark.parametrize(
    ("code", "said"),
    [("03-10", "3月10日"), ("L08-15", "农历八月十五"), ("L06+01", "农历闰六月初一"), ("L12-23", "农历腊月廿三")],
)
def test_a_day_is_said_as_people_say_it(code: str, said: str) -> None:
    found = read(code)

    assert found is not None
    assert found.said() == said


@given(SOLAR | LUNAR)
def test_a_day_survives_as_text(day: Yearly) -> None:
    assert read(day.code) == day


@given(SOLAR, DAYS)
def test_the_next_solar_day_is_never_before_and_within_a_year(day: Yearly, today: date) -> None:
    on = day.next_from(today)

    assert today <= on <= today + timedelta(366)
    assert on.month == day.month
    assert on.day == day.day or (on.month, on.day, day.day) == (2, 28, 29)


@given(LUNAR, DAYS)
def test_the_next_lunar_day_is_never_before_and_within_a_lunar_year(day: Yearly, today: date) -> None:
    on = day.next_from(today)
    _, month, number, leap = lunar(on)

    assert today <= on <= today + timedelta(385 + 30)
    assert month == day.month
    assert number == day.day or (number, day.day) == (29, 30)
    assert day.leap or not leap


@given(LUNAR, st.integers(2020, 2045))
def test_every_year_has_the_day_once(day: Yearly, year: int) -> None:
    first, second = day.of(year), day.of(year + 1)

    assert 325 <= (second - first).days <= 415


@given(st.integers(1, 30))
def test_the_days_of_a_lunar_month_are_read_as_they_are_written(day: int) -> None:
    assert moon_day(lunar_day(day)) == day


def test_qingming_is_the_solar_terms_day() -> None:
    assert [term(year, "清明") for year in (2026, 2027, 2028)] == [date(2026, 4, 5), date(2027, 4, 5), date(2028, 4, 4)]
