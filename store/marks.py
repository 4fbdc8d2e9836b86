"""Moments that there are once: the last tick of each process, until when Telegram asked for a pause, and since when
stages are kept.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, func, select

from store.db import insert
from store.tables import Mark

PAUSE = "pause"
TICK = "tick:"


def put(session: Session, name: str, at: datetime, *, later: bool = False) -> None:
    """Keep a moment; with `later`, only if it is later than the one that is kept."""
    made = insert(session, Mark).values(name=name, at=at)
    newer = col(Mark.at) < made.excluded.at if later else None
    session.exec(made.on_conflict_do_update(index_elements=["name"], set_={"at": made.excluded.at}, where=newer))


def get(session: Session, name: str) -> datetime | None:
    """The moment of that name."""
    row = session.get(Mark, name)
    return row.at if row else None


def ticked(session: Session, process: str, now: datetime) -> None:
    """Note that a process is alive and its tick at work."""
    put(session, f"{TICK}{process}", now)


def last_tick(session: Session) -> datetime | None:
    """When any process last ticked."""
    rows = session.exec(select(Mark.at).where(col(Mark.name).startswith(TICK)).order_by(col(Mark.at).desc()).limit(1))
    return rows.first()


def processes(session: Session, since: datetime) -> int:
    """How many processes have ticked since a moment."""
    found = select(func.count()).select_from(Mark).where(col(Mark.name).startswith(TICK), col(Mark.at) >= since)
    return session.exec(found).one()


def ticking(session: Session) -> Sequence[str]:
    """The processes that have ticked and were not forgotten."""
    names = session.exec(select(Mark.name).where(col(Mark.name).startswith(TICK))).all()
    return [name.removeprefix(TICK) for name in names]


def forget(session: Session, processes: Collection[str]) -> None:
    """Drop the ticks of processes that are known to be gone."""
    session.exec(delete(Mark).where(col(Mark.name).in_([f"{TICK}{process}" for process in processes])))


def forget_ticks(session: Session, before: datetime) -> None:
    """Drop the ticks of processes that are gone, but never the newest: it says since when nobody has ticked."""
    newest = select(func.max(Mark.at)).where(col(Mark.name).startswith(TICK)).scalar_subquery()
    session.exec(delete(Mark).where(col(Mark.name).startswith(TICK), col(Mark.at) < before, col(Mark.at) < newest))
