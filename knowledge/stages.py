"""How far a customer has come with us: the stages of the customer-state system, in their order.

The rules decide the stage (`data/relation_stage/rules.toml`); here is what a change of it means. The order is the
rules' own, which begin with the furthest.
"""

from collections.abc import Mapping, Sequence

from knowledge.rules import Facts, Judged, judge
from knowledge.systems import Catalogue, RuleSystem

SYSTEM = "relation_stage"
DEAL = "deal"  # from this stage on somebody has bought from us
ORDERS = "orders"  # the fact that says how often


def order(system: Catalogue) -> tuple[str, ...]:
    """The stages from the first to the furthest; none where the system is not one of rules."""
    if not isinstance(system, RuleSystem):
        return ()
    return tuple(reversed(dict.fromkeys(rule.type for rule in system.rules)))


def stage(system: Catalogue, facts: Facts) -> str:
    """The stage that the facts come to, "" while they do not say."""
    if not isinstance(system, RuleSystem):
        return ""
    found = judge(system.rules, system.needs, facts)
    return found.type if isinstance(found, Judged) else ""


def bears(system: Catalogue, fact: str) -> bool:
    """Whether a fact can change the stage."""
    return isinstance(system, RuleSystem) and any(one.fact == fact for rule in system.rules for one in rule.when)


def further(stages: Sequence[str], before: str, after: str) -> bool:
    """Whether a customer who was in one stage and is in another has gone further."""
    return before in stages and after in stages and stages.index(after) > stages.index(before)


def bought(stages: Sequence[str], stage: str) -> bool:
    """Whether somebody in this stage has bought from us."""
    return DEAL in stages and stage in stages and stages.index(stage) >= stages.index(DEAL)


def won(stages: Sequence[str], before: Mapping[str, object], was: str, now: str) -> bool:
    """Whether the first order came with this change: it was known that there was none, and now there is one.

    A customer who is written down with orders already made has not been won by it. `before` are the facts before.
    """
    if not bought(stages, now) or bought(stages, was):
        return False
    orders = before.get(ORDERS)
    return was in stages or (isinstance(orders, int | float) and orders < 1)
