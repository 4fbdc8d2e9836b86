"""A bot's morning without Telegram: real rows, the real push, and a scripted outside."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select

from cards.card import Card
from cards.prep import Brief, brief
from knowledge.systems import Systems
from scheduler.fakes import ScriptedSending
from scheduler.planning import PushRules
from scheduler.push import Push
from store import people, prospects
from store.db import Database
from store.tables import Delivery, Person, Prospect
from tests.conftest import planner

SHANGHAI = "Asia/Shanghai"


@dataclass
class Mornings:
    """The push on one database; `at` reads a local time such as "2026-06-01 08:30"."""

    db: Database
    systems: Systems
    days: dict[date, bool] = field(default_factory=dict)
    sending: ScriptedSending = field(default_factory=ScriptedSending)
    digest: bool = True

    def push(self, name: str = "host:1", db: Database | None = None) -> Push:
        """The push of one process."""
        rules = PushRules(latest=time(20, 0), days=self.days, name=name, digest=self.digest)
        return Push(db or self.db, planner(self.systems, self.days), rules, self.sending, self.brief)

    def brief(self, session: Session, person: Person, row: Prospect, now: datetime) -> Card:
        """A brief with a name in it: what else the bot says of a customer is tested with the bot."""
        del session, person, now
        return brief(Brief(row.id or 0, row.name))

    def at(self, text: str, tz: str = SHANGHAI) -> datetime:
        """An instant from local time."""
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(tz))

    async def tick(self, text: str, tz: str = SHANGHAI) -> int:
        """One tick at a local time."""
        return await self.push().tick(self.at(text, tz))

    async def live(self, begin: str, end: str, step: timedelta, tz: str = SHANGHAI) -> list[str]:
        """Tick from one local time until another; the local times at which anything arrived, one for each message."""
        now, until, seen = self.at(begin, tz).astimezone(ZoneInfo("UTC")), self.at(end, tz), []
        while now <= until:
            sent = await self.push().tick(now)
            seen += [f"{now.astimezone(ZoneInfo(tz)):%m-%d %H:%M}"] * sent
            now += step
        return seen

    def join(self, telegram_id: int, morning: str, *, tz: str = SHANGHAI, **fields: Any) -> Person:
        """A rep whose next message is due at a local time, with one customer who has been due for long."""

        def add(session: Any) -> Person:
            person = people.join(
                session,
                telegram_id=telegram_id,
                name=f"销售{telegram_id}",
                role="rep",
                team_id=None,
                tz=tz,
                push_at=morning[-5:],
                now=self.at(morning, tz),
            )
            for name, value in fields.items():
                setattr(person, name, value)
            return person

        return self.db.write_now(add)

    def customer(self, person: Person, name: str = "龙先生", due: str = "2026-01-05", **fields: Any) -> Prospect:
        """A customer due on a date."""
        made = self.at("2026-01-01 09:00")
        row = Prospect(
            owner_id=person.id or 0,
            name=name,
            name_key=name,
            next_contact_on=date.fromisoformat(due),
            created_at=made,
            updated_at=made,
            **fields,
        )
        return self.db.write_now(prospects.add, row)

    def rep(self, telegram_id: int, morning: str, *, tz: str = SHANGHAI, **fields: Any) -> Person:
        """A rep with a customer who stays due."""
        person = self.join(telegram_id, morning, tz=tz, **fields)
        self.customer(person)
        return person

    def rows(self) -> list[tuple[str, str, str]]:
        """Every message as (kind, date, state), oldest first."""

        def read(session: Any) -> list[tuple[str, str, str]]:
            found = session.exec(select(Delivery).order_by(col(Delivery.on), col(Delivery.id)))
            return [(row.kind, f"{row.on:%m-%d}", row.state) for row in found]

        return self.db.read_now(read)

    def change(self, table: type[Any], id: int | None, **fields: Any) -> None:
        """Change a row."""

        def set_(session: Any) -> None:
            row = session.get(table, id)
            for name, value in fields.items():
                setattr(row, name, value)

        self.db.write_now(set_)

    def person(self, telegram_id: int) -> Person:
        """A person as kept now."""
        found = self.db.read_now(people.by_telegram, telegram_id)
        assert found is not None
        return found


@pytest.fixture
def mornings(db: Database, systems: Systems) -> Mornings:
    """The push on either database."""
    return Mornings(db, systems)


@pytest.fixture
def new_mornings(systems: Systems) -> Callable[[Database], Mornings]:
    """`new_mornings(db)`."""
    return lambda db: Mornings(db, systems)
