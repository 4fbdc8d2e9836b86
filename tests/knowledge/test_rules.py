"""Rules on facts: the shipped ones on their boundaries, and what happens where something is not known."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.rules import Condition, Facts, Judged, Lacking, Rule, judge
from knowledge.systems import RuleSystem, Systems, load_systems

BOUNDARIES = Path(__file__).parent / "golden" / "boundaries"
SYSTEMS = load_systems()
RULED = [system for system in SYSTEMS if isinstance(system, RuleSystem)]


def cases() -> Iterator[Any]:
    for path in sorted(BOUNDARIES.glob("*.toml")):
        for number, case in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["case"]):
            yield pytest.param(path.stem, case, id=f"{path.stem}-{number}")


@pytest.mark.parametrize(("system", "case"), list(cases()))
def test_each_boundary_falls_on_its_side(system: str, case: dict[str, Any]) -> None:
    ruled = SYSTEMS.catalogue(system)
    assert isinstance(ruled, RuleSystem)

    told = judge(ruled.rules, ruled.needs, case["facts"])

    if "missing" in case:
        assert told == Lacking(case["missing"])
    else:
        assert isinstance(told, Judged)
        assert told.type == case["type"]


@pytest.mark.parametrize("system", RULED, ids=lambda system: system.id)
def test_every_system_of_rules_has_its_boundaries_written_down(system: RuleSystem) -> None:
    written = tomllib.loads((BOUNDARIES / f"{system.id}.toml").read_text(encoding="utf-8"))["case"]

    assert {case["type"] for case in written if "type" in case} == set(system.types)
    assert any("missing" in case for case in written)


@pytest.mark.parametrize("system", RULED, ids=lambda system: system.id)
def test_answering_what_is_lacking_always_ends_in_a_type(system: RuleSystem, systems: Systems) -> None:
    """From nothing known, through every choice of every question that comes up."""
    waiting: list[Facts] = [COMPUTED_LATE]
    while waiting:
        facts = waiting.pop()
        told = judge(system.rules, system.needs, facts)
        assert told is not None, facts
        if isinstance(told, Lacking):
            fact = systems.facts[told.fact]
            assert fact.choices, fact.id
            waiting += [{**facts, fact.id: option.value} for option in fact.choices]
        else:
            assert told.type in system.types


COMPUTED_LATE: Facts = {
    "days_since_contact": 400,
    "contacts": 3,
    "contacts_90": 0,
    "customer_days": 500,
    "behavior": "silent",
    "promised": False,
    "overdue_days": 0,
    "revenue_share": 0.99,
    "revenue_rank_share": 0.9,
}

FAST = Rule("fast", (Condition("months", "<=", 3), Condition("started", "=", True)), "{months} 个月")
SLOW = Rule("slow", (), "别的都慢")


def test_the_first_rule_that_holds_decides() -> None:
    assert judge([FAST, SLOW], ["months"], {"months": 3, "started": True}) == Judged("fast", FAST)


def test_a_rule_with_a_false_condition_is_passed_over_whatever_else_is_unknown() -> None:
    assert judge([FAST, SLOW], ["months", "started"], {"months": 4}) == Judged("slow", SLOW)


def test_what_is_asked_for_first_is_lacking_first() -> None:
    assert judge([FAST, SLOW], ["started", "months"], {}) == Lacking("started")
    assert judge([FAST, SLOW], ["started", "months"], {"started": True}) == Lacking("months")


def test_no_rule_may_cover_the_facts() -> None:
    assert judge([FAST], ["months"], {"months": 9}) is None


@given(st.dictionaries(st.sampled_from(["months", "started"]), st.sampled_from([True, False, 1, 3, 4])))
def test_more_knowledge_never_takes_a_type_back(facts: dict[str, Any]) -> None:
    told = judge([FAST, SLOW], ["months", "started"], facts)
    more = {"months": 1, "started": True} | facts

    if isinstance(told, Judged):
        assert judge([FAST, SLOW], ["months", "started"], more) == told
