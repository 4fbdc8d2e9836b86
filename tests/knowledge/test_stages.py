"""How far a customer has come, and when that is a deal won."""

import pytest

from knowledge.stages import SYSTEM, bears, bought, further, order, stage, won
from knowledge.systems import Systems

STAGES = ("potential", "target", "near", "deal", "loyal")


def test_the_order_is_that_of_the_documents(systems: Systems) -> None:
    system = systems.catalogue(SYSTEM)

    assert order(system) == STAGES
    assert set(STAGES) == set(system.types)
    assert stage(system, {"orders": 0, "asked_terms": True}) == "near"
    assert stage(system, {"orders": 0}) == ""
    assert bears(system, "orders")
    assert not bears(system, "revenue")


def test_a_system_without_rules_has_no_stages(systems: Systems) -> None:
    assert order(systems.catalogue("behavior")) == ()
    assert stage(systems.catalogue("behavior"), {"orders": 9}) == ""


@pytest.mark.parametrize(("before", "after", "is_so"), [("potential", "near", True), ("near", "near", False),
                                                        ("deal", "target", False), ("", "deal", False)])  # fmt: skip
def test_further_is_later_in_the_order(before: str, after: str, is_so: bool) -> None:
    assert further(STAGES, before, after) is is_so


@pytest.mark.parametrize(
    ("facts", "was", "now", "is_so"),
    [
        ({"orders": 0}, "near", "deal", True),
        ({"orders": 0}, "", "deal", True),  # known not to have bought, though not how far
        ({}, "", "deal", False),  # an old customer who is written down
        ({"orders": 1}, "deal", "loyal", False),
        ({"orders": 0}, "near", "target", False),
    ],
)
def test_a_deal_is_won_only_where_it_was_known_that_there_was_none(
    facts: dict[str, object], was: str, now: str, is_so: bool
) -> None:
    assert won(STAGES, facts, was, now) is is_so
    assert bought(STAGES, now) is (now in {"deal", "loyal"})
