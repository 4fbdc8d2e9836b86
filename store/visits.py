"""Logged contacts."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session

from store.tables import Visit


def log(session: Session, row: Visit) -> Visit:
    """Keep a contact."""
    session.add(row)
    session.flush()
    return row


def latest(session: Session, prospect_id: int, count: int) -> Sequence[Visit]:
    """The last contacts with a customer, newest first."""
    found = select(Visit).where(Visit.prospect_id == prospect_id).order_by(Visit.at.desc(), Visit.id.desc())  # type: ignore[arg-type, attr-defined, union-attr]
    return session.scalars(found.limit(count)).all()


def mine(session: Session, person_id: int, visit_id: int) -> Visit | None:
    """The contact of that id, if that person logged it."""
    return session.scalars(select(Visit).where(Visit.id == visit_id, Visit.person_id == person_id)).one_or_none()  # type: ignore[arg-type]
