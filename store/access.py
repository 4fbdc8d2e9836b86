"""Who looked at a customer of somebody else's: once a day and way, for the owner to see."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from store.db import insert
from store.tables import Access, Person, Prospect


def note(session: Session, prospect_id: int, person_id: int, what: str, now: datetime, on: date) -> None:
    """Note that somebody looked; again on the same day only moves the hour."""
    row = insert(session, Access).values(prospect_id=prospect_id, person_id=person_id, what=what, on=on, at=now)
    session.execute(
        row.on_conflict_do_update(index_elements=["prospect_id", "person_id", "what", "on"], set_={"at": now})
    )


def latest(
    session: Session, owner_id: int, count: int, prospect_id: int | None = None
) -> Sequence[tuple[str, str, str, datetime]]:
    """Who looked at an owner's customers, or at one of them, newest first: name, customer, what, when."""
    found = (
        select(Person.name, Prospect.name, Access.what, Access.at)
        .join(Person, col(Person.id) == col(Access.person_id))
        .join(Prospect, col(Prospect.id) == col(Access.prospect_id))
    )
    if prospect_id is None:
        found = found.where(col(Prospect.owner_id) == owner_id, col(Access.person_id) != owner_id)
    else:
        found = found.where(col(Access.prospect_id) == prospect_id)
    return session.exec(found.order_by(col(Access.at).desc()).limit(count)).all()
