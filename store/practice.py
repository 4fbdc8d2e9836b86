"""Practice: drills with a version, what is remembered, types put aside, themes of a week, and who took part.

A drill and what is remembered are their owner's alone. What a manager reads is counted by the database: days and
drills, never an answer.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, literal
from sqlmodel import Session, SQLModel, col, delete, func, select, update

from knowledge.drill import Key, Known, Place
from knowledge.repetition import Memory
from store.interviews import Stale, packed
from store.tables import DrillRow, Feedback, MemoryRow, Person, Practice, Team, Theme

RECENT = 10  # corrections that are looked at
HIGHEST = 20  # teams above a team: a loop among the teams, should one ever be made, ends
_TEAM = SQLModel.metadata.tables["team"]


def begin(session: Session, *, person_id: int, on: date, state: Mapping[str, Any], now: datetime) -> DrillRow:
    """Keep a new drill; the one that was left ends."""
    end(session, person_id, now)
    row = DrillRow(person_id=person_id, on=on, state=packed(state), created_at=now, updated_at=now)
    session.add(row)
    session.flush()
    return row


def end(session: Session, person_id: int, now: datetime) -> None:
    """Put down what the person has begun and not finished.

    A drill without an answer is kept too: SQLite would give its id, and with it its old buttons, to the next one.
    """
    open = (col(DrillRow.person_id) == person_id, col(DrillRow.done_at).is_(None))
    session.exec(update(DrillRow).where(*open).values(done_at=now, updated_at=now, version=DrillRow.version + 1))


def mine(session: Session, person_id: int, drill_id: int) -> DrillRow | None:
    """The drill of that id, if it is that person's."""
    found = select(DrillRow).where(col(DrillRow.id) == drill_id, col(DrillRow.person_id) == person_id)
    return session.exec(found).one_or_none()


def unfinished(session: Session, person_id: int, on: date) -> DrillRow | None:
    """The drill that the person began on that day and did not finish."""
    found = select(DrillRow).where(
        col(DrillRow.person_id) == person_id, col(DrillRow.on) == on, col(DrillRow.done_at).is_(None)
    )
    return session.exec(found.order_by(col(DrillRow.id).desc()).limit(1)).one_or_none()


def state(row: DrillRow) -> dict[str, Any]:
    """The state that `begin` or `advance` kept."""
    told: dict[str, Any] = json.loads(row.state)
    return told


def advance(
    session: Session, row: DrillRow, state: Mapping[str, Any], *, answered: int, done: bool, now: datetime
) -> DrillRow:
    """Replace the state of the version in `row`.

    Raises:
        Stale: another process or tap has moved it on since it was read.
    """
    changed = session.exec(
        update(DrillRow)
        .where(col(DrillRow.id) == row.id, col(DrillRow.version) == row.version)
        .values(
            state=packed(state),
            version=row.version + 1,
            answered=answered,
            updated_at=now,
            done_at=now if done else None,
        )
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:
        raise Stale
    session.refresh(row)
    return row


def days(session: Session, person_id: int, since: date) -> set[date]:
    """The days, from `since` on, on which the person answered anything."""
    found = select(col(DrillRow.on)).where(
        col(DrillRow.person_id) == person_id, col(DrillRow.on) >= since, col(DrillRow.answered) > 0
    )
    return set(session.exec(found.distinct()))


def finished_on(session: Session, person_id: int, on: date) -> int:
    """How many drills with an answer the person ended on that day."""
    found = select(func.count()).where(
        col(DrillRow.person_id) == person_id,
        col(DrillRow.on) == on,
        col(DrillRow.answered) > 0,
        col(DrillRow.done_at).is_not(None),
    )
    return session.exec(found).one()


# --- what is remembered -----------------------------------------------------------------------------------------------


def remembered(session: Session, person_id: int) -> dict[Key, Known]:
    """Everything that is remembered of a person's practice."""
    rows = session.exec(select(MemoryRow).where(col(MemoryRow.person_id) == person_id))
    return {
        Key(row.kind, row.system, row.type_id): Known(
            Memory(row.stability, row.difficulty, row.reviewed_at, row.due_at), row.seen, row.created_at
        )
        for row in rows
    }


def remember(session: Session, person_id: int, key: Key, memory: Memory) -> None:
    """Keep what a review came to."""
    found = select(MemoryRow).where(
        col(MemoryRow.person_id) == person_id,
        col(MemoryRow.kind) == key.kind,
        col(MemoryRow.system) == key.system,
        col(MemoryRow.type_id) == key.type,
    )
    row = session.exec(found).one_or_none()
    if row is None:
        row = MemoryRow(
            person_id=person_id, kind=key.kind, system=key.system, type_id=key.type, created_at=memory.reviewed
        )
        session.add(row)
    row.stability, row.difficulty = memory.stability, memory.difficulty
    row.reviewed_at, row.due_at, row.seen = memory.reviewed, memory.due, row.seen + 1
    session.flush()


# --- what is worth practising -----------------------------------------------------------------------------------------


def put_aside(session: Session, person_id: int, place: Place, now: datetime) -> bool:
    """Put a type on a person's practice list; False if it was there already."""
    found = select(Practice).where(
        col(Practice.person_id) == person_id,
        col(Practice.system) == place.system,
        col(Practice.type_id) == place.type,
    )
    if session.exec(found).one_or_none() is not None:
        return False
    session.add(Practice(person_id=person_id, system=place.system, type_id=place.type, added_at=now))
    return True


def aside(session: Session, person_id: int) -> list[Place]:
    """A person's practice list, what was put on it last first."""
    found = select(Practice.system, Practice.type_id).where(col(Practice.person_id) == person_id)
    return [Place(*row) for row in session.exec(found.order_by(col(Practice.id).desc()))]


def mistaken(session: Session, person_id: int) -> list[Place]:
    """The types that the person put in the place of another one, the last corrections first."""
    found = (
        select(Feedback.system, Feedback.correct)
        .where(col(Feedback.person_id) == person_id, col(Feedback.said) != col(Feedback.correct))
        .order_by(col(Feedback.id).desc())
        .limit(RECENT)
    )
    return list(dict.fromkeys(Place(*row) for row in session.exec(found)))


# --- teams ------------------------------------------------------------------------------------------------------------


def set_theme(
    session: Session, *, team_ids: Collection[int], monday: date, place: Place | None, person_id: int, now: datetime
) -> None:
    """Give teams the theme of a week in the place of the one they had; None takes it away."""
    session.exec(delete(Theme).where(col(Theme.team_id).in_(team_ids), col(Theme.monday) == monday))
    if place is None:
        return
    for id in team_ids:
        session.add(
            Theme(team_id=id, monday=monday, system=place.system, type_id=place.type, person_id=person_id, at=now)
        )
    session.flush()


def theme(session: Session, team_id: int | None, monday: date) -> Place | None:
    """The theme of a team: its own, or that of the nearest team above it."""
    if team_id is None:
        return None
    line = (
        select(_TEAM.c.id, _TEAM.c.parent_id, literal(0).label("up")).where(_TEAM.c.id == team_id).cte(recursive=True)
    )
    line = line.union_all(
        select(_TEAM.c.id, _TEAM.c.parent_id, line.c.up + 1).where(_TEAM.c.id == line.c.parent_id, line.c.up < HIGHEST)
    )
    found = (
        select(Theme.system, Theme.type_id)
        .join(line, col(Theme.team_id) == line.c.id)
        .where(col(Theme.monday) == monday)
        .order_by(line.c.up)
        .limit(1)
    )
    row = session.exec(found).one_or_none()
    return Place(*row) if row else None


def roots(session: Session) -> list[int]:
    """The teams that are below no other."""
    return [id or 0 for id in session.exec(select(Team.id).where(col(Team.parent_id).is_(None)).order_by(col(Team.id)))]


@dataclass(frozen=True, slots=True)
class Participation:
    """How often somebody practised: on how many days, and how many drills."""

    name: str
    days: int
    drills: int


def participation(session: Session, team_ids: Collection[int] | None, since: date) -> list[Participation]:
    """How often every active rep of the teams (None: of all) practised since a date, by name."""
    practised = and_(col(DrillRow.person_id) == col(Person.id), col(DrillRow.on) >= since, col(DrillRow.answered) > 0)
    found = (
        select(Person.name, func.count(col(DrillRow.on).distinct()), func.count(col(DrillRow.id)))
        .outerjoin(DrillRow, practised)
        .where(col(Person.active), col(Person.role) == "rep")
        .group_by(col(Person.id), col(Person.name))
        .order_by(col(Person.name), col(Person.id))
    )
    if team_ids is not None:
        found = found.where(col(Person.team_id).in_(team_ids))
    return [Participation(*row) for row in session.exec(found)]
