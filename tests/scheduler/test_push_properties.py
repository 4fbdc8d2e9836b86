"""Whatever happens on whatever days, nobody gets two morning messages for one date."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel, select

from scheduler.delivery import Outcome
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


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
