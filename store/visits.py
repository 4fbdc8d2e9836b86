"""Logged contacts."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select

from knowledge.methods import LOOKED, Past
from store.quick import Among, Quick
from store.tables import Prospect, Visit

ASKED = "asked"  # the outcome of what somebody wrote of a contact whose day is not known yet

_PLACE = func.row_number().over(
    partition_by=col(Visit.prospect_id), order_by=(col(Visit.at).desc(), col(Visit.id).desc())
)
_RANKED = (
    columns(
        col(Visit.prospect_id),
        col(Visit.at),
        col(Visit.method),
        col(Visit.how),
        col(Visit.outcome),
        col(Visit.note),
        _PLACE.label("place"),
    )
    .where(Among(col(Visit.prospect_id), "ids"), col(Visit.outcome) != ASKED)
    .subquery()
)
_RECENT = Quick(
    columns(*(_RANKED.c[name] for name in ("prospect_id", "at", "method", "how", "outcome", "note")))
    .where(_RANKED.c.place <= LOOKED)
    .order_by(_RANKED.c.prospect_id, _RANKED.c.place)
)
_BY_GRADE = Quick(
    columns(col(Prospect.grade), func.count(), func.count().filter(col(Visit.at) < bindparam("parting")))
    .join(Visit, col(Visit.prospect_id) == col(Prospect.id))
    .where(col(Visit.person_id) == bindparam("person"), col(Visit.outcome) == "reached")
    .where(col(Visit.at) >= bindparam("since"), col(Visit.at) < bindparam("until"))
    .group_by(col(Prospect.grade))
)


def log(session: Session, row: Visit) -> Visit:
    """Keep a contact."""
    session.add(row)
    session.flush()
    return row


def latest(session: Session, prospect_id: int, count: int) -> Sequence[Visit]:
    """The last contacts with a customer, newest first."""
    return _latest(session, prospect_id, count, col(Visit.outcome) != ASKED)


def told(session: Session, prospect_id: int, count: int) -> Sequence[Visit]:
    """The same with those whose day is still asked, which stand where they were written."""
    return _latest(session, prospect_id, count)


def _latest(session: Session, prospect_id: int, count: int, *which: ColumnElement[bool]) -> Sequence[Visit]:
    found = select(Visit).where(col(Visit.prospect_id) == prospect_id, *which)
    return session.exec(found.order_by(col(Visit.at).desc(), col(Visit.id).desc()).limit(count)).all()


def recent(session: Session, prospect_ids: Sequence[int], zone: ZoneInfo) -> dict[int, list[Past]]:
    """The last `LOOKED` contacts with each of these customers, newest first, with their local dates."""
    found: dict[int, list[Past]] = {}
    for id, when, method, how, outcome, note in _RECENT.rows(session, ids=prospect_ids) if prospect_ids else ():
        past = Past(when.astimezone(zone).date(), method, how, outcome == "reached", note)
        found.setdefault(id, []).append(past)
    return found


def by_grade(
    session: Session, person_id: int, since: datetime, parting: datetime, until: datetime
) -> tuple[dict[str, int], dict[str, int]]:
    """How many contacts of a person came about from a moment until another, by grade ("new" for not graded): those
    before the parting, and those from it on.
    """
    found = _BY_GRADE.rows(session, person=person_id, since=since, parting=parting, until=until)
    before = {grade or "new": early for grade, _, early in found if early}
    return before, {grade or "new": count - early for grade, count, early in found if count > early}


def forget(session: Session, row: Visit) -> None:
    """The contact was none."""
    session.delete(row)
    session.flush()


def mine(session: Session, person_id: int, visit_id: int) -> Visit | None:
    """The contact of that id, if that person logged it."""
    return session.exec(select(Visit).where(col(Visit.id) == visit_id, col(Visit.person_id) == person_id)).one_or_none()


def counted(session: Session, prospect_id: int, since: datetime) -> tuple[int, int]:
    """How many contacts with a customer came about: in all, and since that moment."""
    reached = select(func.count()).where(col(Visit.prospect_id) == prospect_id, col(Visit.outcome) == "reached")
    return session.exec(reached).one(), session.exec(reached.where(col(Visit.at) >= since)).one()
