from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from knowledge.due import DueCustomer, rank
from knowledge.kinds import Occasion

TODAY = date(2026, 11, 23)
PLAIN = DueCustomer(
    id=1,
    name="王总",
    company="华鑫建材",
    type_zh="沉默型",
    grade="C",
    due=TODAY,
    lateness="due",
    method="phone",
    last_contact=None,
    last_note="",
    next_step="",
    opening="",
)


def customer(id: int, **changes: Any) -> DueCustomer:
    return replace(PLAIN, id=id, **changes)


ORDER = [
    customer(9, promises=("问合同",), grade="A"),
    customer(11, occasions=(Occasion(1, "birthday", "0", TODAY, TODAY),), grade="B"),
    customer(8, promises=("送样品",), grade="D"),
    customer(7, grade="A", due=TODAY - timedelta(5)),
    customer(6, grade="A"),
    customer(5, grade="B", due=TODAY - timedelta(90)),
    customer(3, grade="C", due=TODAY - timedelta(2)),
    customer(2, grade="", due=TODAY - timedelta(1)),
    customer(1, grade="C"),
    customer(4, grade=""),
    customer(10, grade="D", due=TODAY - timedelta(300)),
]


def test_promises_then_grade_then_days_late_then_the_older_customer() -> None:
    customers = {item.id: item for item in ORDER[::-1]}.values()
    shuffled = sorted(customers, key=lambda item: rank(item, TODAY))

    assert [item.id for item in shuffled] == [item.id for item in ORDER]


def test_the_order_does_not_depend_on_where_it_began() -> None:
    for some in permutations(ORDER[:5]):
        assert sorted(some, key=lambda item: rank(item, TODAY)) == ORDER[:5]


def test_not_graded_yet_ranks_with_c() -> None:
    assert rank(customer(1, grade=""), TODAY) == rank(customer(1, grade="C"), TODAY)


items = st.builds(
    customer,
    st.integers(1, 10**9),
    grade=st.sampled_from(["A", "B", "C", "D", ""]),
    due=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    promises=st.sampled_from([(), ("问合同",)]),
)


@given(items, items)
def test_two_customers_never_tie(one: DueCustomer, other: DueCustomer) -> None:
    assert (rank(one, TODAY) == rank(other, TODAY)) <= (one.id == other.id)


@given(items)
def test_waiting_never_moves_a_customer_back(item: DueCustomer) -> None:
    assert rank(item, TODAY + timedelta(1)) < rank(item, TODAY)
