"""Complaints and everything that was done about them, scoped by the customer's owner."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlmodel import Session, col, delete, func, select

from store import reminders
from store.reminders import BETWEEN, LONGEST
from store.tables import Complaint, ComplaintEvent, Prospect, Reminder


def mine(session: Session, owner_id: int, complaint_id: int) -> tuple[Complaint, Prospect] | None:
    """The complaint of that id with its customer, if the customer is the owner's."""
    found = (
        select(Complaint, Prospect)
        .join(Prospect, col(Prospect.id) == col(Complaint.prospect_id))
        .where(col(Complaint.id) == complaint_id, col(Prospect.owner_id) == owner_id)
    )
    return session.exec(found).one_or_none()


def open_of(session: Session, prospect_id: int) -> Sequence[Complaint]:
    """A customer's open complaints, those due first."""
    found = select(Complaint).where(col(Complaint.prospect_id) == prospect_id, col(Complaint.closed_at).is_(None))
    return session.exec(found.order_by(col(Complaint.due_on), col(Complaint.id))).all()


def closed_of(session: Session, prospect_id: int, count: int) -> Sequence[Complaint]:
    """A customer's last closed complaints, newest first."""
    found = select(Complaint).where(col(Complaint.prospect_id) == prospect_id, col(Complaint.closed_at).is_not(None))
    return session.exec(found.order_by(col(Complaint.closed_at).desc(), col(Complaint.id).desc()).limit(count)).all()


def times(session: Session, prospect_id: int, kind: str) -> int:
    """How often a customer complained about that kind of thing; one that came up again counts each time."""
    found = select(func.coalesce(func.sum(Complaint.times), 0))
    return int(
        session.exec(found.where(col(Complaint.prospect_id) == prospect_id, col(Complaint.kind) == kind)).one() or 0
    )


def add(session: Session, row: Complaint) -> Complaint:
    """Keep a new complaint."""
    session.add(row)
    session.flush()
    return row


def erase(session: Session, complaint_id: int) -> None:
    """Delete a complaint with its events."""
    session.exec(delete(Complaint).where(col(Complaint.id) == complaint_id))


def note(session: Session, complaint_id: int, person_id: int, kind: str, text: str, now: datetime) -> None:
    """Keep what happened about a complaint."""
    session.add(ComplaintEvent(complaint_id=complaint_id, person_id=person_id, kind=kind, text=text, at=now))
    session.flush()


def events(session: Session, complaint_id: int, count: int) -> Sequence[ComplaintEvent]:
    """The last events of a complaint, the oldest of them first."""
    found = select(ComplaintEvent).where(col(ComplaintEvent.complaint_id) == complaint_id)
    newest = session.exec(found.order_by(col(ComplaintEvent.at).desc(), col(ComplaintEvent.id).desc()).limit(count))
    return newest.all()[::-1]


def remind(session: Session, prospect: Prospect, on: date, matter: str, now: datetime) -> None:
    """Remind of a matter on a date, beside whatever else is promised for that day."""
    row = reminders.find(session, prospect.id or 0, "promise", on)
    before = row.what.split(BETWEEN) if row is not None and row.state == "open" and row.what else []
    what = BETWEEN.join([matter, *(part for part in before if part != matter)])[:LONGEST]
    owner = prospect.owner_id
    kept = reminders.promise(session, prospect_id=prospect.id or 0, person_id=owner, on=on, what=what, now=now)
    kept.person_id = owner  # a reminder of that day may be left over from an owner before


def without(what: str, matters: Collection[str]) -> str:
    """What a reminder says besides these matters, "" where it says nothing else."""
    return BETWEEN.join(part for part in what.split(BETWEEN) if part not in matters)


def forget(session: Session, prospect_id: int, matters: Collection[str], now: datetime) -> None:
    """Take matters out of the customer's open reminders; one that has nothing else to say is dropped."""
    for row in reminders.coming(session, prospect_id):
        kept = without(row.what, matters)
        if kept == row.what:
            continue
        if kept:
            row.what = kept
        else:
            row.state, row.closed_at = "dropped", now
    session.flush()


def reminded(session: Session, prospect_id: int, matter: str) -> Reminder | None:
    """The customer's open reminder that has this matter in it."""
    coming = reminders.coming(session, prospect_id)
    return next((row for row in coming if matter in row.what.split(BETWEEN)), None)
