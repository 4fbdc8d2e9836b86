"""Logged contacts."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

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
