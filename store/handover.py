"""Customers that change hands, and the pool of those with whom nobody has been in touch for long.

What is open moves along: reminders get the new owner, complaints and facts belong to the customer anyway. Each change
is a row, so that it can be taken back for a day; a customer that moved on in the meantime stays where it is.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import token_hex

from sqlalchemy import ColumnElement, and_, exists, not_, or_
from sqlmodel import Session, col, func, select, update

from knowledge.kinds import PROMISE
from store import reminders
from store.tables import Complaint, Handover, Person, Prospect, Reminder

UNDO = timedelta(days=1)
AT_ONCE = 500  # customers in one statement
PAGE = 8


@dataclass(frozen=True, slots=True)
class Moved:
    """What a hand-over came to: its batch, the new owner, and how many customers of each old owner."""

    batch: str
    to_id: int
    by_id: int
    before: dict[int, int]

    @property
    def count(self) -> int:
        """How many customers."""
        return sum(self.before.values())


def move(session: Session, ids: Collection[int], to_id: int, by_id: int, now: datetime) -> Moved:
    """Give these customers a new owner; those that the new owner has already stay as they are.

    The caller has checked that `by_id` may do that to every one of them.
    """
    batch = token_hex(6)
    before: dict[int, int] = {}
    for part in _parts(ids):
        theirs = select(Prospect.id, Prospect.owner_id).where(
            col(Prospect.id).in_(part), col(Prospect.owner_id) != to_id
        )
        rows = session.exec(theirs.with_for_update()).all()
        moved = [id or 0 for id, _ in rows]
        for id, owner_id in rows:
            before[owner_id] = before.get(owner_id, 0) + 1
            session.add(Handover(batch=batch, prospect_id=id or 0, from_id=owner_id, to_id=to_id, by_id=by_id, at=now))
        session.flush()
        _own(session, moved, to_id, now, owned_at=now)
    return Moved(batch, to_id, by_id, before)


def undo(session: Session, batch: str, by_id: int, now: datetime) -> Moved | None:
    """Take a hand-over back that the person decided within the last day, as far as the customers are still there."""
    theirs = (
        select(Handover, Prospect)
        .join(Prospect, col(Prospect.id) == col(Handover.prospect_id))
        .where(
            col(Handover.batch) == batch,
            col(Handover.by_id) == by_id,
            col(Handover.undone_at).is_(None),
            col(Handover.at) > now - UNDO,
            col(Prospect.owner_id) == col(Handover.to_id),
            col(Prospect.owned_at) == col(Handover.at),  # nobody has moved it since, not even there and back
        )
    )
    rows = session.exec(theirs).all()
    if not rows:
        return None
    before: dict[int, int] = {}
    back: dict[int, list[int]] = {}
    for row, prospect in rows:
        row.undone_at = now
        before[row.from_id] = before.get(row.from_id, 0) + 1
        back.setdefault(row.from_id, []).append(prospect.id or 0)
    session.flush()
    for owner_id, ids in back.items():
        for part in _parts(ids):
            _own(session, part, owner_id, now, owned_at=None)
    return Moved(batch, rows[0][0].to_id, by_id, before)


def _own(session: Session, ids: Sequence[int], owner_id: int, now: datetime, *, owned_at: datetime | None) -> None:
    session.exec(
        update(Prospect)
        .where(col(Prospect.id).in_(ids))
        .values(owner_id=owner_id, owned_at=owned_at, pooled_at=None, updated_at=now)
    )
    reminders.hand_over(session, ids, owner_id, now)


@dataclass(frozen=True, slots=True)
class Burden:
    """What comes with customers: how many by grade, open promises, open complaints, and whose contact is late."""

    count: int
    grades: dict[str, int]
    promises: int
    complaints: int
    late: int


def burden(session: Session, ids: Collection[int], today: date) -> Burden:
    """What comes with these customers."""
    grades = dict.fromkeys("ABCD", 0)
    count = promises = complaints = late = 0
    for part in _parts(ids):
        mine = col(Prospect.id).in_(part)
        for grade, many, behind in session.exec(
            select(Prospect.grade, func.count(), func.count().filter(col(Prospect.next_contact_on) < today))
            .where(mine)
            .group_by(col(Prospect.grade))
        ):
            count, late = count + many, late + behind
            if grade:
                grades[grade] += many
        open_ = select(func.count()).where(
            col(Reminder.prospect_id).in_(part), col(Reminder.state) == "open", col(Reminder.kind) == PROMISE
        )
        promises += session.exec(open_).one()
        unsettled = select(func.count()).where(col(Complaint.prospect_id).in_(part), col(Complaint.closed_at).is_(None))
        complaints += session.exec(unsettled).one()
    return Burden(count, grades, promises, complaints, late)


def first_due(session: Session, ids: Collection[int], count: int) -> Sequence[tuple[int, str]]:
    """Those of these customers to begin with: id and name, the better graded and the longer due first."""
    grade, day = col(Prospect.grade), col(Prospect.next_contact_on)
    found = select(Prospect.id, Prospect.name).where(
        col(Prospect.id).in_(list(ids)[:AT_ONCE]), col(Prospect.status) == "active"
    )
    rows = session.exec(found.order_by(grade == "", grade, day.is_(None), day, col(Prospect.id)).limit(count)).all()
    return [(id or 0, name) for id, name in rows]


def of_person(session: Session, person_id: int) -> Sequence[int]:
    """Ids of all customers of a person, archived ones too."""
    return [id or 0 for id in session.exec(select(Prospect.id).where(col(Prospect.owner_id) == person_id))]


def count(session: Session, person_id: int) -> int:
    """How many they are."""
    return session.exec(select(func.count()).where(col(Prospect.owner_id) == person_id)).one()


def counts(session: Session, scope: Collection[int] | None) -> Sequence[tuple[Person, int]]:
    """The people of a scope with how many customers they have, those who left first; who left with none is left out."""
    many = func.count(col(Prospect.id))
    found = (
        select(Person, many)
        .join(Prospect, col(Prospect.owner_id) == col(Person.id), isouter=True)
        .group_by(col(Person.id))
        .having(or_(col(Person.active), many > 0))
        .order_by(col(Person.active), col(Person.name), col(Person.id))
    )
    if scope is not None:
        found = found.where(col(Person.id).in_(scope))
    return session.exec(found).all()


def page_of(session: Session, person_id: int, at: int) -> Sequence[Prospect]:
    """A page of a person's customers, by grade."""
    grade = col(Prospect.grade)
    found = select(Prospect).where(col(Prospect.owner_id) == person_id).order_by(grade == "", grade, col(Prospect.id))
    return session.exec(found.offset(at * PAGE).limit(PAGE)).all()


# --- the pool ---------------------------------------------------------------------------------------------------------


def pool(
    session: Session, owners: Collection[int], cut: datetime, today: date, at: int
) -> tuple[Sequence[Prospect], int]:
    """A page of the pooled customers of these people, the longest idle first, and how many there are."""
    found = select(Prospect).where(col(Prospect.owner_id).in_(owners), _pooled(cut, today))
    many = session.exec(select(func.count()).select_from(found.subquery())).one()
    idle = func.coalesce(col(Prospect.last_contact_at), col(Prospect.created_at))
    return session.exec(found.order_by(idle, col(Prospect.id)).offset(at * PAGE).limit(PAGE)).all(), many


def claim(
    session: Session, prospect_id: int, owners: Collection[int], me: int, *, cut: datetime, today: date, now: datetime
) -> Moved | None:
    """Take a customer of these people out of the pool; of two who try one gets it."""
    found = select(Prospect.id).where(
        col(Prospect.id) == prospect_id, col(Prospect.owner_id).in_(owners), _pooled(cut, today)
    )
    if session.exec(found.with_for_update()).one_or_none() is None:
        return None
    return move(session, [prospect_id], me, me, now)


def put_into_pool(session: Session, ids: Collection[int], now: datetime) -> int:
    """Let anybody of the team have these customers; how many."""
    done = 0
    for part in _parts(ids):
        done += session.exec(update(Prospect).where(col(Prospect.id).in_(part)).values(pooled_at=now)).rowcount
    return done


def _pooled(cut: datetime, today: date) -> ColumnElement[bool]:
    """Put there, or idle since before `cut` with nothing planned from today on."""
    planned = and_(col(Reminder.prospect_id) == col(Prospect.id), col(Reminder.kind).in_((PROMISE, reminders.OWN)))
    owned, last = col(Prospect.owned_at), col(Prospect.last_contact_at)
    idle = and_(
        col(Prospect.created_at) < cut,
        or_(last.is_(None), last < cut),
        or_(owned.is_(None), owned < cut),
        or_(col(Prospect.next_contact_on).is_(None), col(Prospect.next_contact_on) < today),
        not_(exists().where(planned, col(Reminder.state) == "open", col(Reminder.on) >= today)),
    )
    return and_(col(Prospect.status) == "active", or_(col(Prospect.pooled_at).is_not(None), idle))


def _parts(ids: Collection[int]) -> Iterator[list[int]]:
    every = sorted(ids)
    for at in range(0, len(every), AT_ONCE):
        yield every[at : at + AT_ONCE]
