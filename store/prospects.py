"""Customers. Every function takes the owner: what is not theirs does not exist for them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, delete, func, or_, select
from sqlmodel import Session

from store.tables import Prospect

PAGE = 8


def mine(session: Session, owner_id: int, prospect_id: int) -> Prospect | None:
    """The owner's customer of that id; None for anybody else's, as for one that does not exist."""
    found = select(Prospect).where(Prospect.id == prospect_id, Prospect.owner_id == owner_id)  # type: ignore[arg-type]
    return session.scalars(found).one_or_none()


def add(session: Session, row: Prospect) -> Prospect:
    """Keep a new customer."""
    session.add(row)
    session.flush()
    return row


def named(session: Session, owner_id: int, name_key: str) -> Sequence[Prospect]:
    """The owner's active customers of exactly that name."""
    found = _active(owner_id).where(Prospect.name_key == name_key)  # type: ignore[arg-type]
    return session.scalars(found.limit(10)).all()


def duplicates(session: Session, owner_id: int, name_key: str, phone_key: str) -> Sequence[Prospect]:
    """The owner's customers, archived ones too, with the same name or telephone number."""
    same = [Prospect.name_key == name_key]
    if phone_key:
        same.append(Prospect.phone_key == phone_key)
    found = select(Prospect).where(Prospect.owner_id == owner_id, or_(*same))  # type: ignore[arg-type]
    return session.scalars(found.order_by(Prospect.id).limit(5)).all()  # type: ignore[arg-type]


def page(
    session: Session, owner_id: int, words: str, at: int, status: str = "active"
) -> tuple[Sequence[Prospect], int]:
    """One page of the owner's customers, those due first, and how many there are; `words` is looked for in every text."""
    found = select(Prospect).where(Prospect.owner_id == owner_id, Prospect.status == status)  # type: ignore[arg-type]
    for word in words.split():
        pattern = f"%{_escaped(word)}%"
        columns: tuple[Any, ...] = (
            Prospect.name_key,
            Prospect.company,
            Prospect.phone_key,
            Prospect.notes,
            Prospect.name,
        )
        found = found.where(or_(*(column.ilike(pattern, escape="\\") for column in columns)))
    count = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    order: tuple[Any, ...] = (Prospect.next_contact_on.is_(None), Prospect.next_contact_on, Prospect.id)  # type: ignore[union-attr]
    return session.scalars(found.order_by(*order).offset(at * PAGE).limit(PAGE)).all(), count


def due(session: Session, owner_id: int, until: date) -> Sequence[Prospect]:
    """The owner's active, not paused customers whose next contact is on or before `until`, the latest first."""
    found = _active(owner_id).where(
        Prospect.next_contact_on <= until,  # type: ignore[operator, arg-type]
        Prospect.paused.is_(False),  # type: ignore[attr-defined]
    )
    return session.scalars(found.order_by(Prospect.next_contact_on, Prospect.id)).all()  # type: ignore[arg-type]


def count(session: Session, owner_id: int) -> int:
    """How many active customers the owner has."""
    return session.scalar(select(func.count()).select_from(_active(owner_id).subquery())) or 0


def erase(session: Session, prospect_id: int) -> bool:
    """Delete a customer with visits, interviews and reminders; whether there was one."""
    gone = session.execute(delete(Prospect).where(Prospect.id == prospect_id).returning(Prospect.id))  # type: ignore[arg-type, call-overload]
    return gone.scalar() is not None


def touch(row: Prospect, now: datetime) -> None:
    """Note that a customer changed."""
    row.updated_at = now


def _active(owner_id: int) -> Select[tuple[Prospect]]:
    return select(Prospect).where(Prospect.owner_id == owner_id, Prospect.status == "active")  # type: ignore[arg-type]


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
