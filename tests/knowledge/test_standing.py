from datetime import date, timedelta

import pytest

from knowledge.planner import season
from knowledge.rules import Value
from knowledge.systems import Systems
from tests.conftest import planner

TODAY = date(2026, 11, 23)


def known(away: int = 0, **facts: Value) -> dict[str, tuple[Value, date]]:
    return {id: (value, TODAY - timedelta(days=away)) for id, value in facts.items()}


@pytest.mark.parametrize(
    ("facts", "types"),
    [
        ({}, {"behavior": "silent"}),
        ({"account_tie": "agreement"}, {"account_level": "strategic", "behavior": "silent"}),
        ({"account_tie": "plain", "revenue": 6_000_000}, {"account_level": "vip", "behavior": "silent"}),
        (
            {"account_tie": "agreement", "orders": 5, "order_gap": 13, "recommends": True},
            {
                "account_level": "strategic",
                "relation_stage": "loyal",
                "relation_cycle": "decline",
                "behavior": "silent",
            },
        ),
    ],
)
def test_where_a_customer_stands_follows_from_facts(
    systems: Systems, facts: dict[str, Value], types: dict[str, str]
) -> None:
    assert planner(systems).rhythms.standing(known(**facts), "silent", TODAY).types == types


def test_facts_that_have_aged_say_nothing(systems: Systems) -> None:
    plans = planner(systems)

    assert plans.rhythms.standing(known(179, account_tie="agreement"), "", TODAY).types == {
        "account_level": "strategic"
    }
    assert plans.rhythms.standing(known(181, account_tie="agreement"), "", TODAY).types == {}


def test_a_level_that_was_confirmed_stands_without_facts(systems: Systems) -> None:
    told = planner(systems).rhythms.standing(known(999, account_level="vip"), "", TODAY)

    assert told.types == {"account_level": "vip"}


def test_only_facts_that_matter_are_asked_for(systems: Systems) -> None:
    wanted = planner(systems).facts

    assert {"account_tie", "revenue", "orders", "account_level", "sold_on"} <= wanted
    assert not {"birthday", "came_by"} & wanted


def test_who_has_bought_is_known_by_orders_or_by_the_day(systems: Systems) -> None:
    plans = planner(systems)

    assert [plans.sold(known(**facts)) for facts in ({}, {"orders": 0}, {"orders": 2}, {"sold_on": "2026-11-01"})] == [
        False,
        False,
        True,
        True,
    ]


def test_a_card_is_welcome_before_a_festival_only() -> None:
    assert season(date(2026, 12, 28))
    assert not season(date(2026, 11, 23))
