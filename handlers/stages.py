"""How far a customer has come, noted when a fact changes: what the funnel and the conversions are counted from."""

import logging
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError

from handlers.desk import Desk, Turn
from knowledge.facts import current
from knowledge.rules import Value
from knowledge.stages import SYSTEM, bears, order, stage, won
from knowledge.systems import RuleSystem
from store import facts, marks
from store import stages as store
from store.tables import Prospect

logger = logging.getLogger(__name__)

BEGUN = "stages"  # the mark of a database whose customers have all been placed once


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


async def catch_up(desk: Desk, owner_id: int | None) -> None:
    """Note where somebody's customers (None: everybody's) are whose facts came all at once, by an import or before
    stages were kept; nobody is won by that.
    """
    system = system_of(desk)
    at: int | None = 0
    while system is not None and at is not None:
        now = desk.now()
        today = now.astimezone(ZoneInfo(desk.rules.tz)).date()
        try:
            at = await desk.db.write(store.catch_up, owner_id, system, desk.facts, at, now, today)
        except IntegrityError:  # another process noted one of them meanwhile, and it is left out the next time
            logger.info("another process was faster", extra={"action": "stages_raced"})


async def begin(desk: Desk) -> None:
    """Once for a database: what was known before stages were kept."""
    if await desk.db.read(marks.get, BEGUN) is None:
        await catch_up(desk, None)
        await desk.db.write(marks.put, BEGUN, desk.now())
        logger.info("stages are kept from now on", extra={"action": "stages_begun"})
