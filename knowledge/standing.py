"""Where a customer stands, and how often that asks for a contact: the rhythm by all that is known of somebody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from knowledge.cadence import UNKNOWN, Cadence, Rhythm, Standing
from knowledge.facts import Fact, current
from knowledge.rules import Facts, Judged, Value, judge
from knowledge.systems import RuleSystem, Systems

KEPT = 10_000  # rhythms of customers that differ


@dataclass(frozen=True)
class Rhythms:
    """The rhythms of a cadence; light enough to be handed to another process.

    `rules` are the systems it asks that are computed, `types` those of the others, which somebody has to confirm.
    """

    cadence: Cadence
    primary: str
    rules: Mapping[str, RuleSystem]
    types: Mapping[str, frozenset[str]]
    facts: Mapping[str, Fact]

    @classmethod
    def of(cls, cadence: Cadence, systems: Systems, primary: str) -> "Rhythms":
        """With the systems that the cadence asks; that of the type on the record is `primary`."""
        asked = {id: systems.catalogue(id) for id in cadence.systems if id != primary and id in systems}
        rules = {id: one for id, one in asked.items() if isinstance(one, RuleSystem)}
        return cls(cadence, primary, rules, {id: frozenset(one.types) for id, one in asked.items()}, systems.facts)

    @cached_property
    def needed(self) -> frozenset[str]:
        """The facts that matter for a rhythm."""
        told = (one.fact for system in self.rules.values() for rule in system.rules for one in rule.when)
        return frozenset({fact for fact in told if fact in self.facts} | self.types.keys())

    def standing(self, known: Mapping[str, tuple[Value, date]], type_id: str, today: date) -> Standing:
        """Where a customer stands of whom that is known, with the type on the record."""
        return self._standing(current(known, self.facts, today), type_id)

    def rhythm(
        self,
        grade: str,
        every_days: int | None,
        known: Mapping[str, tuple[Value, date]],
        type_id: str,
        today: date,
    ) -> Rhythm:
        """How often such a customer is to be contacted; many are alike, so what was worked out is kept."""
        fresh = current(known, self.facts, today)
        key = (grade, every_days, type_id, *sorted(fresh.items()))
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            found = self._kept[key] = self.cadence.rhythm(grade, every_days, self._standing(fresh, type_id))
        return found

    @cached_property
    def _kept(self) -> dict[tuple[object, ...], Rhythm]:
        return {}

    def _standing(self, facts: Facts, type_id: str) -> Standing:
        """What only words tell is left out: nobody reads a hundred descriptions to make a morning's list."""
        if not facts and not type_id:
            return UNKNOWN
        found = {id: type for id in self.types if (type := self._type(id, facts))}
        return Standing(found | ({self.primary: type_id} if type_id else {}))

    def _type(self, id: str, facts: Facts) -> str:
        confirmed = facts.get(id)
        if isinstance(confirmed, str) and confirmed in self.types[id]:
            return confirmed
        system = self.rules.get(id)
        if not facts or system is None:
            return ""
        judged = judge(system.rules, system.needs, facts)
        return judged.type if isinstance(judged, Judged) else ""
