"""Whatever happens on whatever days, nobody gets two messages of a kind for one date, and none at the wrong hour."""

import asyncio
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel, select

from scheduler.delivery import Outcome
from store import people, reminders
from store.db import Database
from store.tables import Delivery, Person

BEGIN = datetime(2026, 9, 25, 0, 0, tzinfo=ZoneInfo("UTC"))  # a holiday, a working Saturday and a week off lie ahead
OUTCOMES = (
    Outcome("sent", message_id=1),
    Outcome("again", problem="429", after=30.0),
    Outcome("uncertain", problem="no answer in time"),
    Outcome("failed", problem="too long"),
    Outcome("unreachable", problem="blocked"),
    OSError("the process broke down"),
)
ZONES = ("Asia/Shanghai", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Kiritimati")

people_ = st.lists(
    st.tuples(st.sampled_from(ZONES), st.sampled_from(("00:00", "06:30", "08:30", "21:00"))), min_size=1, max_size=3
)
# A life: hours until the next tick, how sends end from here on, and whether two processes tick at once.
lives = st.lists(
    st.tuples(st.integers(min_value=0, max_value=60), st.lists(st.sampled_from(OUTCOMES), max_size=4), st.booleans()),
    min_size=1,
    max_size=12,
)


@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(zones=people_, life=lives)
def test_nobody_gets_two_morning_messages_for_one_date(new_mornings, zones, life):
    with TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{Path(folder) / 'zhike.db'}")
        SQLModel.metadata.create_all(db.engine)
        mornings = new_mornings(db)
        for number, (tz, at) in enumerate(zones):
            mornings.rep(number, f"2026-09-25 {at}", tz=tz)
        tried = asyncio.run(_live(mornings, life))
        rows = db.read_now(lambda session: session.exec(select(Delivery)).all())
        zone_of = db.read_now(lambda session: {row.telegram_id: row.tz for row in session.exec(select(Person))})
        db.close()

    kept = Counter((row.person_id, row.kind, row.on) for row in rows)
    begun = Counter(
        (one.telegram_id, at.astimezone(ZoneInfo(zone_of[one.telegram_id])).date())
        for at, one in tried
        if "可能没有送到" not in one.card.text and (one.outcome is None or one.outcome.state != "again")
    )
    assert max(kept.values(), default=1) == 1
    assert max(begun.values(), default=1) == 1
    assert sum(row.state == "sent" for row in rows) == sum(
        one.outcome is not None and one.outcome.state == "sent" for _, one in tried
    )


async def _live(mornings, life):
    """Live a life; every try with the time at which it was made."""
    now, tried = BEGIN, []
    for hours, outcomes, two in life:
        now += timedelta(hours=hours)
        for number in range(3):
            mornings.sending.will(number, *outcomes)
        for _ in range(3):
            before = len(mornings.sending.tried)
            ticks = [mornings.push(f"host:{number}").tick(now) for number in range(2 if two else 1)]
            for fault in await asyncio.gather(*ticks, return_exceptions=True):
                assert not isinstance(fault, BaseException) or str(fault) == "the process broke down"
            tried += [(now, one) for one in mornings.sending.tried[before:]]
            now += timedelta(minutes=2, seconds=30)
    return tried


HOURS = ("00:00", "06:30", "08:30", "12:00", "15:00", "18:00", "21:00", "23:59")
LIVES = 4
FIRST = date(2026, 10, 26)  # a Monday; clocks change in America on the Sunday after


@pytest.mark.parametrize("seed", range(LIVES))
def test_nobody_hears_from_us_in_quiet_hours_or_on_leave_and_nothing_comes_twice(new_mornings, tmp_path, seed):
    life = Random(seed)
    db = Database(f"sqlite:///{tmp_path / 'zhike.db'}")
    SQLModel.metadata.create_all(db.engine)
    mornings = new_mornings(db)
    away = FIRST + timedelta(days=life.randrange(7))
    person = mornings.rep(
        1,
        f"{FIRST} {life.choice(HOURS)}",
        tz=life.choice(ZONES),
        evening_at=life.choice(HOURS),
        quiet_from=life.choice(HOURS),
        quiet_to=life.choice(HOURS),
        brief_lead=life.choice((30, 60, 600)),
        away_from=away,
        away_to=away + timedelta(days=life.randrange(4)),
    )
    begin = datetime(2026, 10, 25, 12, tzinfo=ZoneInfo("UTC"))
    for number in range(8):
        row = mornings.customer(person, f"客户{number}", due="2026-12-31")
        kept = {"prospect_id": row.id, "person_id": person.id, "on": FIRST + timedelta(days=number), "what": "看样"}
        db.write_now(reminders.promise, **kept, at=time.fromisoformat(life.choice(HOURS)), now=begin)
    asyncio.run(_ticked(mornings, life, begin))
    rows = db.read_now(lambda session: session.exec(select(Delivery)).all())
    theirs = people.hours(mornings.person(1))
    db.close()

    sent = [row for row in rows if row.state == "sent"]
    own = {"morning": theirs.morning, "evening": theirs.evening}
    assert len(sent) == sum(one.outcome is None or one.outcome.state == "sent" for one in mornings.sending.tried)
    assert sent
    for row in sent:
        local, asked = theirs.local(row.finished_at), own.get(row.kind)
        assert not theirs.is_away(local.date()), row
        assert not theirs.is_quiet(local.time()) or (asked and theirs.is_quiet(asked)), row
        if asked:
            assert local.date() == row.on
            assert local.time() >= asked
    assert max(Counter((row.kind, row.on) for row in rows).values()) == 1


async def _ticked(mornings, life, now):
    """Nine days of ticks, some of them hours apart, and sends that now and then have to be tried again."""
    until = now + timedelta(days=9)
    while now < until:
        now += timedelta(minutes=life.choice((20, 60, 120, 240, 400)))
        if life.random() < 0.2:
            mornings.sending.will(1, Outcome("again", problem="502", after=300.0))
        await mornings.push().tick(now)
