"""Logged contacts."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from store.tables import Visit

TOGETHER = 500  # customers asked about in one statement


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
    newest = func.row_number().over(
        partition_by=col(Visit.prospect_id), order_by=(col(Visit.at).desc(), col(Visit.id).desc())
    )
    found: dict[int, str] = {}
    for at in range(0, len(prospect_ids), TOGETHER):
        ids = prospect_ids[at : at + TOGETHER]
        ranked = (
            select(Visit.prospect_id, Visit.note, newest.label("place"))
            .where(col(Visit.prospect_id).in_(ids))
            .subquery()
        )
        found.update(session.exec(select(ranked.c.prospect_id, ranked.c.note).where(ranked.c.place == 1)).all())
    return found


def mine(session: Session, person_id: int, visit_id: int) -> Visit | None:
    """The contact of that id, if that person logged it."""
    return session.exec(select(Visit).where(col(Visit.id) == visit_id, col(Visit.person_id) == person_id)).one_or_none()


def counted(session: Session, prospect_id: int, since: datetime) -> tuple[int, int]:
    """How many contacts with a customer came about: in all, and since that moment."""
    reached = select(func.count()).where(col(Visit.prospect_id) == prospect_id, col(Visit.outcome) == "reached")
    return session.exec(reached).one(), session.exec(reached.where(col(Visit.at) >= since)).one()
