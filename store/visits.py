"""Logged contacts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select

from store.tables import Visit

TOGETHER = 500  # customers asked about in one statement

_PLACE = func.row_number().over(
    partition_by=col(Visit.prospect_id), order_by=(col(Visit.at).desc(), col(Visit.id).desc())
)
_RANKED = (
    select(Visit.prospect_id, Visit.note, _PLACE.label("place"))
    .where(col(Visit.prospect_id).in_(bindparam("ids", expanding=True)))
    .subquery()
)
_LAST_NOTES = select(_RANKED.c.prospect_id, _RANKED.c.note).where(_RANKED.c.place == 1)


def log(session: Session, row: Visit) -> Visit:
    """Keep a contact."""
    session.add(row)
    session.flush()
    return row


def latest(session: Session, prospect_id: int, count: int) -> Sequence[Visit]:
    """The last contacts with a customer, newest first."""
    found = select(Visit).where(col(Visit.prospect_id) == prospect_id)
    return session.exec(found.order_by(col(Visit.at).desc(), col(Visit.id).desc()).limit(count)).all()


def last_notes(session: Session, prospect_ids: Sequence[int]) -> dict[int, str]:
    """The note of the last contact with each of these customers; those without a contact are not in it."""
    found: dict[int, str] = {}
    for at in range(0, len(prospect_ids), TOGETHER):
        ids = prospect_ids[at : at + TOGETHER]
        found.update(session.exec(_LAST_NOTES, params={"ids": ids}).all())
    return found


def mine(session: Session, person_id: int, visit_id: int) -> Visit | None:
    """The contact of that id, if that person logged it."""
    return session.exec(select(Visit).where(col(Visit.id) == visit_id, col(Visit.person_id) == person_id)).one_or_none()


def counted(session: Session, prospect_id: int, since: datetime) -> tuple[int, int]:
    """How many contacts with a customer came about: in all, and since that moment."""
    reached = select(func.count()).where(col(Visit.prospect_id) == prospect_id, col(Visit.outcome) == "reached")
    return session.exec(reached).one(), session.exec(reached.where(col(Visit.at) >= since)).one()
