"""What a manager sees of a team, counted by the database."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, func, select

from store.tables import InterviewRow, Person, Prospect, Visit


@dataclass(frozen=True, slots=True)
class RepStatus:
    """One rep's figures. `contacts` and `interviews` are since the week began."""

    person_id: int
    name: str
    role: str
    unreachable: bool
    customers: int
    grades: dict[str, int]
    today: int
    overdue: int
    contacts: int
    interviews: int
    pushed_at: datetime | None


def status(session: Session, team_ids: Collection[int] | None, today: date, week: datetime) -> Sequence[RepStatus]:
    """Figures of every active person of the teams (None: everybody), by name."""
    people = select(Person).where(col(Person.active))
    if team_ids is not None:
        people = people.where(col(Person.team_id).in_(team_ids))
    rows = session.exec(people.order_by(col(Person.name), col(Person.id))).all()
    ids = [row.id for row in rows]
    counts = _customers(session, ids, today)
    contacts = _count(session, col(Visit.person_id), col(Visit.at), ids, week)
    interviews = _count(session, col(InterviewRow.person_id), col(InterviewRow.created_at), ids, week)
    nothing: dict[str, int] = {}
    return [
        RepStatus(
            person_id=row.id or 0,
            name=row.name,
            role=row.role,
            unreachable=row.unreachable,
            customers=counts.get(row.id, nothing).get("all", 0),
            grades={grade: counts.get(row.id, nothing).get(grade, 0) for grade in "ABCD"},
            today=counts.get(row.id, nothing).get("today", 0),
            overdue=counts.get(row.id, nothing).get("overdue", 0),
            contacts=contacts.get(row.id, 0),
            interviews=interviews.get(row.id, 0),
            pushed_at=row.pushed_at,
        )
        for row in rows
    ]


def _customers(session: Session, ids: Sequence[int | None], today: date) -> dict[int | None, dict[str, int]]:
    owner, grade, day = col(Prospect.owner_id), col(Prospect.grade), col(Prospect.next_contact_on)
    live = col(Prospect.paused).is_(False)
    columns = {
        "all": func.count(),
        **{letter: func.count().filter(grade == letter) for letter in "ABCD"},
        "today": func.count().filter(day == today, live),
        "overdue": func.count().filter(day < today, live),
    }
    found = (
        select(owner)
        .add_columns(*(column.label(name) for name, column in columns.items()))
        .where(owner.in_(ids), col(Prospect.status) == "active")
        .group_by(owner)
    )
    return {row.owner_id: {name: getattr(row, name) for name in columns} for row in session.execute(found)}


def _count(
    session: Session, person: Mapped[int], at: Mapped[datetime], ids: Sequence[int | None], since: datetime
) -> dict[int | None, int]:
    found = select(person, func.count()).where(person.in_(ids), at >= since).group_by(person)
    return dict(session.exec(found).all())
