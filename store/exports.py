"""What an export holds: rows of every kind, as far as somebody may see them.

`scope` are the people whose customers they are (None: everybody's); it is part of every query, never left to the caller
to filter. Times come with the time zone of the person to whom they are local. What people tick of themselves is theirs
alone: it is found only for `me`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from store import people
from store.interviews import ASIDE
from store.tables import (
    Complaint,
    ComplaintEvent,
    ContactRow,
    Feedback,
    InterviewRow,
    KnownFact,
    Person,
    Prospect,
    Quiz,
    Reminder,
    Visit,
)


@dataclass(frozen=True, slots=True)
class One:
    """A single customer, if it is of one of these people (None: of anybody)."""

    customer: int
    owners: Collection[int] | None


Scope = Collection[int] | One | None
AT_ONCE = 500  # rows fetched together


def scope_of(session: Session, telegram_id: int) -> tuple[Person, Collection[int] | None] | None:
    """A member, and whose customers they may see; None for a stranger."""
    person = people.by_telegram(session, telegram_id)
    if person is None:
        return None
    return person, people.reach_ids(session, person)


def count(session: Session, scope: Scope) -> int:
    """How many customers."""
    found: int = session.execute(select(func.count()).select_from(Prospect).where(_owned(scope))).scalar_one()
    return found


def customers(session: Session, scope: Scope) -> Iterator[Any]:
    """Customers (`row[0]`) with their owners (`row[1]`)."""
    found = select(Prospect, Person).join(Person, col(Person.id) == col(Prospect.owner_id)).where(_owned(scope))
    return _streamed(session, found.order_by(col(Prospect.owner_id), col(Prospect.id)))


def facts(session: Session, scope: Scope) -> Iterator[Any]:
    """What is known of customers, in the order of `customers`."""
    found = (
        select(*_CUSTOMER, *_of(KnownFact, "fact", "value", "at"))
        .join(Prospect, col(Prospect.id) == col(KnownFact.prospect_id))
        .where(_owned(scope))
    )
    return _streamed(session, found.order_by(col(Prospect.owner_id), col(Prospect.id), col(KnownFact.id)))


def visits(session: Session, scope: Scope) -> Iterator[Any]:
    """Logged contacts."""
    found = (
        select(*_CUSTOMER, *_of(Visit, "at", "method", "outcome", "note"), *_WHO)
        .join(Prospect, col(Prospect.id) == col(Visit.prospect_id))
        .join(Person, col(Person.id) == col(Visit.person_id))
        .where(_owned(scope))
    )
    return _streamed(session, found.order_by(col(Visit.id)))


def reminders(session: Session, scope: Scope, me: int | None = None) -> Iterator[Any]:
    """Reminders, whatever became of them: about customers, and those that `me` set without one."""
    own = col(Reminder.prospect_id).is_(None) & (col(Reminder.person_id) == me) if me is not None else false()
    found = (
        select(*_CUSTOMER, *_of(Reminder, "on", "what", "kind", "state", "closed_at"), *_WHO)
        .join(Prospect, col(Prospect.id) == col(Reminder.prospect_id), isouter=True)
        .join(Person, col(Person.id) == col(Reminder.person_id))
        .where(or_(own, col(Reminder.prospect_id).is_not(None) & _owned(scope)))
    )
    return _streamed(session, found.order_by(col(Reminder.id)))


def complaints(session: Session, scope: Scope) -> Iterator[Any]:
    """Complaints."""
    names = ("opened_at", "what", "kind", "wish", "step", "due_on", "times", "closed_at", "outcome")
    found = (
        select(*_CUSTOMER, col(Complaint.id).label("number"), *_of(Complaint, *names), *_WHO)
        .join(Prospect, col(Prospect.id) == col(Complaint.prospect_id))
        .join(Person, col(Person.id) == col(Complaint.person_id))
        .where(_owned(scope))
    )
    return _streamed(session, found.order_by(col(Complaint.id)))


def events(session: Session, scope: Scope) -> Iterator[Any]:
    """What was done about complaints."""
    found = (
        select(*_CUSTOMER, *_of(ComplaintEvent, "complaint_id", "at", "kind", "text"), *_WHO)
        .join(Complaint, col(Complaint.id) == col(ComplaintEvent.complaint_id))
        .join(Prospect, col(Prospect.id) == col(Complaint.prospect_id))
        .join(Person, col(Person.id) == col(ComplaintEvent.person_id))
        .where(_owned(scope))
    )
    return _streamed(session, found.order_by(col(ComplaintEvent.id)))


def contacts(session: Session, scope: Scope) -> Iterator[Any]:
    """The people of customers' firms."""
    names = ("title", "influence", "tie_us", "tie_them", "decides", "owner", "note", "unread")
    found = (
        select(*_CUSTOMER, col(ContactRow.name).label("person"), *_of(ContactRow, *names))
        .join(Prospect, col(Prospect.id) == col(ContactRow.prospect_id))
        .where(_owned(scope))
    )
    return _streamed(session, found.order_by(col(ContactRow.prospect_id), col(ContactRow.id)))


def quizzes(session: Session, scope: Scope, me: int | None = None) -> Iterator[Any]:
    """Questionnaires that came to a result: about customers, and those that `me` ticked of themselves."""
    own = col(Quiz.prospect_id).is_(None) & (col(Quiz.person_id) == me) if me is not None else false()
    about = col(Quiz.prospect_id).is_not(None) & _owned(scope)
    found = (
        select(*_CUSTOMER, *_of(Quiz, "system", "answers", "done_at"), *_WHO)
        .join(Prospect, col(Prospect.id) == col(Quiz.prospect_id), isouter=True)
        .join(Person, col(Person.id) == col(Quiz.person_id))
        .where(col(Quiz.done_at).is_not(None), or_(own, about))
    )
    return _streamed(session, found.order_by(col(Quiz.id)))


def judgements(session: Session, scope: Scope) -> Iterator[Any]:
    """Interviews that came to an end, each with the last word that a rep had on its result, if any.

    Those about a customer belong to the customer's owner, others to who was asked.
    """
    newest = aliased(Feedback)
    last = select(func.max(newest.id)).where(col(newest.interview_id) == col(InterviewRow.id)).correlate(InterviewRow)
    theirs = _owned(scope)
    if scope is not None and not isinstance(scope, One):
        theirs = or_(theirs, col(InterviewRow.prospect_id).is_(None) & col(InterviewRow.person_id).in_(scope))
    found = (
        select(
            col(Prospect.id).label("customer"),
            func.coalesce(col(Prospect.name), col(InterviewRow.name)).label("name"),
            *_of(InterviewRow, "created_at", "system", "state"),
            *_of(Feedback, "said", "said_p", "correct"),
            *_WHO,
        )
        .join(Person, col(Person.id) == col(InterviewRow.person_id))
        .join(Prospect, col(Prospect.id) == col(InterviewRow.prospect_id), isouter=True)
        .join(Feedback, col(Feedback.id) == last.scalar_subquery(), isouter=True)
        .where(col(InterviewRow.open).is_(False), col(InterviewRow.version) > ASIDE, theirs)
    )
    return _streamed(session, found.order_by(col(InterviewRow.id)))


def _of(table: Any, *names: str) -> list[Any]:
    return [getattr(table, name) for name in names]


_CUSTOMER: tuple[Any, ...] = (col(Prospect.id).label("customer"), col(Prospect.name).label("name"))
_WHO: tuple[Any, ...] = (col(Person.name).label("who"), col(Person.tz).label("tz"))


def _owned(scope: Scope) -> ColumnElement[bool]:
    match scope:
        case None:
            return true()
        case One(customer, owners):
            return and_(col(Prospect.id) == customer, _owned(owners))
    return col(Prospect.owner_id).in_(scope)


def _streamed(session: Session, found: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    return iter(session.execute(found.execution_options(yield_per=AT_ONCE)))


Query = Callable[[Session, Scope], Iterator[Any]]
QUERIES: Mapping[str, Query] = {
    "visits": visits,
    "reminders": reminders,
    "complaints": complaints,
    "events": events,
    "contacts": contacts,
    "judgements": judgements,
    "facts": facts,
}
