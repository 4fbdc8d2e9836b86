"""Logged contacts."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from store.tables import Visit


def log(session: Session, row: Visit) -> Visit:
    """Keep a contact."""
    session.add(row)
    session.flush()
    return row


def latest(session: Session, prospect_id: int, count: int) -> Sequence[Visit]:
    """The last contacts with a customer, newest first."""
    found = select(Visit).where(col(Visit.prospect_id) == prospect_id)
    return session.exec(found.order_by(col(Visit.at).desc(), col(Visit.id).desc()).limit(count)).all()


def mine(session: Session, person_id: int, visit_id: int) -> Visit | None:
    """The contact of that id, if that person logged it."""
    return session.exec(select(Visit).where(col(Visit.id) == visit_id, col(Visit.person_id) == person_id)).one_or_none()


def counted(session: Session, prospect_id: int, since: datetime) -> tuple[int, int]:
    """How many contacts with a customer came about: in all, and since that moment."""
    reached = select(func.count()).where(col(Visit.prospect_id) == prospect_id, col(Visit.outcome) == "reached")
    return session.exec(reached).one(), session.exec(reached.where(col(Visit.at) >= since)).one()
