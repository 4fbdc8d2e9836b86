"""One customer seen through several systems: the type in each with its reason, or what has to be known first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge import quotes
from knowledge.belief import Belief, believe
from knowledge.facts import Fact
from knowledge.rules import Facts, Judged, Lacking, Rule, judge
from knowledge.systems import Catalogue, Kind, RuleSystem, System, Systems

UNASKED = 0.65  # nobody wrote those texts with this system in mind: below it the type would be a guess
SHARES = frozenset(["revenue_share", "revenue_rank_share"])  # said as percent


@dataclass(frozen=True, slots=True)
class Facet:
    """A system's word on a customer. Without a type `lacking` says which fact it needs, if one is all it needs."""

    system: Catalogue
    kind: Kind | None = None
    why: str = ""
    p: float | None = None
    lacking: Fact | None = None

    @property
    def key(self) -> str:
        """The type as "system:type", "" without one."""
        return f"{self.system.id}:{self.kind.id}" if self.kind else ""


def facet(system: Catalogue, facts: Facts, texts: Sequence[str], catalogue: Mapping[str, Fact]) -> Facet:
    """What a system says of a customer with these facts, of whom these texts were written.

    A type that somebody has confirmed stands among the facts under the system's own id.
    """
    confirmed = facts.get(system.id)
    if isinstance(confirmed, str) and confirmed in system.types:
        return Facet(system, system.types[confirmed], "问答判断的")
    if isinstance(system, RuleSystem):
        return _ruled(system, facts, catalogue)
    if isinstance(system, System):
        return _inferred(system, texts)
    return Facet(system)


def _ruled(system: RuleSystem, facts: Facts, catalogue: Mapping[str, Fact]) -> Facet:
    match judge(system.rules, system.needs, facts):
        case Judged(type, rule):
            return Facet(system, system.types[type], reason(rule, facts, catalogue))
        case Lacking(fact):
            return Facet(system, lacking=catalogue.get(fact))
    return Facet(system)


def reason(rule: Rule, facts: Facts, catalogue: Mapping[str, Fact]) -> str:
    """Why a rule holds, with what is known put in."""
    why = rule.why
    for id, value in facts.items():
        if f"{{{id}}}" not in why:
            continue
        if id in SHARES and isinstance(value, int | float):
            said = f"{value:.0%}"
        else:
            said = catalogue[id].filled(value) if id in catalogue else str(value)
        why = why.replace(f"{{{id}}}", said)
    return why


def _inferred(system: System, texts: Sequence[str]) -> Facet:
    if not texts:
        return Facet(system)
    belief: Belief = believe(system.model, texts, types=system.order)
    if not belief.enough or belief.sure < UNASKED:
        return Facet(system)
    why = "".join(f"“{quote.words}”" for quote in quotes.said(belief, texts, 2))
    return Facet(system, system.types[belief.top], why, belief.sure)


def facets(systems: Systems, ids: Sequence[str], facts: Facts, texts: Sequence[str]) -> list[Facet]:
    """The word of each of these systems, in their order."""
    return [facet(systems.catalogue(id), facts, texts, systems.facts) for id in ids]


def shares(amounts: Sequence[tuple[int, float]], customers: int) -> dict[int, tuple[float, float]]:
    """Of each customer what those with more come to, as a share of everything, and the place among all customers.

    `amounts` are (customer, amount), the largest first; customers of whom no amount is known only count as many.
    """
    total = sum(amount for _, amount in amounts)
    found: dict[int, tuple[float, float]] = {}
    above, sofar, place, last = 0.0, 0.0, 0, None
    for number, (id, amount) in enumerate(amounts, start=1):
        if amount != last:
            above, place, last = sofar, number, amount
        sofar += amount
        found[id] = (above / total if total else 1.0, place / max(customers, len(amounts)))
    return found
