"""When a person hears from us next, and what became of the last message."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from knowledge.appointments import since
from store import people, reminders
from store.tables import Delivery, Person, Reminder


def coming(
    session: Session, person: Person, now: datetime, days: Mapping[date, bool] | None = None
) -> Sequence[tuple[datetime, str]]:
    """The next message of each kind that there is one of, each (instant, kind), earliest first: the morning's, the
    evening's where something is promised for that day, and the brief of the next appointment.
    """
    hours, id = people.hours(person), person.id or 0
    found = []
    if person.next_push_at is not None:
        found.append((max(person.next_push_at, hours.following(now, hours.morning, days)), "morning"))
    if hours.evening is not None:
        evening = hours.following(now, hours.evening, days)
        day = hours.local(evening).date()
        if reminders.with_promises(session, [(id, since(day, days), day)]):
            found.append((evening, "evening"))
    brief = session.exec(
        select(Reminder.alert_at)
        .where(col(Reminder.person_id) == id, col(Reminder.state) == "open", col(Reminder.alert_at).is_not(None))
        .where(col(Reminder.prospect_id).is_not(None))
        .order_by(col(Reminder.alert_at))
        .limit(1)
    ).first()
    if brief is not None:
        found.append((brief, "brief"))
    return sorted(found)


def last(session: Session, person: Person) -> tuple[datetime, str] | None:
    """When a person's newest message of the day's work went out, or should have, and how it ended."""
    found = (
        select(Delivery)
        .where(col(Delivery.person_id) == person.id, col(Delivery.finished_at).is_not(None))
        .where(col(Delivery.state).in_(("sent", "uncertain", "failed")))
        .where(col(Delivery.kind).in_(("morning", "evening")) | col(Delivery.kind).startswith("brief:"))
        .order_by(col(Delivery.finished_at).desc(), col(Delivery.on).desc())
        .limit(1)
    )
    row = session.exec(found, execution_options={"populate_existing": True}).first()
    return (row.finished_at, row.state) if row is not None and row.finished_at else None
