"""Everything that a day's list is made with: the rules of the rhythm, the ways to keep in touch, the budget of time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache

from knowledge.cadence import Cadence
from knowledge.festivals import load_festivals
from knowledge.methods import Methods
from knowledge.plan import BUDGET, Pot
from knowledge.rules import Value
from knowledge.standing import Rhythms
from knowledge.systems import System, Systems
from knowledge.talk import Talk

ORDERS, SOLD_ON = "orders", "sold_on"  # facts of those who have bought
SEASON = 10  # days before a festival in which a card is welcome


@dataclass(frozen=True)
class Planner:
    """What plans are made with; `days` are an admin's overrides of the calendar."""

    system: System
    systems: Systems
    cadence: Cadence
    methods: Methods
    talk: Talk = field(default_factory=Talk)
    budget: Mapping[str, Pot] = field(default_factory=lambda: BUDGET)
    days: Mapping[date, bool] = field(default_factory=dict)

    @cached_property
    def rhythms(self) -> Rhythms:
        """How often customers are to be contacted."""
        return Rhythms.of(self.cadence, self.systems, self.system.id)

    @cached_property
    def facts(self) -> frozenset[str]:
        """The facts that matter for a plan; the others need not be loaded."""
        return self.rhythms.needed | {ORDERS, SOLD_ON}

    def sold(self, known: Mapping[str, tuple[Value, date]]) -> bool:
        """Whether a customer has bought."""
        orders = known.get(ORDERS, (0,))[0]
        return SOLD_ON in known or (isinstance(orders, int | float) and orders >= 1)


@lru_cache(maxsize=64)
def season(today: date) -> bool:
    """Whether a festival with greetings is near."""
    return any(0 <= (one.next_from(today) - today).days <= SEASON for one in load_festivals().greeted)
