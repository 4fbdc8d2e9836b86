"""Why a customer is due, and what a person wants to be reminded of: rows with a unique key (customer, kind, date, key).

What comes again is a chain: when its row is closed, or its day has passed, the next one is made. Nothing else makes
rows ahead of time, so a chain has one open row (one for each lead of its kind) and ends where that is dropped.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Text, bindparam, case, cast, column, literal, true
from sqlalchemy import select as columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSON
from sqlmodel import Session, SQLModel, and_, col, func, or_, select, update

from knowledge.festivals import load_festivals
from knowledge.kinds import CONTACT, FAMILY, PROMISE, Kinds, Occasion, load_kinds
from store import facts, people
from store.quick import Among, Quick
from store.tables import Person, Prospect, Reminder, UtcDateTime

DORMANT, SERVICE, FESTIVAL, OWN, QUOTE = "dormant", "service", "festival", "own", "quote"
TRADE = "trade"  # the fact
BETWEEN = "；"  # stands between the matters of one reminder
LONGEST = 200
Days = Mapping[date, bool] | None  # an admin's overrides of the calendar

# What the list of every person asks for: to build these statements takes longer than to run them.
_OPEN = (
    col(Reminder.person_id) == bindparam("me"),
    col(Reminder.state) == "open",
    col(Reminder.on) <= bindparam("until"),
)
_OPEN_UNTIL = (
    select(Reminder, Prospect)
    .join(Prospect, col(Prospect.id) == col(Reminder.prospect_id))
    .where(*_OPEN, col(Prospect.status) == "active", col(Reminder.kind) != bindparam("but"))
    .order_by(col(Reminder.on), col(Reminder.id))
)
_MATTERS = (
    select(Reminder).where(*_OPEN, col(Reminder.prospect_id).is_(None)).order_by(col(Reminder.on), col(Reminder.id))
)
_COME = (
    select(Reminder)
    .where(col(Reminder.state) == "open", col(Reminder.alert_at) <= bindparam("now"))
    .order_by(col(Reminder.alert_at))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_TABLE = SQLModel.metadata.tables["reminder"]


def _any(*which: ColumnElement[bool]) -> Quick:
    """Whether there is one: to be told that there is none takes a tenth of the time of an empty list of rows."""
    return Quick(columns(_TABLE.c.id).where(*_OPEN, *which).limit(1))


_ANY_UNTIL = _any(_TABLE.c.prospect_id.is_not(None), _TABLE.c.kind != bindparam("but"))
_ANY_MATTERS = _any(_TABLE.c.prospect_id.is_(None))
_TO_SETTLE = Quick(
    columns(_TABLE.c.person_id)
    .distinct()
    .where(Among(_TABLE.c.person_id, "people"), _TABLE.c.state == "open", _TABLE.c.on <= bindparam("until"))
    .where(_TABLE.c.kind != CONTACT, _TABLE.c.kind != PROMISE)
)
_ANY_TO_TELL = Quick(
    columns(_TABLE.c.id).where(_TABLE.c.state == "open", _TABLE.c.alert_at <= bindparam("now")).limit(1)
)


def _noted(insert: Any, prospect_id: Any, on: Any) -> Quick:
    """Many rows in one statement: handed over one by one, each would wait for whatever else runs in this process."""
    same = {"kind": CONTACT, "key": "", "part": "", "repeat": "", "what": "", "state": "open"}
    values = {"prospect_id": prospect_id, "on": on} | {name: literal(value) for name, value in same.items()}
    values |= {"person_id": bindparam("me", type_=Integer()), "created_at": bindparam("now", type_=UtcDateTime())}
    rows = columns(*values.values()).where(true())  # without it SQLite would take ON CONFLICT for a join's
    return Quick(insert.from_select(list(values), rows).on_conflict_do_nothing())


_PAIR = func.json_each(bindparam("rows")).table_valued("value").c.value
_JSON = func.json_array_elements(cast(bindparam("rows", type_=Text()), JSON)).table_valued(column("value", JSON))
_CONTACTS = {
    "sqlite": _noted(sqlite.insert(_TABLE), func.json_extract(_PAIR, "$[0]"), func.json_extract(_PAIR, "$[1]")),
    "postgresql": _noted(
        postgresql.insert(_TABLE), cast(_JSON.c.value[0].astext, Integer), cast(_JSON.c.value[1].astext, Date)
    ),
}
_FOLLOWS = (QUOTE, SERVICE, OWN)  # kinds that follow from what happened, or that somebody asked for
_COMING = Quick(
    columns(_TABLE.c.prospect_id, func.min(func.coalesce(case((_TABLE.c.kind == OWN, _TABLE.c.day)), _TABLE.c.on)))
    .where(
        Among(_TABLE.c.prospect_id, "ids"),
        _TABLE.c.state == "open",
        or_(*(_TABLE.c.kind == kind for kind in (PROMISE, *_FOLLOWS))),
    )
    .group_by(_TABLE.c.prospect_id)
)
_UNSETTLED = select(Reminder).where(*_OPEN, col(Reminder.kind).not_in((CONTACT, PROMISE))).order_by(col(Reminder.id))


def place(
    session: Session,
    *,
    person_id: int,
    prospect_id: int | None,
    kind: str,
    on: date,
    now: datetime,
    key: str = "",
    what: str = "",
    day: date | None = None,
    at: time | None = None,
    part: str = "",
    repeat: str = "",
    anew: bool = True,
) -> Reminder:
    """Remind of something on a date; said again it replaces what was said. Not `anew`, a closed one stays closed."""
    row = find(session, prospect_id, kind, on, key, person_id)
    if row is not None and row.state != "open" and not anew:
        return row
    if row is None:
        row = Reminder(prospect_id=prospect_id, person_id=person_id, kind=kind, key=key, on=on, created_at=now)
        session.add(row)
    row.what, row.day, row.at, row.part, row.repeat = what, day, at, part, repeat
    row.state, row.closed_at = "open", None
    set_alert(session, row, now)
    session.flush()
    return row


def promise(
    session: Session,
    *,
    prospect_id: int,
    person_id: int,
    on: date,
    what: str,
    now: datetime,
    at: time | None = None,
    part: str = "",
) -> Reminder:
    """Remind of something on a date; saying it again for the same day replaces the words."""
    return place(
        session,
        person_id=person_id,
        prospect_id=prospect_id,
        kind=PROMISE,
        on=on,
        now=now,
        what=what,
        at=at,
        part=part,
    )


def set_alert(session: Session, row: Reminder, now: datetime) -> None:
    """Say when what has an hour is told of by itself: a customer's so long before as the person wants, an own matter
    at its hour; never, where that has passed.
    """
    row.alert_at = None
    person = session.get(Person, row.person_id) if row.at is not None and row.kind in {PROMISE, OWN} else None
    if person is None or row.at is None:
        return
    hours, day = people.hours(person), row.day or row.on
    if row.prospect_id is not None:
        row.alert_at = hours.brief_at(day, row.at, now)
    elif (at := hours.instant(day, row.at)) > now:
        row.alert_at = at


def set_alerts(session: Session, person_id: int, now: datetime) -> None:
    """Do that for everything that is open, after the person's hours were changed; what was told of is not told of
    again, as its message has a key.
    """
    _set_alerts(session, col(Reminder.person_id) == person_id, now)


def _set_alerts(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    timed = select(Reminder).where(which, col(Reminder.state) == "open", col(Reminder.at).is_not(None))
    for row in session.exec(timed).all():
        set_alert(session, row, now)
    session.flush()


def to_tell(session: Session, now: datetime, limit: int) -> Sequence[Reminder]:
    """Open reminders whose own message is to be planned now, by index; their `alert_at` is emptied."""
    if _ANY_TO_TELL.first(session, now=now) is None:
        return []
    rows = session.exec(_COME, params={"now": now, "most": limit}).all()
    for row in rows:
        row.alert_at = None
    return rows


def due_contacts(session: Session, person_id: int, due: Collection[tuple[int, date]], now: datetime) -> None:
    """Note that the rhythm asks for contacts, each (customer, date); what is noted already stays as it is."""
    if due:
        rows = json.dumps([(id, on.isoformat()) for id, on in due])
        _CONTACTS[session.get_bind().dialect.name].change(session, me=person_id, rows=rows, now=now)


def find(
    session: Session, prospect_id: int | None, kind: str, on: date, key: str = "", person_id: int | None = None
) -> Reminder | None:
    """The reminder of that key; without a customer, that of the person."""
    found = select(Reminder).where(col(Reminder.kind) == kind, col(Reminder.on) == on, col(Reminder.key) == key)
    if prospect_id is None:
        found = found.where(col(Reminder.prospect_id).is_(None), col(Reminder.person_id) == person_id)
    else:
        found = found.where(col(Reminder.prospect_id) == prospect_id)
    return session.exec(found).one_or_none()


def mine(session: Session, person_id: int, reminder_id: int) -> tuple[Reminder, Prospect | None] | None:
    """The reminder of that id with its customer, if both are the person's."""
    found = (
        select(Reminder, Prospect)
        .join(Prospect, col(Prospect.id) == col(Reminder.prospect_id), isouter=True)
        .where(col(Reminder.id) == reminder_id, col(Reminder.person_id) == person_id)
        .where(or_(col(Reminder.prospect_id).is_(None), col(Prospect.owner_id) == person_id))
    )
    return session.exec(found).one_or_none()


def open_until(session: Session, person_id: int, until: date, *, but: str = "") -> Sequence[tuple[Reminder, Prospect]]:
    """The person's open reminders up to a date with their customers, earliest first, without the kind `but`."""
    asked = {"me": person_id, "until": until, "but": but}
    return session.exec(_OPEN_UNTIL, params=asked).all() if _ANY_UNTIL.first(session, **asked) else ()


def matters(session: Session, person_id: int, until: date) -> Sequence[Reminder]:
    """The person's open reminders without a customer up to a date, earliest first."""
    asked = {"me": person_id, "until": until}
    return session.exec(_MATTERS, params=asked).all() if _ANY_MATTERS.first(session, **asked) else ()


def ahead(session: Session, person_id: int) -> Sequence[tuple[Reminder, Prospect | None]]:
    """All of the person's open reminders but contacts of the rhythm: of active customers, and without one."""
    found = (
        select(Reminder, Prospect)
        .join(Prospect, col(Prospect.id) == col(Reminder.prospect_id), isouter=True)
        .where(col(Reminder.person_id) == person_id, col(Reminder.state) == "open", col(Reminder.kind) != CONTACT)
        .where(or_(col(Reminder.prospect_id).is_(None), col(Prospect.status) == "active"))
        .order_by(col(Reminder.on), col(Reminder.id))
    )
    return session.exec(found).all()


def promised(session: Session, person_id: int, first: date, last: date) -> Sequence[tuple[Reminder, Prospect]]:
    """What the person promised for these days and is still open, of active customers of theirs, earliest first."""
    found = (
        select(Reminder, Prospect)
        .join(Prospect, col(Prospect.id) == col(Reminder.prospect_id))
        .where(col(Reminder.person_id) == person_id, col(Reminder.state) == "open", col(Reminder.kind) == PROMISE)
        .where(col(Reminder.on) >= first, col(Reminder.on) <= last, *_live(person_id))
        .order_by(col(Reminder.on), col(Reminder.at).is_(None), col(Reminder.at), col(Reminder.id))
    )
    return session.exec(found).all()


def with_promises(session: Session, wanted: Collection[tuple[int, date, date]]) -> set[int]:
    """Those of these people, each with a first and a last day, who have something open that `promised` would give."""
    if not wanted:
        return set()
    spans = (
        and_(col(Reminder.person_id) == id, col(Reminder.on) >= first, col(Reminder.on) <= last)
        for id, first, last in wanted
    )
    found = (
        select(Reminder.person_id)
        .join(Prospect, col(Prospect.id) == col(Reminder.prospect_id))
        .where(col(Reminder.state) == "open", col(Reminder.kind) == PROMISE, or_(*spans))
        .where(col(Prospect.owner_id) == col(Reminder.person_id), *_live(None))
    )
    return set(session.exec(found.distinct()))


def _live(owner_id: int | None) -> list[ColumnElement[bool]]:
    live = [col(Prospect.status) == "active", col(Prospect.paused).is_(False)]
    return live if owner_id is None else [*live, col(Prospect.owner_id) == owner_id]


def coming(session: Session, prospect_id: int) -> Sequence[Reminder]:
    """A customer's open promises, earliest first."""
    return of(session, prospect_id, PROMISE)


def of(session: Session, prospect_id: int, kind: str) -> Sequence[Reminder]:
    """A customer's open reminders of a kind, earliest first."""
    found = select(Reminder).where(
        col(Reminder.prospect_id) == prospect_id, col(Reminder.kind) == kind, col(Reminder.state) == "open"
    )
    return session.exec(found.order_by(col(Reminder.on))).all()


def earliest(session: Session, prospect_ids: Sequence[int]) -> dict[int, date]:
    """The first day of what is promised to or planned for each of these customers; the others are not in it."""
    return dict(_COMING.rows(session, ids=prospect_ids)) if prospect_ids else {}


def planned(session: Session, prospect_id: int) -> Sequence[Reminder]:
    """A customer's open reminders that follow from what happened or was asked for: quotes, service, own ones."""
    found = select(Reminder).where(
        col(Reminder.prospect_id) == prospect_id,
        col(Reminder.kind).in_(_FOLLOWS),
        col(Reminder.state) == "open",
    )
    return session.exec(found.order_by(col(Reminder.on), col(Reminder.id))).all()


def chain(session: Session, row: Reminder) -> Sequence[Reminder]:
    """The open rows that belong together with this one: all leads of an event; of what comes again, its own row."""
    if row.prospect_id is None or len(load_kinds().all[row.kind].leads if row.kind != PROMISE else ()) < 2:
        return [row]
    return [one for one in of(session, row.prospect_id, row.kind) if row.kind != FAMILY or one.what == row.what]


def dropped_with(session: Session, row: Reminder) -> Sequence[Reminder]:
    """The rows that were dropped together with a dropped one."""
    found = select(Reminder).where(
        col(Reminder.person_id) == row.person_id,
        col(Reminder.kind) == row.kind,
        col(Reminder.state) == "dropped",
        col(Reminder.closed_at) == row.closed_at,
    )
    same = col(Reminder.prospect_id)
    found = found.where(same.is_(None) if row.prospect_id is None else same == row.prospect_id)
    return session.exec(found).all()


def occasion(row: Reminder) -> Occasion:
    """The reminder as the lists show it."""
    return Occasion(row.id or 0, row.kind, row.key, row.on, row.day, row.what, row.at, row.part, row.repeat)


def drop(session: Session, prospect_id: int, kind: str, now: datetime) -> int:
    """Drop a customer's open reminders of a kind for good; how many."""
    gone = session.exec(
        update(Reminder)
        .where(col(Reminder.prospect_id) == prospect_id, col(Reminder.kind) == kind, col(Reminder.state) == "open")
        .values(state="dropped", closed_at=now)
    )
    return gone.rowcount


def reword(session: Session, kind: str, key: str, what: str) -> None:
    """What they remind of is called otherwise now, whoever wanted to be reminded."""
    wanted = col(Reminder.kind) == kind, col(Reminder.key) == key, col(Reminder.state) == "open"
    session.execute(update(Reminder).where(*wanted).values(what=what))


def move(session: Session, row: Reminder, on: date, now: datetime) -> Reminder:
    """Put an open reminder off; one of the same key on that day takes its place, with the words of both."""
    there = find(session, row.prospect_id, row.kind, on, row.key, row.person_id)
    if there is None or there is row:
        row.on = on
        set_alert(session, row, now)
        session.flush()
        return row
    row.state, row.closed_at = "moved", now
    words = [row.what, *([there.what] if there.state == "open" else [])]
    what = BETWEEN.join(dict.fromkeys(filter(None, words)))[:LONGEST]
    there.what, there.day, there.at, there.part, there.repeat = what, row.day, row.at, row.part, row.repeat
    there.state, there.closed_at = "open", None
    set_alert(session, there, now)
    session.flush()
    return there


def put_off(session: Session, prospect_id: int, until: date, to: date, now: datetime) -> None:
    """Move what insists (no contacts of the rhythm, no promises) and is due up to a date."""
    kinds = load_kinds()
    for row in _due(session, prospect_id, until):
        if kinds.insists(row.kind):
            move(session, row, to, now)


def close(session: Session, prospect_id: int, state: str, until: date, now: datetime, days: Days = None) -> int:
    """Close a customer's open reminders up to a date and make what follows; how many were closed."""
    rows = _due(session, prospect_id, until)
    for row in rows:
        finish(session, row, state, until, now, days)
    return len(rows)


def finish(session: Session, row: Reminder, state: str, today: date, now: datetime, days: Days = None) -> None:
    """Close one reminder; what comes again, or follows it, comes up after today."""
    row.state, row.closed_at = state, now
    kinds = load_kinds()
    if row.kind in kinds.all:
        following = kinds.following(occasion(row), max(row.on, today), days)
        if following is not None:
            _follow(session, row, *following, now)
        elif row.kind == SERVICE and state == "done":
            _next_stage(session, row, kinds, today, now, days)
    session.flush()


def settle(session: Session, person_id: int, today: date, now: datetime, days: Days = None) -> None:
    """What has passed goes, what comes again is made anew, and a festival is put on the list when its time has come."""
    settle_all(session, [person_id], today, now, days)


def settle_all(session: Session, people: Collection[int], today: date, now: datetime, days: Days = None) -> None:
    """The same for several people."""
    kinds = load_kinds()
    for (person_id,) in _TO_SETTLE.rows(session, people=people, until=today):
        for row in session.exec(_UNSETTLED, params={"me": person_id, "until": today}).all():
            _settle(session, row, kinds, today, now, days)
    for festival in load_festivals().greeted:
        day = festival.next_from(today)
        on = kinds.comes_up(FESTIVAL, day, festival.lead or 0, days)
        if on > today:
            continue
        for person_id in people:
            if _has_customers(session, person_id):
                place(
                    session,
                    person_id=person_id,
                    prospect_id=None,
                    kind=FESTIVAL,
                    key=festival.id,
                    on=on,
                    day=day,
                    what=festival.zh,
                    now=now,
                    anew=False,
                )
    session.flush()


def _settle(session: Session, row: Reminder, kinds: Kinds, today: date, now: datetime, days: Days) -> None:
    one = occasion(row)
    latest = None
    # Days on which nobody looked are left out: of a weekly reminder only the last one is on the list.
    while (following := kinds.following(one, one.on, days)) is not None:
        day, on = following
        if on > today and not kinds.passed(one, today):
            break
        latest = following
        one = replace(one, on=on, day=day)
    if latest is not None:
        row.state, row.closed_at = "passed", now
        _follow(session, row, *latest, now)
    elif kinds.passed(one, today):
        row.state, row.closed_at = "passed", now


def _follow(session: Session, row: Reminder, day: date, on: date, now: datetime) -> None:
    place(
        session,
        person_id=row.person_id,
        prospect_id=row.prospect_id,
        kind=row.kind,
        key=row.key,
        on=on,
        day=day,
        at=row.at,
        part=row.part,
        repeat=row.repeat,
        what=row.what,
        now=now,
        anew=False,
    )


def _next_stage(session: Session, row: Reminder, kinds: Kinds, today: date, now: datetime, days: Days) -> None:
    stage = kinds.next_stage(row.key)
    if stage is not None and row.prospect_id is not None:
        on = kinds.comes_up(SERVICE, today + timedelta(days=stage.days), 0, days)
        place(
            session,
            person_id=row.person_id,
            prospect_id=row.prospect_id,
            kind=SERVICE,
            key=stage.id,
            on=on,
            what=kinds.stage_words(stage, trade(session, row.prospect_id)),
            now=now,
        )


def trade(session: Session, prospect_id: int) -> str:
    """The trade of a customer, "" where it is not known."""
    return str(facts.known(session, prospect_id).get(TRADE, ("",))[0])


def quiet(session: Session, prospect: Prospect, on: date, now: datetime, every: int) -> None:
    """Say from which day on silence of a customer is too long; whatever was said before does not count any more."""
    rows = of(session, prospect.id or 0, DORMANT)
    if rows:
        move(session, rows[0], on, now).day = None
        return
    place(
        session,
        person_id=prospect.owner_id,
        prospect_id=prospect.id,
        kind=DORMANT,
        on=on,
        repeat=f"d{every}",
        now=now,
    )


def hand_over(session: Session, prospect_ids: Collection[int], person_id: int, now: datetime) -> None:
    """The open reminders of customers follow them to the new owner, whose hours they are told of by."""
    theirs = col(Reminder.prospect_id).in_(prospect_ids)
    session.exec(update(Reminder).where(theirs, col(Reminder.state) == "open").values(person_id=person_id))
    _set_alerts(session, theirs, now)


def _due(session: Session, prospect_id: int, until: date) -> Sequence[Reminder]:
    found = select(Reminder).where(
        col(Reminder.prospect_id) == prospect_id, col(Reminder.state) == "open", col(Reminder.on) <= until
    )
    return session.exec(found.order_by(col(Reminder.id))).all()


def _has_customers(session: Session, person_id: int) -> bool:
    found = select(func.count()).where(
        col(Prospect.owner_id) == person_id, col(Prospect.status) == "active", col(Prospect.paused).is_(False)
    )
    return session.exec(found).one() > 0
