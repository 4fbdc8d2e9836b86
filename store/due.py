"""Today's list of a rep: whom to contact, why today, how. The order is `knowledge.due.rank`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from sqlmodel import Session

from knowledge.cadence import Cadence
from knowledge.due import DueCustomer, rank
from knowledge.systems import Kind, System
from knowledge.talk import Talk
from store import prospects, reminders, visits
from store.tables import Person, Prospect


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
    for reminder, row in reminders.open_until(session, person.id or 0, today):
        if reminder.kind == "promise" and not row.paused and row.owner_id == person.id:
            item = items.setdefault(row.id or 0, _Item(row))
            item.promises.append(reminder.what or "联系")
            item.due = min(item.due, reminder.on)
    notes = visits.last_notes(session, list(items))
    views = (_view(item, notes.get(id, ""), person, today, system, cadence, talk) for id, item in items.items())
    return sorted(views, key=lambda view: rank(view, today))


def anything_due(session: Session, person: Person, today: date) -> bool:
    """Whether that list has anything in it, without making it."""
    me = person.id or 0
    return prospects.any_due(session, me, today) or reminders.anything_promised(session, me, today)


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
