"""Why a customer is due: rows with a unique key (customer, kind, local date)."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select, update
from sqlmodel import Session

from store.tables import Prospect, Reminder


def promise(session: Session, *, prospect_id: int, person_id: int, on: date, what: str, now: datetime) -> Reminder:
    """Remind of something on a date; saying it again for the same day replaces the words."""
    row = find(session, prospect_id, "promise", on)
    if row is None:
        row = Reminder(prospect_id=prospect_id, person_id=person_id, kind="promise", on=on, created_at=now)
        session.add(row)
    row.what, row.state, row.closed_at = what, "open", None
    session.flush()
    return row


def due_contact(session: Session, *, prospect_id: int, person_id: int, on: date, now: datetime) -> None:
    """Note that the rhythm asks for a contact on that date; nothing if it is noted already."""
    if find(session, prospect_id, "contact", on) is None:
        session.add(Reminder(prospect_id=prospect_id, person_id=person_id, kind="contact", on=on, created_at=now))
        session.flush()


def find(session: Session, prospect_id: int, kind: str, on: date) -> Reminder | None:
    """The reminder of that key."""
    found = select(Reminder).where(Reminder.prospect_id == prospect_id, Reminder.kind == kind, Reminder.on == on)  # type: ignore[arg-type]
    return session.scalars(found).one_or_none()


def open_until(session: Session, person_id: int, until: date) -> Sequence[tuple[Reminder, Prospect]]:
    """The person's open reminders up to a date with their customers, earliest first."""
    found = (
        select(Reminder, Prospect)
        .join(Prospect, Prospect.id == Reminder.prospect_id)  # type: ignore[arg-type]
        .where(Reminder.person_id == person_id, Reminder.state == "open", Reminder.on <= until)  # type: ignore[arg-type]
        .where(Prospect.status == "active")  # type: ignore[arg-type]
        .order_by(Reminder.on, Reminder.id)  # type: ignore[arg-type]
    )
    return [(reminder, prospect) for reminder, prospect in session.execute(found)]


def coming(session: Session, prospect_id: int) -> Sequence[Reminder]:
    """A customer's open promises, earliest first."""
    found = select(Reminder).where(
        Reminder.prospect_id == prospect_id, Reminder.kind == "promise", Reminder.state == "open"
    )  # type: ignore[arg-type]
    return session.scalars(found.order_by(Reminder.on)).all()  # type: ignore[arg-type]


def close(session: Session, prospect_id: int, state: str, until: date, now: datetime) -> int:
    """Close a customer's open reminders up to a date; how many."""
    closed = session.execute(
        update(Reminder)
        .where(Reminder.prospect_id == prospect_id, Reminder.state == "open", Reminder.on <= until)  # type: ignore[arg-type]
        .values(state=state, closed_at=now)
    )
    return closed.rowcount or 0  # type: ignore[attr-defined, no-any-return]


def hand_over(session: Session, prospect_id: int, person_id: int) -> None:
    """A customer's open reminders follow the customer to the new owner."""
    session.execute(
        update(Reminder)
        .where(Reminder.prospect_id == prospect_id, Reminder.state == "open")  # type: ignore[arg-type]
        .values(person_id=person_id)
    )
