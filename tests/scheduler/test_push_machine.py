"""Any order of ticks, deaths, outcomes and clocks: nobody gets a message twice, and nothing planned is forgotten."""

import asyncio
import os
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlmodel import SQLModel, select

from knowledge.systems import load_systems
from scheduler.delivery import Outcome
from scheduler.fakes import ScriptedSending
from scheduler.push import CLAIM, LEASE
from store.db import Database
from store.tables import Delivery, Person
from tests.scheduler.conftest import Mornings

BEGIN = datetime(2026, 6, 1, 0, 30, tzinfo=ZoneInfo("UTC"))  # 08:30 of a working Monday in Shanghai
OUTCOMES = {
    "sent": Outcome("sent", message_id=1),
    "throttled": Outcome("again", problem="429", after=30.0, cause="throttled"),
    "throttled shortly": Outcome("again", problem="429", after=0.001, cause="throttled"),
    "network": Outcome("again", problem="503", after=5.0, cause="network"),
    "uncertain": Outcome("uncertain", problem="no answer", cause="no_answer"),
    "refused": Outcome("failed", problem="too long", cause="refused"),
    "blocked": Outcome("unreachable", problem="blocked", cause="blocked"),
}
ENDS = st.lists(st.lists(st.sampled_from(sorted(OUTCOMES)), max_size=1), min_size=1, max_size=3)
WAITS = st.sampled_from([1, 20, 40, 130, 600])  # seconds; claims last 30 and 120


class Killed(BaseException):
    """The process is gone, with everything that it would still have done."""


class Mortal(ScriptedSending):
    """A way out on which the process may die: before the message left, or after it arrived."""

    dies_at: int = -1
    arrives: bool = True
    dead: bool = False

    async def send(self, telegram_id, card):
        if self.dead:
            raise Killed
        if len(self.tried) == self.dies_at:
            self.dead = True
            if self.arrives:
                await super().send(telegram_id, card)
            raise Killed
        return await super().send(telegram_id, card)


class Lives(RuleBasedStateMachine):
    """Processes come, work, and die at any moment of a push; the time goes on."""

    def __init__(self):
        super().__init__()
        self._folder = TemporaryDirectory()
        db = Database(f"sqlite:///{Path(self._folder.name) / 'zhike.db'}")
        SQLModel.metadata.create_all(db.engine)
        self.mornings = Mornings(db, load_systems(), sending=Mortal())
        self.now, self.number, self.reps = BEGIN, 0, 0

    def teardown(self):
        self.mornings.db.close()
        self._folder.cleanup()

    def _push(self, db=None):
        self.number += 1
        return self.mornings.push(f"host:{self.number}:x", db)

    @rule(ends=ENDS)
    def tick(self, ends):
        """More mornings have come, and a process does what there is to do."""
        self._join(ends)
        asyncio.run(self._push().tick(self.now))

    @rule(ends=ENDS, after=st.integers(0, 2), arrives=st.booleans(), wait=WAITS)
    def tick_and_die_sending(self, ends, after, arrives, wait):
        """It dies while it sends its so-manieth message: nothing of it goes on. After a while there is another."""
        self._join(ends)
        sending = self.mornings.sending
        sending.dies_at, sending.arrives = len(sending.tried) + after, arrives
        self._die(Dying(self.mornings.db, 10_000, sending), wait)

    @rule(ends=ENDS, writes=st.integers(0, 12), wait=WAITS)
    def tick_and_die_writing(self, ends, writes, wait):
        """It dies at its so-manieth write."""
        self._join(ends)
        self._die(Dying(self.mornings.db, writes, self.mornings.sending), wait)

    def _join(self, ends):
        """The mornings of some more reps; what is sent to them first ends as said."""
        for outcomes in ends:
            self.reps += 1
            self.mornings.rep(self.reps, "2026-06-01 08:30")
            self.mornings.sending.will(self.reps, *(OUTCOMES[outcome] for outcome in outcomes))

    def _die(self, db, wait):
        sending = self.mornings.sending
        with suppress(Killed):
            asyncio.run(self._push(db).tick(self.now))
        sending.dies_at, sending.dead = -1, False
        self.now += timedelta(seconds=wait)
        asyncio.run(self._push().tick(self.now))

    @rule()
    def two_tick(self):
        """Two processes tick at once."""

        async def both():
            await asyncio.gather(self._push().tick(self.now), self._push().tick(self.now))

        asyncio.run(both())

    @rule(seconds=WAITS)
    def wait(self, seconds):
        self.now += timedelta(seconds=seconds)

    @precondition(lambda self: self.now < BEGIN + timedelta(hours=9))
    @rule()
    def settle(self):
        """After an ordinary quarter of an hour before the evening nothing of the day is left open."""
        self.mornings.sending._scripts.clear()
        end = self.now + 2 * LEASE + CLAIM + timedelta(minutes=40)
        while self.now < end:
            asyncio.run(self._push().tick(self.now))
            self.now += timedelta(seconds=60)
        open_ = [row for row in self._rows() if row.state in {"planned", "claimed"}]
        assert open_ == []
        told = {row.person_id for row in self._rows() if row.kind == "morning"}
        assert len(told) == self.reps

    def _rows(self):
        return self.mornings.db.read_now(lambda session: session.exec(select(Delivery)).all())

    @invariant()
    def nobody_gets_a_message_twice(self):
        arrived = Counter(
            (one.telegram_id, "check" if "可能没有送到" in one.card.text else "morning")
            for one in self.mornings.sending.tried
            if one.outcome is not None and one.outcome.state in {"sent", "uncertain"}
        )
        assert max(arrived.values(), default=1) == 1

    @invariant()
    def what_is_noted_as_sent_has_arrived(self):
        people = self.mornings.db.read_now(
            lambda session: {row.id: row.telegram_id for row in session.exec(select(Person))}
        )
        arrived = {
            one.telegram_id for one in self.mornings.sending.tried if one.outcome and one.outcome.state == "sent"
        }
        assert {people[row.person_id] for row in self._rows() if row.state == "sent"} <= arrived


class Dying:
    """A database of a process that dies at its so-manieth write; once it is dead, nothing is written any more."""

    def __init__(self, db, writes, sending):
        self._db, self._left, self._sending = db, writes, sending

    async def read(self, *work, **named):
        return await self._db.read(*work, **named)

    async def write(self, *work, **named):
        self._left -= 1
        if self._left < 0 or self._sending.dead:
            self._sending.dead = True
            raise Killed
        return await self._db.write(*work, **named)

    def write_now(self, *work, **named):
        if self._sending.dead:
            raise Killed
        return self._db.write_now(*work, **named)


TestLives = Lives.TestCase
TestLives.settings = settings(
    max_examples=int(os.environ.get("ZHIKE_LIVES", "12")),
    stateful_step_count=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
