"""Moments that there are once: the last tick of each process, until when Telegram asked for a pause, and since when
stages are kept.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, delete, func, select

from store.db import insert
from store.quick import Quick
from store.tables import Mark

PAUSE = "pause"
TICK = "tick:"

# What every tick asks for and writes.
_TABLE = SQLModel.metadata.tables["mark"]
_TICKS = _TABLE.c.name.startswith(TICK)
_KEEP = {
    dialect: Quick(
        (made := insert_(_TABLE).values(name=bindparam("name"), at=bindparam("at"))).on_conflict_do_update(
            index_elements=["name"], set_={"at": made.excluded.at}
        )
    )
    for dialect, insert_ in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_PROCESSES = Quick(columns(func.count()).where(_TICKS, _TABLE.c.at >= bindparam("since")))
_NEWEST = columns(func.max(_TABLE.c.at)).where(_TICKS).scalar_subquery()
_FORGET_TICKS = Quick(delete(_TABLE).where(_TICKS, _TABLE.c.at < bindparam("before"), _TABLE.c.at < _NEWEST))


def put(session: Session, name: str, at: datetime, *, later: bool = False) -> None:
    """Keep a moment; with `later`, only if it is later than the one that is kept."""
    if not later:
        _KEEP[session.get_bind().dialect.name].change(session, name=name, at=at)
        return
    made = insert(session, Mark).values(name=name, at=at)
    newer = col(Mark.at) < made.excluded.at
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
    [(count,)] = _PROCESSES.rows(session, since=since)
    return int(count)


def ticking(session: Session) -> Sequence[str]:
    """The processes that have ticked and were not forgotten."""
    names = session.exec(select(Mark.name).where(col(Mark.name).startswith(TICK))).all()
    return [name.removeprefix(TICK) for name in names]


def forget(session: Session, processes: Collection[str]) -> None:
    """Drop the ticks of processes that are known to be gone."""
    session.exec(delete(Mark).where(col(Mark.name).in_([f"{TICK}{process}" for process in processes])))


def forget_ticks(session: Session, before: datetime) -> None:
    """Drop the ticks of processes that are gone, but never the newest: it says since when nobody has ticked."""
    _FORGET_TICKS.change(session, before=before)
