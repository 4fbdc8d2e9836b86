"""Types computed from facts on a customer's record, with the reason.

The first rule that holds decides. A rule with a condition that is false is passed over; one that may still hold, for
all that is known, ends the search, and what it lacks is to be asked for. So nothing is ever guessed.
"""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Value = bool | int | float | str
Facts = Mapping[str, Value]

LIMIT = "limits."  # begins what stands for a threshold in a rule

TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
    "in": lambda value, among: value in among,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A fact compared with a value; `test` is a key of `TESTS`."""

    fact: str
    test: str
    value: Value | tuple[Value, ...]

    def holds(self, facts: Facts) -> bool | None:
        """Whether it does; None while the fact is not known."""
        if self.fact not in facts:
            return None
        return TESTS[self.test](facts[self.fact], self.value)


@dataclass(frozen=True, slots=True)
class Rule:
    """A type, for customers of whom all conditions hold. `{fact}` in `why` stands for what is known of it."""

    type: str
    when: tuple[Condition, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Judged:
    """The type that the facts come to, and the rule that decided."""

    type: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Lacking:
    """What has to be known first."""

    fact: str


def judge(rules: Sequence[Rule], needs: Sequence[str], facts: Facts) -> Judged | Lacking | None:
    """What the facts come to; None where no rule covers them."""
    for rule in rules:
        told = [condition.holds(facts) for condition in rule.when]
        if all(told):
            return Judged(rule.type, rule)
        if False not in told:
            return Lacking(_first(needs, (c.fact for c, holds in zip(rule.when, told, strict=True) if holds is None)))
    return None


def _first(needs: Sequence[str], lacking: Iterable[str]) -> str:
    """The one that is asked for first."""
    return min(lacking, key=lambda fact: needs.index(fact) if fact in needs else len(needs))
