"""Where a customer stands, as the rhythm wants to know it: the types that follow from what is known."""

from collections.abc import Mapping, Sequence

from knowledge.cadence import Standing
from knowledge.facts import Fact
from knowledge.rules import Facts, Judged, judge
from knowledge.systems import RuleSystem, Systems


def standing(systems: Systems, ids: Sequence[str], facts: Facts, primary: str = "", type_id: str = "") -> Standing:
    """The types in these systems of a customer with these facts (not the aged ones), and the type on the record.

    What only words tell is left out: nobody reads a hundred descriptions to make a morning's list.
    """
    found = {id: type for id in ids if id in systems and (type := _type(systems, id, facts))}
    return Standing(found | ({primary: type_id} if type_id else {}))


def _type(systems: Systems, id: str, facts: Facts) -> str:
    confirmed = facts.get(id)
    system = systems.catalogue(id)
    if isinstance(confirmed, str) and confirmed in system.types:
        return confirmed
    if not facts or not isinstance(system, RuleSystem):
        return ""
    judged = judge(system.rules, system.needs, facts)
    return judged.type if isinstance(judged, Judged) else ""


def needed(systems: Systems, ids: Sequence[str], facts: Mapping[str, Fact]) -> frozenset[str]:
    """The facts that a standing in these systems follows from."""
    rules = (systems.catalogue(id) for id in ids if id in systems)
    told = (one for system in rules if isinstance(system, RuleSystem) for rule in system.rules for one in rule.when)
    return frozenset({one.fact for one in told if one.fact in facts} | set(ids))
