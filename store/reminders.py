"""Why a customer is due: rows with a unique key (customer, kind, local date)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select, update

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


def due_contacts(session: Session, person_id: int, due: Collection[tuple[int, date]], now: datetime) -> None:
    """Note that the rhythm asks for contacts, each (customer, date); what is noted already stays as it is."""
    if not due:
        return
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    same = {"person_id": person_id, "kind": "contact", "what": "", "state": "open", "created_at": now}
    rows = [{"prospect_id": id, "on": on, **same} for id, on in due]
    session.exec(insert(Reminder).on_conflict_do_nothing(), params=rows)


def find(session: Session, prospect_id: int, kind: str, on: date) -> Reminder | None:
    """The reminder of that key."""
    found = select(Reminder).where(
        col(Reminder.prospect_id) == prospect_id, col(Reminder.kind) == kind, col(Reminder.on) == on
    )
    return session.exec(found).one_or_none()


def open_until(session: Session, person_id: int, until: date, *, but: str = "") -> Sequence[tuple[Reminder, Prospect]]:
    """The person's open reminders up to a date with their customers, earliest first, without the kind `but`."""
    found = (
        select(Reminder, Prospect)
        .join(Prospect, col(Prospect.id) == col(Reminder.prospect_id))
        .where(col(Reminder.person_id) == person_id, col(Reminder.state) == "open", col(Reminder.on) <= until)
        .where(col(Prospect.status) == "active", col(Reminder.kind) != but)
        .order_by(col(Reminder.on), col(Reminder.id))
    )
    return session.exec(found).all()


def coming(session: Session, prospect_id: int) -> Sequence[Reminder]:
    """A customer's open promises, earliest first."""
    found = select(Reminder).where(
        col(Reminder.prospect_id) == prospect_id, col(Reminder.kind) == "promise", col(Reminder.state) == "open"
    )
    return session.exec(found.order_by(col(Reminder.on))).all()


def close(session: Session, prospect_id: int, state: str, until: date, now: datetime) -> int:
    """Close a customer's open reminders up to a date; how many."""
    closed = session.exec(
        update(Reminder)
        .where(col(Reminder.prospect_id) == prospect_id, col(Reminder.state) == "open", col(Reminder.on) <= until)
        .values(state=state, closed_at=now)
    )
    return closed.rowcount


def hand_over(session: Session, prospect_id: int, person_id: int) -> None:
    """A customer's open reminders follow the customer to the new owner."""
    theirs = update(Reminder).where(col(Reminder.prospect_id) == prospect_id, col(Reminder.state) == "open")
    session.exec(theirs.values(person_id=person_id))
