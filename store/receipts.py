"""Receipts of updates: an update's effect and its receipt commit together, so it cannot take effect twice."""

from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, SQLModel, col, delete, insert, select

from store.quick import Quick
from store.tables import Receipt

FORGOTTEN = 500  # receipts dropped at once: a few milliseconds

_TABLE = SQLModel.metadata.tables["receipt"]
_ANSWER = Quick(select(_TABLE.c.answer).where(_TABLE.c.update_id == bindparam("update")))
_KEEP = Quick(insert(_TABLE).values({column.name: bindparam(column.name) for column in _TABLE.columns}))


def answer_to(session: Session, update_id: int) -> str | None:
    """The answer that an update already got; None for a new one."""
    row = _ANSWER.first(session, update=update_id)
    return row[0] if row else None


def keep(session: Session, update_id: int, person_id: int | None, answer: str, now: datetime) -> None:
    """Note that an update took effect. A second process that tries the same one fails on the primary key."""
    _KEEP.change(session, update_id=update_id, person_id=person_id, answer=answer, at=now)


def forget_before(session: Session, before: datetime, most: int = FORGOTTEN) -> int:
    """Drop up to `most` receipts older than `before`, oldest first; how many."""
    old = select(Receipt.update_id).where(col(Receipt.at) < before).order_by(col(Receipt.at)).limit(most)
    return session.exec(delete(Receipt).where(col(Receipt.update_id).in_(old))).rowcount
