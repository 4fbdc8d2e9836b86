"""Today's list of a rep: whom to contact, why today, how. What a day takes is decided by `knowledge/plan.py`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from sqlmodel import Session, and_, col, or_, select

from knowledge.appointments import Promise
from knowledge.cadence import Rhythm, latest_day
from knowledge.due import DueCustomer, Promised, pages
from knowledge.kinds import CONTACT, DORMANT, PROMISE, Occasion, load_kinds
from knowledge.methods import Case, Chosen, Past
from knowledge.plan import Room, Wanted, cost, quietest, room, split, window
from knowledge.planner import Planner, season
from knowledge.rules import Value
from knowledge.simulation import Customer
from knowledge.systems import Kind
from store import facts, prospects, reminders, visits
from store.tables import Person, Prospect, Reminder

Known = Mapping[str, tuple[Value, date]]


NOTHING: Known = MappingProxyType({})


@dataclass(slots=True)
class _Item:
    prospect: Prospect | prospects.Due
    promises: list[Promised] = field(default_factory=list)
    occasions: list[Occasion] = field(default_factory=list)
    due: date = date.max
    known: Known = field(default_factory=dict)
    rhythm: Rhythm | None = None
    last: date | None = None  # contact, where the rep is

    @property
    def dated(self) -> bool:
        """Whether it has a day of its own, which no budget moves."""
        return bool(self.promises) or any(one.kind != DORMANT for one in self.occasions)


def due_today(session: Session, person: Person, today: date, planner: Planner, page: int = 0) -> Sequence[DueCustomer]:
    """The person's list for a day: all that is due, each customer once; what the day takes comes first, then what
    waits, most pressing first. Notes, openings and methods are looked up for one page (the last, if there is none).
    """
    items = _items(session, person, today)
    known, zone = facts.of(session, list(items), planner.facts), ZoneInfo(person.tz)
    wanted: dict[int, Wanted] = {}
    for id, item in items.items():
        item.known, row = known.get(id, NOTHING), item.prospect
        item.rhythm = planner.rhythms.rhythm(row.grade, row.every_days, item.known, row.type_id, today)
        item.last = row.last_contact_at.astimezone(zone).date() if row.last_contact_at else None
        latest = latest_day(item.due, item.rhythm, item.last, planner.days)
        wanted[id] = Wanted(id, item.rhythm.worth, item.due, latest, item.dated)
    left = room_today(session, person, today, planner)
    taken, rest = split(wanted.values(), today, left, planner.budget, planner.days)
    rows = [_view(items[one.id], one, today, planner, waits=False) for one in taken]
    rows += [_view(items[one.id], one, today, planner, waits=True) for one in rest]
    places = pages(len(taken), len(rows))
    shown = places[min(page, len(places) - 1)]
    rows[shown.start : shown.stop] = _told(session, rows[shown.start : shown.stop], items, today, planner, zone)
    return rows


def _items(session: Session, person: Person, today: date) -> dict[int, _Item]:
    """What is due, by customer."""
    items: dict[int, _Item] = {}
    for row in prospects.due(session, person.id or 0, today):
        items[row.id] = _Item(row, due=row.next_contact_on or today)
    for reminder, prospect in reminders.open_until(session, person.id or 0, today, but=CONTACT):
        if lists(reminder, prospect, person, today):
            item = items.setdefault(prospect.id or 0, _Item(prospect))
            _put(item, reminder, today)
    return items


def room_today(session: Session, person: Person, today: date, planner: Planner) -> Room:
    """The time that a person has left today, after what was logged this month."""
    zone = ZoneInfo(person.tz)
    morning = datetime.combine(today, time(), zone)
    until = morning + timedelta(days=2)
    before, now = visits.by_grade(session, person.id or 0, morning.replace(day=1), morning, until)
    return room(today, before, now, planner.budget, planner.days)


def touch_of(session: Session, row: Prospect, today: date, planner: Planner, zone: ZoneInfo) -> Chosen:
    """How the next contact with a customer is to be made."""
    known = facts.of(session, [row.id or 0], planner.facts).get(row.id or 0, {})
    past = visits.recent(session, [row.id or 0], zone).get(row.id or 0, ())
    return _touch(row, known, past, today, planner)


def rhythm_of(session: Session, row: Prospect, today: date, planner: Planner) -> Rhythm:
    """The rhythm of a customer."""
    known = facts.of(session, [row.id or 0], planner.facts).get(row.id or 0, {})
    return planner.rhythms.rhythm(row.grade, row.every_days, known, row.type_id, today)


def next_contact(
    session: Session,
    row: Prospect,
    contact: date,
    today: date,
    planner: Planner,
    *,
    first: date | None = None,
    rhythm: Rhythm | None = None,
) -> date:
    """The day of the next contact by the rhythm: the quietest working day from the ideal one on, up to the latest.

    `first`: nothing is planned before that day; `rhythm`: theirs, where it is known already. With a rhythm of the rep's
    own it is the ideal day itself.
    """
    rhythm = rhythm or rhythm_of(session, row, today, planner)
    ideal, last = window(contact, rhythm, planner.days)
    if first is not None and ideal <= first:
        return first
    if rhythm.own:
        return ideal
    ahead = prospects.planned(session, row.owner_id, ideal, last, but=row.id)
    load: dict[date, float] = {}
    for on, grade, count in ahead:
        load[on] = load.get(on, 0.0) + count * cost(grade or "new", planner.budget)
    return quietest(ideal, last, load, cost(rhythm.worth, planner.budget), planner.days)


def lived(session: Session, person: Person, today: date, planner: Planner) -> tuple[list[Customer], dict[str, int]]:
    """The person's customers as a simulation from today on begins, and the month's contacts until today by grade."""
    rows = {row.id or 0: row for row in prospects.kept(session, person.id or 0)}
    known, zone = facts.of(session, list(rows), planner.facts), ZoneInfo(person.tz)
    open_: dict[int, list[Occasion]] = {}
    for reminder, row in reminders.open_until(session, person.id or 0, date.max, but=CONTACT):
        open_.setdefault(row.id or 0, []).append(reminders.occasion(reminder))
    customers = [
        Customer(
            id,
            row.name,
            planner.rhythms.rhythm(row.grade, row.every_days, known.get(id, NOTHING), row.type_id, today),
            row.grade or "new",
            row.next_contact_on,
            row.last_contact_at.astimezone(zone).date() if row.last_contact_at else None,
            tuple(open_.get(id, ())),
        )
        for id, row in rows.items()
    ]
    morning = datetime.combine(today, time(), zone)
    before, _ = visits.by_grade(session, person.id or 0, morning.replace(day=1), morning, morning)
    return customers, before


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
        item.promises.append(Promised(reminder.on, reminder.what or "联系", hour))
        item.due = min(item.due, reminder.on)
        return
    one = reminders.occasion(reminder)
    item.due = min(item.due, reminder.on if one.day is None or one.day < one.on else min(today, one.day))
    about = (one.kind, one.day, one.what)
    same = [at for at, two in enumerate(item.occasions) if (two.kind, two.day, two.what) == about and one.day]
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


def _view(item: _Item, one: Wanted, today: date, planner: Planner, *, waits: bool) -> DueCustomer:
    """What one short line needs; the rest is added by `_told`."""
    row, method = item.prospect, item.rhythm.method if item.rhythm else ""
    kind = planner.system.types.get(row.type_id)
    return DueCustomer(
        id=row.id or 0,
        name=row.name,
        company=row.company,
        type_zh=kind.zh if kind else "",
        grade=row.grade,
        due=item.due,
        lateness="early" if today < item.due else "due" if today <= one.latest else "late",
        method=method,
        last_contact=item.last,
        last_note="",
        next_step=row.next_step,
        opening="",
        promises=tuple(item.promises),
        occasions=tuple(item.occasions),
        type_id=kind.id if kind else "",
        worth=one.worth,
        latest=one.latest,
        waits=waits,
    )


def _told(
    session: Session,
    views: Sequence[DueCustomer],
    items: Mapping[int, _Item],
    today: date,
    planner: Planner,
    zone: ZoneInfo,
) -> Sequence[DueCustomer]:
    """The same with the last note, the way of the next contact and how to begin."""
    ids = [view.id for view in views]
    contacts = visits.recent(session, ids, zone)
    found = []
    for view in views:
        item = items[view.id]
        past = contacts.get(view.id, ())
        touch = _touch(item.prospect, item.known, past, today, planner, item.rhythm)
        kind = planner.system.types.get(view.type_id)
        begin = _opening(kind, item.prospect, touch) if kind else _words(item.prospect, touch, planner)
        opening, said = planner.talk.fill([begin, touch.method.say if kind and item.last else ""])
        note, on = (past[0].note, past[0].on) if past else ("", None)
        told = replace(view, last_note=note, noted_on=on, opening=opening, words=said)
        found.append(replace(told, method=touch.way, touch=touch))
    return found


def _touch(
    row: Prospect | prospects.Due,
    known: Known,
    past: Sequence[Past],
    today: date,
    planner: Planner,
    rhythm: Rhythm | None = None,
) -> Chosen:
    case = Case(
        rhythm or planner.rhythms.rhythm(row.grade, row.every_days, known, row.type_id, today),
        past,
        today,
        type_id=row.type_id,
        met=row.last_contact_at is not None,
        sold=planner.sold(known),
        season=season(today),
        seed=row.id or 0,
    )
    return planner.methods.next(case)


def _opening(kind: Kind, row: Prospect | prospects.Due, touch: Chosen) -> str:
    """How to begin: as with a stranger the first time, by the way of contact afterwards."""
    first: list[str] = kind.card.opening if row.last_contact_at is None else getattr(kind.card.moments, touch.way)
    return first[0]


def _words(row: Prospect | prospects.Due, touch: Chosen, planner: Planner) -> str:
    """The same for somebody whose type is not known: the words of the method."""
    if row.last_contact_at is not None:
        return touch.method.say
    return planner.methods.basic(touch.way).first or ""
