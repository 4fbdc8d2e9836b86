"""Stretches of the calendar by their names."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.periods import PERIOD, named, windows, yearly

TODAY = date(2026, 11, 26)  # a Thursday


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("said", "ahead", "windows_"),
    [
        ("12月", True, ["2026-12-01 2026-12-31"]),
        ("12月", False, ["2025-12-01 2025-12-31"]),
        ("8月份", True, ["2027-08-01 2027-08-31"]),
        ("8月", False, ["2026-08-01 2026-08-31"]),
        ("11月", True, ["2026-11-01 2026-11-30"]),
        ("11月", False, ["2026-11-01 2026-11-30"]),
        ("十二月", True, ["2026-12-01 2026-12-31"]),
        ("元月", True, ["2027-01-01 2027-01-31"]),
        ("明年2月", True, ["2027-02-01 2027-02-28"]),
        ("去年12月份", True, ["2025-12-01 2025-12-31"]),
        ("2028年2月", True, ["2028-02-01 2028-02-29"]),
        ("12月到2月", True, ["2026-12-01 2027-02-28"]),
        ("8、9月", False, ["2026-08-01 2026-09-30"]),
        ("8月和10月", False, ["2026-08-01 2026-08-31", "2026-10-01 2026-10-31"]),
        ("12月3号", True, ["2026-12-03 2026-12-03"]),
        ("3月3日", True, ["2027-03-03 2027-03-03"]),
        ("2月30日", True, []),
        ("28号", True, ["2026-11-28 2026-11-28"]),
        ("31号", True, ["2026-12-31 2026-12-31"]),
        ("28号", False, ["2026-10-28 2026-10-28"]),
        ("32号", True, []),
        ("下个月", True, ["2026-12-01 2026-12-31"]),
        ("下下个月", True, ["2027-01-01 2027-01-31"]),
        ("上月", False, ["2026-10-01 2026-10-31"]),
        ("本月", True, ["2026-11-01 2026-11-30"]),
        ("上周", False, ["2026-11-16 2026-11-22"]),
        ("下周三", True, ["2026-12-02 2026-12-02"]),
        ("周末", True, ["2026-11-28 2026-11-29"]),
        ("昨天", False, ["2026-11-25 2026-11-25"]),
        ("今年", False, ["2026-01-01 2026-12-31"]),
        ("一季度", True, ["2027-01-01 2027-03-31"]),
        ("下季度", True, ["2027-01-01 2027-03-31"]),
        ("上半年", False, ["2026-01-01 2026-06-30"]),
        ("月底前", True, ["2026-11-26 2026-11-30"]),
        ("年底前", True, ["2026-11-26 2026-12-31"]),
    ],
)
def test_a_period_has_its_days(said: str, ahead: bool, windows_: list[str]) -> None:
    assert re.fullmatch(PERIOD, said)
    assert [(first, last) for first, last in windows(said, TODAY, ahead=ahead)] == [
        tuple(map(day, one.split())) for one in windows_
    ]


@pytest.mark.parametrize("said", ["3个月", "13月", "0月", "112月"])
def test_a_span_is_no_period(said: str) -> None:
    assert not re.fullmatch(PERIOD, said)


def test_what_comes_every_year_comes_again() -> None:
    month = [(day("2026-11-01"), day("2026-11-30"))]
    past = [(day("2024-08-01"), day("2024-08-31"))]

    assert yearly(month, TODAY) == [(TODAY, day("2026-11-30")), (day("2027-11-01"), day("2027-11-25"))]
    assert yearly(past, TODAY) == [(day("2027-08-01"), day("2027-08-31"))]


def test_the_year_is_said_where_it_was_left_out() -> None:
    assert named("1月", windows("1月", TODAY, ahead=True), TODAY) == "明年1月"
    assert named("12月", windows("12月", TODAY, ahead=True), TODAY) == "12月"
    assert named("明年1月", windows("明年1月", TODAY, ahead=True), TODAY) == "明年1月"


@given(said=st.from_regex(PERIOD, fullmatch=True), today=st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_every_period_that_can_be_written_has_days_in_order(said: str, today: date) -> None:
    for ahead in (True, False):
        found = windows(said, today, ahead=ahead)

        assert all(first <= last for first, last in found)
        assert all(first <= last for first, last in yearly(found, today))
