"""Facts about customers."""

from datetime import date, timedelta

from knowledge.numbers import About
from store import facts, prospects


def test_the_last_word_on_a_fact_counts(session, me, customer, today):
    row = customer(session, me)
    facts.keep(session, row.id, "close_months", 6, today - timedelta(days=9))
    facts.keep(session, row.id, "close_months", 3, today)
    facts.keep(session, row.id, "started", value=True, on=today)
    facts.keep(session, row.id, "need_view", "不急", today)

    assert facts.known(session, row.id) == {
        "close_months": (3, today),
        "started": (True, today),
        "need_view": ("不急", today),
    }


def test_an_amount_that_stands_for_a_range_stays_one(session, me, customer, today):
    row = customer(session, me)
    facts.keep(session, row.id, "revenue", About(2_500_000), today)
    facts.keep(session, row.id, "debt", 2_500_000, today)
    kept = {fact: value for fact, (value, _) in facts.known(session, row.id).items()}
    some = facts.of(session, [row.id], ["revenue"])

    assert kept == {"revenue": 2_500_000, "debt": 2_500_000}
    assert [isinstance(kept[fact], About) for fact in ("revenue", "debt")] == [True, False]
    assert isinstance(some[row.id]["revenue"][0], About)
    assert facts.numbers(session, me.id, "revenue") == [(row.id, 2_500_000)]


def test_a_fact_can_be_forgotten(session, me, customer, today):
    row = customer(session, me)
    facts.keep(session, row.id, "started", value=False, on=today)
    facts.forget(session, row.id, "started")
    facts.forget(session, row.id, "never_known")

    assert facts.known(session, row.id) == {}


def test_numbers_of_the_owners_active_customers_come_largest_first(session, me, other, customer, today):
    small, large, quiet, theirs = (customer(session, owner) for owner in (me, me, me, other))
    for row, amount in ((small, 5_000), (large, 80_000.5), (quiet, 70_000), (theirs, 90_000)):
        facts.keep(session, row.id, "revenue", amount, today)
    facts.keep(session, small.id, "started", value=True, on=today)
    quiet.status = "archived"
    session.flush()

    assert facts.numbers(session, me.id, "revenue") == [(large.id, 80_000.5), (small.id, 5_000)]
    assert facts.numbers(session, me.id, "started") == []


def test_facts_go_with_their_customer(session, me, customer, today):
    row = customer(session, me)
    facts.keep(session, row.id, "revenue", 1_000, date(2026, 1, 1))
    prospects.erase(session, row.id)

    assert facts.known(session, row.id) == {}
