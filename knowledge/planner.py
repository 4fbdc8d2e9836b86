"""Everything that a day's list is made with: the rules of the rhythm, the ways to keep in touch, the budget of time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache

from knowledge.cadence import UNKNOWN, Cadence, Rhythm, Standing
from knowledge.facts import current
from knowledge.festivals import load_festivals
from knowledge.methods import Methods
from knowledge.plan import BUDGET, Pot
from knowledge.rules import Value
from knowledge.standing import needed, standing
from knowledge.systems import System, Systems
from knowledge.talk import Talk

ORDERS, SOLD_ON = "orders", "sold_on"  # facts of those who have bought
KEPT = 10_000  # rhythms of customers that differ
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
    def facts(self) -> frozenset[str]:
        """The facts that matter for a plan; the others need not be loaded."""
        return needed(self.systems, self._computed, self.systems.facts) | {ORDERS, SOLD_ON}

    @property
    def _computed(self) -> tuple[str, ...]:
        return tuple(id for id in self.cadence.systems if id != self.system.id)

    def standing(self, known: Mapping[str, tuple[Value, date]], type_id: str, today: date) -> Standing:
        """Where a customer stands of whom that is known, with the type on the record."""
        return self._standing(current(known, self.systems.facts, today), type_id)

    def _standing(self, told: Mapping[str, Value], type_id: str) -> Standing:
        if not told and not type_id:
            return UNKNOWN
        return standing(self.systems, self._computed, told, self.system.id, type_id)

    @cached_property
    def _rhythms(self) -> dict[tuple[object, ...], Rhythm]:
        return {}

    def rhythm(
        self,
        grade: str,
        every_days: int | None,
        known: Mapping[str, tuple[Value, date]],
        type_id: str,
        today: date,
    ) -> Rhythm:
        """How often such a customer is to be contacted; many are alike, so what was worked out is kept."""
        fresh = current(known, self.systems.facts, today)
        key = (grade, every_days, type_id, *sorted(fresh.items()))
        found = self._rhythms.get(key)
        if found is None:
            if len(self._rhythms) >= KEPT:
                self._rhythms.clear()
            standing = self._standing(fresh, type_id)
            found = self._rhythms[key] = self.cadence.rhythm(grade, every_days, standing)
        return found

    def sold(self, known: Mapping[str, tuple[Value, date]]) -> bool:
        """Whether a customer has bought."""
        orders = known.get(ORDERS, (0,))[0]
        return SOLD_ON in known or (isinstance(orders, int | float) and orders >= 1)


@lru_cache(maxsize=64)
def season(today: date) -> bool:
    """Whether a festival with greetings is near."""
    return any(0 <= (one.next_from(today) - today).days <= SEASON for one in load_festivals().greeted)
