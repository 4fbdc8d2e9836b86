"""Receipts of updates: an update's effect and its receipt commit together, so it cannot take effect twice."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Session

from store.tables import Receipt


def answer_to(session: Session, update_id: int) -> str | None:
    """The answer that an update already got; None for a new one."""
    return session.scalar(select(Receipt.answer).where(Receipt.update_id == update_id))  # type: ignore[call-overload, no-any-return]


def keep(session: Session, update_id: int, person_id: int | None, answer: str, now: datetime) -> None:
    """Note that an update took effect. A second process that tries the same one fails on the primary key."""
    session.execute(insert(Receipt).values(update_id=update_id, person_id=person_id, answer=answer, at=now))


def forget_before(session: Session, before: datetime) -> int:
    """Drop receipts older than `before`; how many."""
    gone = session.execute(delete(Receipt).where(Receipt.at < before))  # type: ignore[arg-type]
    return gone.rowcount or 0  # type: ignore[attr-defined, no-any-return]
