from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import leave
from knowledge.calendar import is_working

THURSDAY = date(2026, 11, 26)
TOLD = {
    "下周一到周五请假": ("11-30", "12-04"),
    "下周一到下周五休年假": ("11-30", "12-04"),
    "周一至周三我请假": ("11-30", "12-02"),
    "明天请假": ("11-27", "11-27"),
    "今天到后天请假": ("11-26", "11-28"),
    "12月1号到5号休年假": ("12-01", "12-05"),
    "12月1-5号请假": ("12-01", "12-05"),
    "12月28号到3号请假": ("12-28", "01-03"),
    "请三天假": ("11-26", "11-30"),
    "明天开始请假三天": ("11-27", "12-01"),
    "下周三请假两天": ("12-02", "12-03"),
    "从下周一起休一周": ("11-30", "12-06"),
    "请假十天": ("11-26", "12-09"),
    "请半天假": ("11-26", "11-26"),
    "下周请假": ("11-30", "12-04"),
    "下个月请假": ("12-01", "12-31"),
    "请假到下周三": ("11-26", "12-02"),
    "11月20号到11月30号请假": ("11-26", "11-30"),
}


@pytest.mark.parametrize(("text", "days"), TOLD.items())
def test_a_leave_is_read_with_its_first_and_last_day_and_nothing_is_left_of_it(text, days):
    found = leave.find(text, THURSDAY)

    assert found is not None
    assert (f"{found.first:%m-%d}", f"{found.last:%m-%d}") == days
    assert found.rest == ""


@pytest.mark.parametrize(
    "text", ["他请假了", "11月20号到24号请假", "请假", "12月5号到2020-12-01请假", "三年后请假", "12月5号到公司请假"]
)
def test_without_days_to_come_there_is_no_leave(text):
    assert leave.find(text, THURSDAY) is None


def test_what_is_about_somebody_else_leaves_words_over():
    found = leave.find("王总说下周一请假，让我别打电话", THURSDAY)

    assert found is not None
    assert "王总" in found.rest


@pytest.mark.parametrize("text", ["取消请假", "不请假了", "提前回来了", "我销假"])
def test_a_leave_is_taken_back_in_words(text):
    assert leave.is_back(text)


@pytest.mark.parametrize(
    ("text", "bare"), [("请假", True), ("我要请假了", True), ("明天请假", False), ("他请假了", False)]
)
def test_a_leave_without_days_is_known_as_one(text, bare):
    assert leave.is_bare(text) is bare


@given(today=st.dates(date(2026, 1, 1), date(2028, 12, 31)), ahead=st.integers(0, 80), length=st.integers(0, 60))
def test_any_two_dates_to_come_are_a_leave_in_their_order(today, ahead, length):
    first = today + timedelta(days=ahead)
    last = first + timedelta(days=length)

    found = leave.find(f"{first.isoformat()}到{last.isoformat()}请假", today)

    assert found == leave.Leave(first, last)
    assert leave.find(f"{last.isoformat()}到{(first - timedelta(days=1)).isoformat()}请假", today) != found


@given(today=st.dates(date(2026, 1, 1), date(2028, 12, 31)), days=st.integers(1, 20))
def test_so_many_days_of_leave_are_so_many_working_days(today, days):
    found = leave.find(f"请假{days}天", today)

    assert found is not None
    assert found.first == today
    span = [found.first + timedelta(days=at) for at in range((found.last - found.first).days + 1)]
    assert sum(map(is_working, span)) == days
    assert is_working(found.last)
