"""Receipts of updates: an update's effect and its receipt commit together, so it cannot take effect twice."""

from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import Session, SQLModel, delete, insert

from store.quick import Quick
from store.tables import Receipt

FORGOTTEN = 500  # receipts dropped at once: a few milliseconds

_TABLE = SQLModel.metadata.tables[str(Receipt.__tablename__)]
_ANSWER = Quick(columns(_TABLE.c.answer).where(_TABLE.c.update_id == bindparam("update")))
_KEEP = Quick(insert(_TABLE).values({column.name: bindparam(column.name) for column in _TABLE.columns}))
_OLD = columns(_TABLE.c.update_id).where(_TABLE.c.at < bindparam("before")).order_by(_TABLE.c.at)
_FORGET = Quick(delete(_TABLE).where(_TABLE.c.update_id.in_(_OLD.limit(bindparam("most")))))


def answer_to(session: Session, update_id: int) -> str | None:
    """The answer that an update already got; None for a new one."""
    row = _ANSWER.first(session, update=update_id)
    return row[0] if row else None


def keep(session: Session, update_id: int, person_id: int | None, answer: str, now: datetime) -> None:
    """Note that an update took effect. A second process that tries the same one fails on the primary key."""
    _KEEP.change(session, update_id=update_id, person_id=person_id, answer=answer, at=now)


def forget_before(session: Session, before: datetime, most: int = FORGOTTEN) -> int:
    """Drop up to `most` receipts older than `before`, oldest first; how many."""
    return _FORGET.change(session, before=before, most=most)
