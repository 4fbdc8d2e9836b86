"""What a manager sees of a team, counted by the database.

Every function takes the teams of the caller (None: everybody), and every query carries them: what is not theirs does
not exist for them. Counting reads indexes only, so that a thousand reps with a thousand customers each take less
than a second (`bench/board.py`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, ScalarSelect, text
from sqlalchemy import select as columns
from sqlalchemy.orm import Mapped
from sqlmodel import Session, and_, case, col, func, or_, select

from knowledge.rules import Value
from store.facts import read
from store.interviews import ASIDE
from store.scopes import members, owners
from store.tables import Complaint, InterviewRow, KnownFact, Person, Prospect, StageRow, Visit

Teams = Collection[int] | None


@dataclass(frozen=True, slots=True)
class Week:
    """The week that is looked at, and the same part of the one before, as instants; `ends` is its Sunday."""

    begins: datetime
    before: datetime
    now_before: datetime
    ends: date


def week_of(today: date, now: datetime, tz: str) -> Week:
    """The week of a day where somebody is, and the same part of the one before."""
    monday, zone = today - timedelta(days=today.weekday()), ZoneInfo(tz)
    begins = datetime.combine(monday, time(), zone)
    before = datetime.combine(monday - timedelta(days=7), time(), zone)
    return Week(begins, before, before + (now - begins), monday + timedelta(days=6))


@dataclass(frozen=True, slots=True)
class Done:
    """How often something was done this week, and by the same moment of the last."""

    now: int = 0
    before: int = 0


@dataclass(frozen=True, slots=True)
class RepStatus:
    """One rep's figures. `left` are the customers still to be contacted by the end of the week, late ones included."""

    person_id: int
    name: str
    role: str
    unreachable: bool
    customers: int
    grades: dict[str, int]
    today: int
    overdue: int
    left: int
    contacts: Done
    interviews: Done
    won: Done
    pushed_at: datetime | None


def status(
    session: Session, teams: Teams, today: date, week: Week, person_id: int | None = None
) -> Sequence[RepStatus]:
    """Figures of every active person of the teams, or of one of them, by name.

    Each figure is counted for each person by an index of its own: that takes a third of what grouping the rows of all
    of them takes, and no row is read.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL jit = off"))  # compiling such a statement takes longer than running it
    day = col(Prospect.next_contact_on)
    columns = [
        *(_customers(col(Prospect.grade) == grade) for grade in (*"ABCD", "")),
        _customers(col(Prospect.paused).is_(False), day < today),
        _customers(col(Prospect.paused).is_(False), day == today),
        _customers(col(Prospect.paused).is_(False), day > today, day <= week.ends),
        *_done(col(Visit.person_id), col(Visit.at), week, col(Visit.outcome) == "reached"),
        *_done(col(InterviewRow.person_id), col(InterviewRow.created_at), week, col(InterviewRow.version) > ASIDE),
        *_done(col(StageRow.person_id), col(StageRow.since), week, col(StageRow.won).is_(True)),
    ]
    found: Any = select(Person.id, Person.name, Person.role, Person.unreachable, Person.pushed_at)  # type: ignore[call-overload]
    found = found.add_columns(*columns).where(members(teams)).order_by(col(Person.name), col(Person.id))
    if person_id is not None:
        found = found.where(col(Person.id) == person_id)
    return [_status(*row) for row in session.execute(found)]


def _status(id: int, name: str, role: str, unreachable: bool, pushed_at: datetime | None, *counts: int) -> RepStatus:
    *graded, late, now, later = counts[:8]
    done = [Done(*counts[at : at + 2]) for at in (8, 10, 12)]
    return RepStatus(
        person_id=id,
        name=name,
        role=role,
        unreachable=unreachable,
        customers=sum(graded),
        grades=dict(zip("ABCD", graded, strict=False)),
        today=now,
        overdue=late,
        left=late + now + later,
        contacts=done[0],
        interviews=done[1],
        won=done[2],
        pushed_at=pushed_at,
    )


def _customers(*which: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many such customers a person has."""
    mine = col(Prospect.owner_id) == col(Person.id), col(Prospect.status) == "active"
    return select(func.count()).select_from(Prospect).where(*mine, *which).correlate(Person).scalar_subquery()


def _waiting() -> tuple[ColumnElement[bool], ...]:
    return col(Prospect.status) == "active", col(Prospect.paused).is_(False)


def _done(
    person: Mapped[int], at: Mapped[datetime], week: Week, *which: ColumnElement[bool]
) -> tuple[ScalarSelect[int], ScalarSelect[int]]:
    """How often a person did something this week, and by the same moment of the last."""
    mine = select(func.count()).where(person == col(Person.id), *which)
    now = mine.where(at >= week.begins)
    before = mine.where(at >= week.before, at < week.now_before)
    return now.correlate(Person).scalar_subquery(), before.correlate(Person).scalar_subquery()


def person(session: Session, teams: Teams, person_id: int) -> Person | None:
    """Somebody of the teams."""
    return session.exec(select(Person).where(col(Person.id) == person_id, members(teams))).one_or_none()


def named(session: Session, teams: Teams, name: str, most: int) -> Sequence[Person]:
    """People of the teams who are called so; failing that, those whose name has it in it. At most `most`."""
    found = select(Person).where(members(teams)).order_by(col(Person.name), col(Person.id)).limit(most)
    same = session.exec(found.where(func.lower(col(Person.name)) == name.lower())).all()
    return same or session.exec(found.where(col(Person.name).icontains(name, autoescape=True))).all()


def customer(session: Session, teams: Teams, prospect_id: int) -> tuple[Prospect, Person] | None:
    """A customer of somebody of the teams, and whose it is."""
    found = select(Prospect, Person).join(Person, col(Person.id) == col(Prospect.owner_id))
    return session.exec(found.where(col(Prospect.id) == prospect_id, members(teams))).one_or_none()


@dataclass(frozen=True, slots=True)
class Late:
    """A customer who waits."""

    id: int
    name: str
    grade: str
    type_id: str
    due: date
    owner_id: int
    owner: str


def late(
    session: Session, teams: Teams, today: date, at: int, size: int, person_id: int | None = None
) -> tuple[Sequence[Late], int]:
    """One page of the customers who wait, of one person or all, and how many there are: by grade, then the longest."""
    day, grade = col(Prospect.next_contact_on), col(Prospect.grade)
    which = [owners(col(Prospect.owner_id), teams), *_waiting(), day < today]
    if person_id is not None:
        which.append(col(Prospect.owner_id) == person_id)
    count = session.exec(select(func.count()).select_from(Prospect).where(*which)).one()
    found = (
        select(Prospect.id, Prospect.name, grade, Prospect.type_id, day, Prospect.owner_id, Person.name)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(Prospect.owner_id))
        .where(*which)
        .order_by(case((grade == "", "E"), else_=grade), day, col(Prospect.id))
    )
    return [Late(*row) for row in session.exec(found.offset(at * size).limit(size))], count


def complaints(session: Session, teams: Teams, today: date, most: int) -> Sequence[tuple[Complaint, Prospect, Person]]:
    """Open complaints whose day has passed, the longest first."""
    found = (
        select(Complaint, Prospect, Person)
        .join(Prospect, col(Prospect.id) == col(Complaint.prospect_id))
        .join(Person, col(Person.id) == col(Prospect.owner_id))
        .where(members(teams), col(Complaint.closed_at).is_(None), col(Complaint.due_on) < today)
        .where(col(Prospect.status) == "active")
    )
    return session.exec(found.order_by(col(Complaint.due_on), col(Complaint.id)).limit(most)).all()


def open_complaints(session: Session, teams: Teams) -> int:
    """How many complaints of the teams' customers are open."""
    found = (
        select(func.count())
        .select_from(Complaint)
        .join(Prospect, col(Prospect.id) == col(Complaint.prospect_id))
        .where(owners(col(Prospect.owner_id), teams), col(Complaint.closed_at).is_(None))
    )
    return session.exec(found.where(col(Prospect.status) == "active")).one()


def made(session: Session, person_id: int, begins: datetime, ends: datetime) -> Sequence[tuple[datetime, str]]:
    """When somebody made contacts between two moments, and what came of each."""
    found = select(Visit.at, Visit.outcome).where(col(Visit.person_id) == person_id)
    return session.exec(found.where(col(Visit.at) >= begins, col(Visit.at) < ends).order_by(col(Visit.at))).all()


def planned(session: Session, person_id: int, until: date) -> Mapping[date, int]:
    """How many of somebody's customers are due on each day until then, late ones on the day that it was."""
    day = col(Prospect.next_contact_on)
    found = (
        select(day, func.count()).where(col(Prospect.owner_id) == person_id, *_waiting(), day <= until).group_by(day)
    )
    return {on: count for on, count in session.exec(found) if on is not None}


def customers(session: Session, teams: Teams) -> int:
    """How many active customers there are."""
    found = select(func.count()).select_from(Prospect).where(owners(col(Prospect.owner_id), teams))
    return session.exec(found.where(col(Prospect.status) == "active")).one()


def types(session: Session, teams: Teams, ids: Collection[str]) -> Mapping[str, int]:
    """How many active customers are of each of these types, those of any other left out."""
    type, each = col(Prospect.type_id), list(ids)
    mine = owners(col(Prospect.owner_id), teams), col(Prospect.status) == "active"
    if session.get_bind().dialect.name != "sqlite":
        found = select(type, func.count()).where(*mine, type.in_(each)).group_by(type)
        return dict(session.exec(found).all())
    # SQLite sorts what it groups; counting each type by the index takes an eighth of that.
    counts = [select(func.count()).select_from(Prospect).where(*mine, type == id).scalar_subquery() for id in each]
    found_ = dict(zip(each, session.execute(columns(*counts)).one(), strict=True)) if each else {}
    return {id: count for id, count in found_.items() if count}


def known(session: Session, teams: Teams, facts: Mapping[str, date | None]) -> Iterator[tuple[dict[str, Value], int]]:
    """What is known of customers as combinations of these facts' values, and how many customers have each.

    Each fact comes with the day since when it still holds. There are few combinations, however many the customers are.
    """
    fact = col(KnownFact.fact)
    columns = [func.max(case((fact == one, col(KnownFact.value)))).label(f"v{n}") for n, one in enumerate(facts)]
    each = (
        select(*columns)
        .join(Prospect, col(Prospect.id) == col(KnownFact.prospect_id))
        .where(owners(col(Prospect.owner_id), teams), col(Prospect.status) == "active")
        .where(or_(*(and_(fact == one, col(KnownFact.at) >= (on or date.min)) for one, on in facts.items())))
        .group_by(col(KnownFact.prospect_id))
        .subquery()
    )
    combined: Any = select(*each.c).add_columns(func.count()).group_by(*each.c)
    for *values, count in session.execute(combined):
        yield {one: read(value) for one, value in zip(facts, values, strict=True) if value is not None}, count


def shares(
    session: Session, teams: Teams, fact: str, cuts: Sequence[tuple[float, float]], customers: int
) -> Sequence[tuple[int, float]]:
    """How many customers are in each class of an ABC analysis, and what they come to.

    `cuts` part the classes, the best first: a customer is in a class when the share of those with more is below the
    first number, or the place among all `customers` not beyond the second, as a share. Those with as much as each other
    are in one class, and nobody with nothing is in any. The database says how many have which amount: amounts are few.
    """
    number = col(KnownFact.number)
    amounts = (
        select(number, func.count())
        .join(Prospect, col(Prospect.id) == col(KnownFact.prospect_id))
        .where(owners(col(Prospect.owner_id), teams), col(Prospect.status) == "active")
        .where(col(KnownFact.fact) == fact, number > 0)
        .group_by(number)
        .order_by(number.desc())
    )
    rows = [(float(amount or 0), count) for amount, count in session.exec(amounts)]
    total = sum(amount * count for amount, count in rows)
    classes = [(0, 0.0)] * (len(cuts) + 1)
    more, above = 0, 0.0  # customers with more, and what they come to
    for amount, count in rows:
        fits = (at for at, (share, place) in enumerate(cuts) if above / total < share or more + 1 <= place * customers)
        at = next(fits, len(cuts))
        classes[at] = (classes[at][0] + count, classes[at][1] + amount * count)
        more, above = more + count, above + amount * count
    return classes
