"""Today's list of a rep: whom to contact, why today, how. The order is `knowledge.due.rank`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, or_, select

from knowledge.cadence import Cadence
from knowledge.due import DueCustomer, rank
from knowledge.systems import Kind, System
from knowledge.talk import Talk
from store import prospects, reminders, visits
from store.tables import Person, Prospect, Reminder


@dataclass(slots=True)
class _Item:
    prospect: Prospect
    promises: list[str] = field(default_factory=list)
    due: date = date.max


def due_today(
    session: Session, person: Person, today: date, system: System, cadence: Cadence, talk: Talk
) -> Sequence[DueCustomer]:
    """The person's list for a day: promises and contacts that are due, each customer once, most pressing first."""
    items: dict[int, _Item] = {}
    for row in prospects.due(session, person.id or 0, today):
        items[row.id or 0] = _Item(row, due=row.next_contact_on or today)
    for reminder, row in reminders.open_until(session, person.id or 0, today, but="contact"):
        if reminder.kind == "promise" and not row.paused and row.owner_id == person.id:
            item = items.setdefault(row.id or 0, _Item(row))
            item.promises.append(reminder.what or "联系")
            item.due = min(item.due, reminder.on)
    notes = visits.last_notes(session, list(items))
    views = (_view(item, notes.get(id, ""), person, today, system, cadence, talk) for id, item in items.items())
    return sorted(views, key=lambda view: rank(view, today))


def with_anything_due(session: Session, people: Collection[int], today: date) -> set[int]:
    """Those of these people whose list for a day has anything in it, without making the lists."""
    if not people:
        return set()
    due = (
        select(Prospect.id)
        .where(col(Prospect.owner_id) == col(Person.id), col(Prospect.status) == "active")
        .where(col(Prospect.next_contact_on) <= today, col(Prospect.paused).is_(False))
    )
    promised = (
        select(Reminder.id)
        .join(Prospect, col(Prospect.id) == col(Reminder.prospect_id))
        .where(col(Reminder.person_id) == col(Person.id), col(Reminder.state) == "open", col(Reminder.on) <= today)
        .where(col(Reminder.kind) == "promise", col(Prospect.owner_id) == col(Person.id))
        .where(col(Prospect.status) == "active", col(Prospect.paused).is_(False))
    )
    found = select(Person.id).where(col(Person.id).in_(people), or_(due.exists(), promised.exists()))
    return {id or 0 for id in session.exec(found)}


def _view(
    item: _Item, note: str, person: Person, today: date, system: System, cadence: Cadence, talk: Talk
) -> DueCustomer:
    row = item.prospect
    kind = system.types.get(row.type_id)
    rhythm = cadence.rhythm(row.grade, row.every_days)
    return DueCustomer(
        id=row.id or 0,
        name=row.name,
        company=row.company,
        type_zh=kind.zh if kind else "",
        grade=row.grade,
        due=item.due,
        lateness=cadence.lateness(item.due, today, row.grade, row.every_days),
        method=rhythm.method,
        last_contact=row.last_contact_at.astimezone(ZoneInfo(person.tz)).date() if row.last_contact_at else None,
        last_note=note,
        next_step=row.next_step,
        opening=talk.fill([_opening(kind, row, rhythm.method)])[0] if kind else "",
        promises=tuple(item.promises),
    )


def _opening(kind: Kind, row: Prospect, method: str) -> str:
    """How to begin: as with a stranger the first time, by the way of contact afterwards."""
    first: list[str] = kind.card.opening if row.last_contact_at is None else getattr(kind.card.moments, method)
    return first[0]
