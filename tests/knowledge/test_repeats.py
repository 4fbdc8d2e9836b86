"""What comes again and again, said on Monday 23 November 2026."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.calendar import is_working
from knowledge.repeats import after, find, said

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2024, 1, 1), date(2034, 12, 31))

PHRASES = {
    "每月15号提醒我对账": ("m15", "2026-12-15"),
    "每个月的20号": ("m20", "2026-12-20"),
    "每月31号": ("m31", "2026-11-30"),
    "每月底": ("m31", "2026-11-30"),
    "每个月底": ("m31", "2026-11-30"),
    "每月初": ("m1", "2026-12-01"),
    "每月": ("m23", "2026-12-23"),
    "每周五问王总要货吗": ("w5", "2026-11-27"),
    "每个星期一": ("w1", "2026-11-30"),
    "每周日": ("w7", "2026-11-29"),
    "每两周": ("d14", "2026-12-07"),
    "每隔3天": ("d3", "2026-11-26"),
    "每半个月": ("d15", "2026-12-08"),
    "每三个月": ("m23/3", "2027-02-23"),
    "每半年": ("m23/6", "2027-05-23"),
    "每季度末": ("q", "2026-12-31"),
    "每年3月10日续保": ("y03-10", "2027-03-10"),
    "每年的十二月一号": ("y12-01", "2026-12-01"),
    "每年农历八月十五": ("yL08-15", "2027-09-15"),
    "每年腊月二十三": ("yL12-23", "2027-01-30"),
    "每年年底": ("y12-31", "2026-12-31"),
    "每天": ("d", "2026-11-24"),
    "每个工作日": ("d", "2026-11-24"),
}


def test_every_phrase_comes_next_on_its_day() -> None:
    told = {
        phrase: (found.code, after(found.code, TODAY).isoformat()) if (found := find(phrase, TODAY)) else None
        for phrase in PHRASES
    }
    for phrase, row in told.items():
        print(f"{phrase}\t{row}\t{said(row[0]) if row else ''}")  # noqa: T201 - the table that is checked

    assert told == PHRASES


@pytest.mark.parametrize("text", ["每次都问价", "每家都去过", "周五", "15号", "", "每月0号", "每年13月1日", "每0天"])
def test_what_does_not_come_again_is_not_found(text: str) -> None:
    assert find(text, TODAY) is None


@pytest.mark.parametrize("code", ["", "w8", "x", "y13-01", "m"])
def test_an_unknown_code_is_an_error(code: str) -> None:
    with pytest.raises(ValueError, match="nothing comes again"):
        after(code, TODAY)


@given(DAYS, st.integers(1, 7))
def test_a_weekly_day_is_that_weekday_of_the_next_seven(day: date, which: int) -> None:
    on = after(f"w{which}", day)

    assert on.isoweekday() == which
    assert timedelta(0) < on - day <= timedelta(7)


@given(DAYS, st.integers(1, 31))
def test_a_monthly_day_comes_once_a_month_and_never_skips_a_short_one(day: date, which: int) -> None:
    days = [day]
    for _ in range(14):
        days.append(after(f"m{which}", days[-1]))

    months = [on.year * 12 + on.month for on in days[1:]]
    assert months == list(range(months[0], months[0] + 14))
    assert all(on.day == which or (on.day < which and (on + timedelta(1)).day == 1) for on in days[1:])


@given(DAYS)
def test_a_quarter_ends_four_times_a_year(day: date) -> None:
    ends = [after("q", day)]
    for _ in range(3):
        ends.append(after("q", ends[-1]))

    assert {on.month for on in ends} == {3, 6, 9, 12}
    assert ends[0] - day <= timedelta(92)
    assert all((on + timedelta(1)).day == 1 for on in ends)


@given(DAYS, st.sampled_from(["d", "d2", "d14", "w3", "m15", "m31/3", "q", "y02-29", "yL12-30", "yL06+01"]))
def test_the_next_day_is_always_later(day: date, code: str) -> None:
    on = after(code, day)

    assert on > day
    assert said(code)
    assert is_working(on) or not code.startswith("d")
