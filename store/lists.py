"""Saved lists: each only its words, whose customers it holds is asked for anew each time (`store/filters.py`).

A rep sees the own lists and those that were shared in the own team or above it; a list never widens whom one may see.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select, update

from store.people import Caller, teams_above
from store.tables import ListRow

DRAFTS = 10  # lists asked for once that a person can still page through
MOST = 40  # lists that a person may keep


def draft(session: Session, person_id: int, words: str, now: datetime) -> ListRow:
    """A list that was asked for once; the oldest of a person's drafts give way."""
    row = ListRow(person_id=person_id, words=words, created_at=now)
    session.add(row)
    session.flush()
    drafts = select(ListRow.id).where(col(ListRow.person_id) == person_id, col(ListRow.state) == "draft")
    old = session.exec(drafts.order_by(col(ListRow.id).desc()).offset(DRAFTS)).all()
    if old:
        session.exec(update(ListRow).where(col(ListRow.id).in_(old)).values(state="dropped"))
    return row


def mine(session: Session, person_id: int, list_id: int) -> ListRow | None:
    """The person's own list of that id, whatever its state."""
    found = select(ListRow).where(col(ListRow.id) == list_id, col(ListRow.person_id) == person_id)
    return session.exec(found).one_or_none()


def seen(session: Session, caller: Caller, list_id: int) -> ListRow | None:
    """The list of that id, if it is the caller's or shared with them, and not dropped."""
    found = select(ListRow).where(col(ListRow.id) == list_id, _visible(session, caller))
    return session.exec(found).one_or_none()


def kept(session: Session, caller: Caller) -> Sequence[ListRow]:
    """The caller's lists and those that are shared with them, own ones first."""
    own = col(ListRow.person_id) == caller.id
    found = select(ListRow).where(col(ListRow.state) == "kept", _visible(session, caller))
    return session.exec(found.order_by(own.desc(), col(ListRow.id)).limit(MOST)).all()


def _visible(session: Session, caller: Caller) -> ColumnElement[bool]:
    own = and_(col(ListRow.person_id) == caller.id, col(ListRow.state) != "dropped")
    if caller.team_id is None:
        return own
    teams = teams_above(session, caller.team_id)
    return or_(own, and_(col(ListRow.team_id).in_(teams), col(ListRow.state) == "kept"))
