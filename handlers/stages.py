"""How far a customer has come, noted when a fact changes: what the funnel and the conversions are counted from."""

from collections.abc import Mapping

from handlers.desk import Desk, Turn
from knowledge.facts import current
from knowledge.rules import Value
from knowledge.stages import SYSTEM, bears, order, stage, won
from knowledge.systems import RuleSystem
from store import facts
from store import stages as store
from store.tables import Prospect


def system_of(desk: Desk) -> RuleSystem | None:
    """The system of the stages; None where a team has taken it away, or made something else of it."""
    found = desk.systems.catalogue(SYSTEM) if SYSTEM in desk.systems else None
    return found if isinstance(found, RuleSystem) else None


def names(desk: Desk) -> Mapping[str, str]:
    """The stages in their order, with their names."""
    system = system_of(desk)
    return {id: system.types[id].zh for id in order(system)} if system else {}


def before(turn: Turn, row: Prospect, fact: str) -> Mapping[str, Value] | None:
    """What is known of a customer before this fact changes; None where the stage does not depend on it."""
    system = system_of(turn.desk)
    if system is None or not bears(system, fact):
        return None
    return current(facts.known(turn.session, row.id or 0), turn.desk.facts, turn.today)


def follow(turn: Turn, row: Prospect, was: Mapping[str, Value] | None) -> None:
    """Note where the customer is now; `was` is what `before` found."""
    system = system_of(turn.desk)
    if was is None or system is None:
        return
    stages, id = order(system), row.id or 0
    now = stage(system, current(facts.known(turn.session, id), turn.desk.facts, turn.today))
    first = won(stages, was, stage(system, was), now)
    store.enter(turn.session, prospect_id=id, person_id=turn.me, stage=now, order=stages, won=first, now=turn.now)


async def catch_up(desk: Desk, owner_id: int) -> None:
    """Note where somebody's customers are whose facts came all at once, by an import; nobody is won by that."""
    system = system_of(desk)
    at: int | None = 0
    while system is not None and at is not None:
        at = await desk.db.write(store.catch_up, owner_id, system, at, desk.now())
