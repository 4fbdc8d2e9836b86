"""Customers. Every function takes the owner: what is not theirs does not exist for them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from itertools import zip_longest
from typing import Any, NamedTuple

from markupsafe import escape
from sqlalchemy import ColumnElement, bindparam, false
from sqlalchemy import select as columns
from sqlmodel import Session, SQLModel, and_, col, delete, func, or_, select, update
from sqlmodel.sql.expression import SelectOfScalar

from store import people
from store.people import Caller
from store.quick import Quick
from store.tables import Handover, InterviewRow, ListRow, Prospect, Receipt, Reminder

PAGE = 8
NAMESAKES = 10
NOTHING = "[]"  # an answer that shows nothing

# Asked for every message that opens a conversation, mostly in vain.
_TABLE = SQLModel.metadata.tables["prospect"]
_NAMES = tuple(f"name{number}" for number in range(24))
_NAMED = Quick(
    select(_TABLE.c.id, _TABLE.c.name_key)
    .where(_TABLE.c.owner_id == bindparam("owner"), _TABLE.c.status == "active")
    .where(_TABLE.c.name_key.in_([bindparam(name) for name in _NAMES]))
    .order_by(_TABLE.c.id)
)


def mine(session: Session, owner_id: int, prospect_id: int) -> Prospect | None:
    """The owner's customer of that id; None for anybody else's, as for one that does not exist."""
    found = select(Prospect).where(col(Prospect.id) == prospect_id, col(Prospect.owner_id) == owner_id)
    return session.exec(found).one_or_none()


def seen(session: Session, caller: Caller, prospect_id: int) -> Prospect | None:
    """The customer of that id, if it is of one of the people whom the caller may look at (`people.reach_ids`)."""
    scope = people.reach_ids(session, caller)
    found = select(Prospect).where(col(Prospect.id) == prospect_id)
    if scope is not None:
        found = found.where(col(Prospect.owner_id).in_(scope))
    return session.exec(found).one_or_none()


def named_in(session: Session, scope: Collection[int] | None, name_key: str) -> Sequence[Prospect]:
    """Customers of that name, of the people of a scope (None: of everybody), at most `NAMESAKES`."""
    found = select(Prospect).where(col(Prospect.name_key) == name_key)
    if scope is not None:
        found = found.where(col(Prospect.owner_id).in_(scope))
    return session.exec(found.order_by(col(Prospect.id)).limit(NAMESAKES)).all()


def is_late(row: Prospect, today: date) -> bool:
    """Whether a customer waits: active, not paused, and the day of the next contact has passed."""
    return row.status == "active" and not row.paused and row.next_contact_on is not None and row.next_contact_on < today


def owners(session: Session, ids: Sequence[int]) -> set[int]:
    """Whose customers these are."""
    return set(session.exec(select(Prospect.owner_id).where(col(Prospect.id).in_(ids))))


def add(session: Session, row: Prospect) -> Prospect:
    """Keep a new customer."""
    session.add(row)
    session.flush()
    return row


def named(session: Session, owner_id: int, *name_keys: str) -> Sequence[Prospect]:
    """The owner's active customers of the longest of these names (at most 24) that anybody has, at most `NAMESAKES`."""
    padded = dict(zip_longest(_NAMES, name_keys[: len(_NAMES)], fillvalue=name_keys[0]))
    found = _NAMED.rows(session, owner=owner_id, **padded)
    longest = max((name for _, name in found), key=len, default=None)
    ids = [id for id, name in found if name == longest][:NAMESAKES]
    return (
        session.exec(select(Prospect).where(col(Prospect.id).in_(ids)).order_by(col(Prospect.id))).all() if ids else ()
    )


def surnamed(session: Session, owner_id: int, surname: str, most: int) -> Sequence[Prospect]:
    """The owner's active customers whose name begins so, at most so many, those heard of last first."""
    found = _active(owner_id).where(col(Prospect.name_key).like(f"{_escaped(surname)}%", escape="\\"))
    return session.exec(found.order_by(col(Prospect.updated_at).desc(), col(Prospect.id)).limit(most)).all()


def duplicates(session: Session, owner_id: int, name_key: str, phone_key: str) -> Sequence[Prospect]:
    """The owner's customers, archived ones too, with the same name or telephone number."""
    same = [col(Prospect.name_key) == name_key]
    if phone_key:
        same.append(col(Prospect.phone_key) == phone_key)
    found = select(Prospect).where(col(Prospect.owner_id) == owner_id, or_(*same))
    return session.exec(found.order_by(col(Prospect.id)).limit(5)).all()


def page(
    session: Session, owner_id: int, words: str, at: int, status: str = "active"
) -> tuple[Sequence[Prospect], int]:
    """One page of the owner's customers, those due first, and how many there are; `words` are sought in every text."""
    found = select(Prospect).where(col(Prospect.owner_id) == owner_id, col(Prospect.status) == status)
    for word in words.split():
        pattern = f"%{_escaped(word)}%"
        columns = (Prospect.name_key, Prospect.company, Prospect.phone_key, Prospect.notes, Prospect.name)
        found = found.where(or_(*(col(column).ilike(pattern, escape="\\") for column in columns)))
    count = session.exec(select(func.count()).select_from(found.subquery())).one()
    day = col(Prospect.next_contact_on)
    ordered = found.order_by(day.is_(None), day, col(Prospect.id))
    return session.exec(ordered.offset(at * PAGE).limit(PAGE)).all(), count


class Due(NamedTuple):
    """What a day's list needs of a customer: whole rows take four times as long to load."""

    id: int
    name: str
    company: str
    grade: str
    type_id: str
    every_days: int | None
    next_step: str
    next_contact_on: date | None
    last_contact_at: datetime | None


_DUE = Quick(
    columns(*(_TABLE.c[name] for name in Due._fields))
    .where(_TABLE.c.owner_id == bindparam("owner"), _TABLE.c.status == "active", _TABLE.c.paused.is_(False))
    .where(_TABLE.c.next_contact_on <= bindparam("until"))
    .order_by(_TABLE.c.next_contact_on, _TABLE.c.id)
)


def due(session: Session, owner_id: int, until: date) -> Sequence[Due]:
    """The owner's active, not paused customers whose next contact is on or before `until`, the latest first."""
    return [Due._make(row) for row in _DUE.rows(session, owner=owner_id, until=until)]


def planned(
    session: Session, owner_id: int, first: date, last: date, but: int | None = None
) -> Sequence[tuple[date, str, int]]:
    """How many next contacts are planned on each day from one to another: (day, grade, count), without one customer."""
    found = (
        columns(col(Prospect.next_contact_on), col(Prospect.grade), func.count())
        .where(col(Prospect.owner_id) == owner_id, col(Prospect.status) == "active", col(Prospect.paused).is_(False))
        .where(col(Prospect.next_contact_on).between(first, last), col(Prospect.id) != (but or 0))
        .group_by(col(Prospect.next_contact_on), col(Prospect.grade))
    )
    return [(on, grade, count) for on, grade, count in session.execute(found) if on is not None]


def kept(session: Session, owner_id: int) -> Sequence[Prospect]:
    """The owner's active customers who are not paused."""
    return session.exec(_active(owner_id).where(col(Prospect.paused).is_(False)).order_by(col(Prospect.id))).all()


def unplanned(session: Session, owner_id: int, most: int) -> tuple[Sequence[Prospect], int]:
    """The owner's active customers who are not paused and have no next contact, the better graded first: at most so
    many, and how many there are.
    """
    grade = col(Prospect.grade)
    found = _active(owner_id).where(col(Prospect.paused).is_(False), col(Prospect.next_contact_on).is_(None))
    count = session.exec(select(func.count()).select_from(found.subquery())).one()
    rows = session.exec(found.order_by(grade == "", grade, col(Prospect.id)).limit(most)).all() if most else ()
    return rows, count


def count(session: Session, owner_id: int) -> int:
    """How many active customers the owner has."""
    return session.exec(select(func.count()).select_from(_active(owner_id).subquery())).one()


def names(session: Session, owner_id: int) -> dict[int, str]:
    """The names of the owner's active customers, by id."""
    found = select(Prospect.id, Prospect.name).where(
        col(Prospect.owner_id) == owner_id, col(Prospect.status) == "active"
    )
    return {id or 0: name for id, name in session.exec(found.order_by(col(Prospect.id)))}


def greeted(session: Session, owner_id: int) -> Sequence[tuple[str, str]]:
    """Name and type of the owner's active customers who are not paused, the better graded first."""
    grade = col(Prospect.grade)
    found = select(Prospect.name, Prospect.type_id).where(
        col(Prospect.owner_id) == owner_id, col(Prospect.status) == "active", col(Prospect.paused).is_(False)
    )
    return session.exec(found.order_by(grade == "", grade, col(Prospect.id))).all()


def erase(session: Session, prospect_id: int) -> bool:
    """Delete a customer with everything that was written of them; whether there was one.

    What hangs on the row goes with it. What does not: descriptions under the same name that were never saved, lists and
    own reminders that name the customer, and the answers that are kept in case an update comes again.
    """
    row = session.get(Prospect, prospect_id)
    if row is None:
        return False
    before = select(Handover.from_id).where(col(Handover.prospect_id) == prospect_id)
    owners = {row.owner_id, *session.exec(before)}
    told = [text for text in (row.name, row.phone, str(escape(row.name))) if len(text) > 1]
    unsaved = and_(col(InterviewRow.person_id).in_(owners), col(InterviewRow.prospect_id).is_(None))
    session.exec(delete(InterviewRow).where(unsaved, _holds(InterviewRow.name, told)))
    session.exec(delete(ListRow).where(or_(_holds(ListRow.words, told), _holds(ListRow.name, told))))
    own = and_(col(Reminder.person_id).in_(owners), col(Reminder.prospect_id).is_(None))
    session.exec(delete(Reminder).where(own, _holds(Reminder.what, told)))
    answers = or_(col(Receipt.person_id).in_(owners), _holds(Receipt.answer, told))
    session.exec(update(Receipt).where(answers).values(answer=NOTHING))
    session.exec(delete(Prospect).where(col(Prospect.id) == prospect_id))
    return True


def _holds(column: Any, texts: Sequence[str]) -> ColumnElement[bool]:
    """Whether a text has one of these in it."""
    return or_(false(), *(col(column).like(f"%{_escaped(text)}%", escape="\\") for text in texts))


def touch(row: Prospect, now: datetime) -> None:
    """Note that a customer changed."""
    row.updated_at = now


def _active(owner_id: int) -> SelectOfScalar[Prospect]:
    return select(Prospect).where(col(Prospect.owner_id) == owner_id, col(Prospect.status) == "active")


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
