"""What needs a manager first."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from knowledge.attention import MOST, URGENCY, Matter, first, pressing, quiet

matters = st.builds(
    Matter,
    st.sampled_from(URGENCY),
    st.integers(1, 5),
    st.just("小李"),
    st.integers(0, 5),
    st.just(""),
    st.integers(0, 99),
    st.integers(0, 99),
)


@given(st.lists(matters, max_size=30))
def test_at_most_three_by_urgency_and_each_kind_before_a_second_of_one(told: list[Matter]) -> None:
    found = first(told)
    kinds = {one.kind for one in told}

    assert len(found) == min(MOST, len(told))
    assert [URGENCY.index(one.kind) for one in found] == sorted(URGENCY.index(one.kind) for one in found)
    assert len({one.kind for one in found}) == min(MOST, len(kinds))
    assert first(told[::-1]) == found or len(set(told)) < len(told)


def test_of_a_kind_the_longest_comes_first() -> None:
    told = [Matter("grade_a", 1, "小李", 1, "王总", days=3), Matter("grade_a", 2, "小周", 2, "刘总", days=9)]

    assert [one.days for one in first(told)] == [9, 3]


def test_whom_messages_do_not_reach_and_who_has_most_waiting_is_looked_at_first() -> None:
    lost = pressing(unreachable=True, overdue=0, done=5, plan=5)
    late = pressing(unreachable=False, overdue=4, done=5, plan=9)
    slow = pressing(unreachable=False, overdue=0, done=1, plan=9)
    fine = pressing(unreachable=False, overdue=0, done=0, plan=0)

    assert sorted([fine, slow, late, lost]) == [lost, late, slow, fine]


def test_a_week_without_a_contact_says_something_from_wednesday_to_friday() -> None:
    assert [quiet(date(2026, 11, 23 + away)) for away in range(7)] == [False, False, True, True, True, False, False]
