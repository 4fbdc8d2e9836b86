"""What a manager sees of a team, counted by the database."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, case, func, select
from sqlmodel import Session

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
    people = select(Person).where(Person.active)  # type: ignore[arg-type]
    if team_ids is not None:
        people = people.where(Person.team_id.in_(team_ids))  # type: ignore[union-attr]
    rows = session.scalars(people.order_by(Person.name, Person.id)).all()  # type: ignore[arg-type]
    ids = [row.id for row in rows]
    counts = _customers(session, ids, today)
    contacts = _count(session, Visit.person_id, Visit.at, ids, week)
    interviews = _count(session, InterviewRow.person_id, InterviewRow.created_at, ids, week)
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
    def number(condition: object) -> object:
        return func.sum(case((condition, 1), else_=0))  # type: ignore[arg-type]

    live = Prospect.paused.is_(False)  # type: ignore[attr-defined]
    columns = {
        "all": func.count(),
        **{grade: number(Prospect.grade == grade) for grade in "ABCD"},
        "today": number(and_(Prospect.next_contact_on == today, live)),  # type: ignore[arg-type]
        "overdue": number(and_(Prospect.next_contact_on < today, live)),  # type: ignore[operator, arg-type]
    }
    found = (
        select(Prospect.owner_id, *(column.label(name) for name, column in columns.items()))  # type: ignore[attr-defined, call-overload]
        .where(Prospect.owner_id.in_(ids), Prospect.status == "active")  # type: ignore[attr-defined, arg-type]
        .group_by(Prospect.owner_id)
    )
    return {row.owner_id: {name: int(getattr(row, name) or 0) for name in columns} for row in session.execute(found)}


def _count(
    session: Session, person: object, at: object, ids: Sequence[int | None], since: datetime
) -> dict[int | None, int]:
    found = select(person, func.count()).where(person.in_(ids), at >= since).group_by(person)  # type: ignore[attr-defined, call-overload, operator]
    return dict(session.execute(found).all())  # type: ignore[arg-type]
