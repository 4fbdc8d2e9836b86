"""Troubles of the service: one of a kind is open at a time, whichever process saw it first."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, select, update

from store.db import insert
from store.tables import Alarm


def begin(session: Session, kind: str, figure: int, since: datetime) -> int | None:
    """Note a trouble; its id, None if one of its kind is open already."""
    made = insert(session, Alarm).values(kind=kind, figure=figure, since=since).on_conflict_do_nothing()
    id: int | None = session.exec(made.returning(col(Alarm.id))).scalar()
    return id


def end(session: Session, kind: str, now: datetime) -> int | None:
    """Note that a trouble is over; its id, None if none of its kind was open."""
    ended = update(Alarm).where(col(Alarm.kind) == kind, col(Alarm.over_at).is_(None)).values(over_at=now)
    id: int | None = session.exec(ended.returning(col(Alarm.id))).scalar()
    return id


def open_(session: Session) -> Mapping[str, Alarm]:
    """The troubles of now, by kind."""
    return {row.kind: row for row in session.exec(select(Alarm).where(col(Alarm.over_at).is_(None)))}


def by_id(session: Session, alarm_id: int) -> Alarm | None:
    """The trouble of that id."""
    return session.get(Alarm, alarm_id)
