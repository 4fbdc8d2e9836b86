"""How far customers came, and when: one open row each for where they are, closed ones for where they were."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, literal, text
from sqlalchemy import select as columns
from sqlmodel import Session, case, col, func, select

from knowledge.facts import Fact, current
from knowledge.stages import further
from knowledge.stages import stage as stage_of
from knowledge.systems import RuleSystem
from store import facts
from store.scopes import owners
from store.tables import KnownFact, Prospect, StageRow

DAY = 86_400.0  # seconds
TOGETHER = 300  # customers in one transaction, so that nobody waits for long


def now_in(session: Session, prospect_id: int) -> StageRow | None:
    """Where a customer is, None while that is not known."""
    found = select(StageRow).where(col(StageRow.prospect_id) == prospect_id, col(StageRow.until).is_(None))
    return session.exec(found).one_or_none()


def enter(
    session: Session,
    *,
    prospect_id: int,
    person_id: int,
    stage: str,
    order: Sequence[str],
    won: bool,
    now: datetime,
) -> None:
    """Note where a customer is from `now` on, "" where that is not known any more; the same again changes nothing."""
    row = now_in(session, prospect_id)
    if (row.stage if row else "") == stage:
        return
    if row is not None:
        row.until, row.ahead = now, further(order, row.stage, stage)
        session.flush()  # before the next one is open
    if stage:
        session.add(StageRow(prospect_id=prospect_id, person_id=person_id, stage=stage, since=now, won=won))
        session.flush()


def catch_up(
    session: Session,
    owner_id: int | None,
    system: RuleSystem,
    known: Mapping[str, Fact],
    after: int,
    now: datetime,
    today: date,
) -> int | None:
    """Note the stage of some of the owner's customers (None: everybody's; those beyond the id `after`) of whom none is
    known and facts are; the last id that was looked at, None when there is no more. `known` are the facts there are.
    """
    here = select(StageRow.id).where(
        col(StageRow.prospect_id) == col(KnownFact.prospect_id), col(StageRow.until).is_(None)
    )
    found = (
        select(KnownFact.prospect_id, Prospect.owner_id)
        .join(Prospect, col(Prospect.id) == col(KnownFact.prospect_id))
        .where(col(KnownFact.fact).in_(system.needs), ~here.exists(), col(KnownFact.prospect_id) > after)
        .distinct()
        .order_by(col(KnownFact.prospect_id))
        .limit(TOGETHER)
    )
    if owner_id is not None:
        found = found.where(col(Prospect.owner_id) == owner_id)
    rows = session.exec(found).all()
    told = facts.of(session, [id for id, _ in rows], system.needs)
    for id, owner in rows:
        if reached := stage_of(system, current(told[id], known, today)):
            session.add(StageRow(prospect_id=id, person_id=owner, stage=reached, since=now))
    session.flush()
    return rows[-1][0] if len(rows) == TOGETHER else None


@dataclass(frozen=True, slots=True)
class StageCount:
    """Customers of a type in a stage: how many are there now, ever came there, went further; and the days they stayed,
    in the mean (of those who are there, until now). `since` is when the first of them came there, as far as is known.
    """

    stage: str
    type_id: str
    here: int
    entered: int
    ahead: int
    days: float
    since: datetime


def funnel(
    session: Session, teams: Collection[int] | None, now: datetime, types: Collection[str], only: str = ""
) -> Sequence[StageCount]:
    """Stages by these types ("" for any other), or of `only` one, of the active customers of the teams' people (None:
    everybody's).
    """
    type = col(Prospect.type_id)
    if only:
        return _counted(session, teams, now, literal(only), type == only)
    if session.get_bind().dialect.name != "sqlite":
        session.execute(text("SET LOCAL jit = off"))  # compiling such a statement takes longer than running it
        return _counted(session, teams, now, case((type.in_(types), type), else_=""))
    # SQLite sorts what it groups: a type after the other, by the index, takes less than half of all at once.
    each = [(type == id, id) for id in types]
    return [
        one
        for which, id in [*each, (type.not_in(types), "")]
        for one in _counted(session, teams, now, literal(id), which)
    ]


def _counted(
    session: Session,
    teams: Collection[int] | None,
    now: datetime,
    type: ColumnElement[str],
    *which: ColumnElement[bool],
) -> Sequence[StageCount]:
    until = case((col(StageRow.until).is_(None), now), else_=col(StageRow.until))
    if session.get_bind().dialect.name == "sqlite":
        seconds = (func.julianday(until) - func.julianday(col(StageRow.since))) * DAY
    else:
        seconds = func.extract("epoch", until - col(StageRow.since))
    found = (
        columns(
            col(StageRow.stage),
            type.label("type"),
            func.count().filter(col(StageRow.until).is_(None)),
            func.count(),
            func.count().filter(col(StageRow.ahead)),
            func.avg(seconds),
            func.min(col(StageRow.since)),
        )
        .join(Prospect, col(Prospect.id) == col(StageRow.prospect_id))
        .where(owners(col(Prospect.owner_id), teams), col(Prospect.status) == "active", *which)
        .group_by(col(StageRow.stage), text("type"))
    )
    return [
        StageCount(stage, id, here, entered, ahead, float(mean or 0) / DAY, since)
        for stage, id, here, entered, ahead, mean, since in session.execute(found)
    ]
