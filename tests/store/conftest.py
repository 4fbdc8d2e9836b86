"""Two reps of one team, and short ways to make their rows."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import Session

from store import people, prospects
from store.db import Database
from store.tables import Person, Prospect

NOW = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)  # a working Monday, 10:00 in Shanghai


@pytest.fixture
def now() -> datetime:
    """10:00 of a working Monday in Shanghai."""
    return NOW


@pytest.fixture
def today() -> date:
    """That Monday."""
    return date(2026, 6, 1)


@pytest.fixture
def session(db: Database) -> Iterator[Session]:
    """One session on either database; on SQLite it is the only writer while it lives."""
    with Session(db.engine, expire_on_commit=False) as opened:
        yield opened


def _join(session: Session, telegram_id: int, name: str, role: str = "rep", team: str = "城西组") -> Person:
    team_id = people.team_named(session, team).id if team else None
    return people.join(
        session,
        telegram_id=telegram_id,
        name=name,
        role=role,
        team_id=team_id,
        tz="Asia/Shanghai",
        push_at="08:30",
        now=NOW,
    )


@pytest.fixture
def join() -> Callable[..., Person]:
    """`join(session, telegram_id, name, role, team)`."""
    return _join


@pytest.fixture
def me(session: Session) -> Person:
    """A rep."""
    return _join(session, 11, "小林")


@pytest.fixture
def other(session: Session) -> Person:
    """Another rep of the same team."""
    return _join(session, 12, "小梅")


def _customer(session: Session, owner: Person, name: str = "龙先生", **fields: Any) -> Prospect:
    kept = {"name_key": name, "created_at": NOW, "updated_at": NOW, **fields}
    return prospects.add(session, Prospect(owner_id=owner.id or 0, name=name, **kept))


@pytest.fixture
def customer() -> Callable[..., Prospect]:
    """`customer(session, owner, name, **fields)`."""
    return _customer
