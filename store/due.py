"""Today's list of a rep: whom to contact, why today, how. The order is `knowledge.due.rank`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from sqlmodel import Session, and_, col, or_, select

from knowledge.appointments import Promise
from knowledge.cadence import Cadence
from knowledge.due import DueCustomer, rank
from knowledge.kinds import CONTACT, PROMISE, Occasion, load_kinds
from knowledge.systems import Kind, System
from knowledge.talk import Talk
from store import prospects, reminders, visits
from store.tables import Person, Prospect, Reminder


@dataclass(slots=True)
class _Item:
    prospect: Prospect
    promises: list[str] = field(default_factory=list)
    occasions: list[Occasion] = field(default_factory=list)
    due: date = date.max


def due_today(
    session: Session, person: Person, today: date, system: System, cadence: Cadence, talk: Talk
) -> Sequence[DueCustomer]:
    """The person's list for a day: all that is due, each customer once, most pressing first."""
    items: dict[int, _Item] = {}
    for row in prospects.due(session, person.id or 0, today):
        items[row.id or 0] = _Item(row, due=row.next_contact_on or today)
    for reminder, row in reminders.open_until(session, person.id or 0, today, but=CONTACT):
        if lists(reminder, row, person, today):
            item = items.setdefault(row.id or 0, _Item(row))
            _put(item, reminder, today)
    notes = visits.last_notes(session, list(items))
    views = (_view(item, notes.get(id, ""), person, today, system, cadence, talk) for id, item in items.items())
    return sorted(views, key=lambda view: rank(view, today))


def matters_today(session: Session, person: Person, today: date) -> Sequence[Occasion]:
    """What is on the person's list for a day without being about one customer."""
    kinds = load_kinds()
    rows = map(reminders.occasion, reminders.matters(session, person.id or 0, today))
    return [one for one in rows if not kinds.passed(one, today)]


def promises(session: Session, person: Person, first: date, last: date) -> Sequence[Promise]:
    """What the person promised for these days and is still open, in the order of days and hours."""
    return [
        Promise(one.id or 0, row.id or 0, row.name, one.on, one.what, one.at, one.part)
        for one, row in reminders.promised(session, person.id or 0, first, last)
    ]


def lists(reminder: Reminder, row: Prospect, person: Person, today: date) -> bool:
    """Whether an open reminder puts its customer on the list; a noted contact does not, the customer's date does."""
    if reminder.kind == CONTACT or row.paused or row.owner_id != person.id:
        return False
    return not load_kinds().passed(reminders.occasion(reminder), today)


def _put(item: _Item, reminder: Reminder, today: date) -> None:
    if reminder.kind == PROMISE:
        hour = f"{reminder.at:%H:%M}" if reminder.at else reminder.part
        item.promises.append(f"{hour} {reminder.what or '联系'}".strip())
        item.due = min(item.due, reminder.on)
        return
    one = reminders.occasion(reminder)
    item.due = min(item.due, reminder.on if one.day is None or one.day < one.on else min(today, one.day))
    same = [at for at, other in enumerate(item.occasions) if (other.kind, other.day) == (one.kind, one.day) and one.day]
    if same:
        item.occasions[same[0]] = one  # an early notice that is still open gives way to the next one
    else:
        item.occasions.append(one)


def with_anything_due(session: Session, people: Collection[int], today: date) -> set[int]:
    """Those of these people whose list for a day has anything in it, without making the lists; what has passed is gone
    (`reminders.settle`).
    """
    if not people:
        return set()
    due = (
        select(Prospect.id)
        .where(col(Prospect.owner_id) == col(Person.id), col(Prospect.status) == "active")
        .where(col(Prospect.next_contact_on) <= today, col(Prospect.paused).is_(False))
    )
    reason = (
        select(Reminder.id)
        .join(Prospect, col(Prospect.id) == col(Reminder.prospect_id), isouter=True)
        .where(col(Reminder.person_id) == col(Person.id), col(Reminder.state) == "open", col(Reminder.on) <= today)
        .where(col(Reminder.kind) != CONTACT)
    )
    theirs = (
        col(Prospect.owner_id) == col(Person.id),
        col(Prospect.status) == "active",
        col(Prospect.paused).is_(False),
    )
    reason = reason.where(or_(col(Reminder.prospect_id).is_(None), and_(*theirs)))
    found = select(Person.id).where(col(Person.id).in_(people), or_(due.exists(), reason.exists()))
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
        occasions=tuple(item.occasions),
        type_id=kind.id if kind else "",
    )


def _opening(kind: Kind, row: Prospect, method: str) -> str:
    """How to begin: as with a stranger the first time, by the way of contact afterwards."""
    first: list[str] = kind.card.opening if row.last_contact_at is None else getattr(kind.card.moments, method)
    return first[0]
