"""What would go wrong in silence: ticks that stay away, messages that wait, a clock that jumps, a disk that fills up.

Each is told to the admins when it begins and when it is over. It runs beside the ticks, and sends by itself, because a
tick that hangs cannot say so.
"""

import asyncio
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from cards import alarms as words
from scheduler.push import Push
from store import alarms, deliveries, marks, people

logger = logging.getLogger(__name__)

EVERY = 30.0  # seconds between two looks
LATE = timedelta(minutes=3)  # without a tick: they come every 20 seconds
STUCK = timedelta(minutes=10)  # that a message waits beyond its time; 10,000 of them take six minutes
TRIES = 5  # of one message: seven minutes or more, as each wait is twice as long as the one before
JUMP = timedelta(seconds=60)  # between the clock and the time that really passed
STEADY = timedelta(minutes=10)  # without a jump, and the clock is trusted again
LOW, ENOUGH = 500, 700  # MB free on the database's disk, below and above


@dataclass(frozen=True, slots=True)
class Seen:
    """One look: what is wrong, each kind with its figure and since when; and what is no trouble (any more)."""

    wrong: dict[str, tuple[int, datetime]]
    well: Collection[str]


@dataclass(slots=True)
class Watch:
    """`elapsed` gives seconds that no clock setting changes; `free` MB on the database's disk, None if unknown;
    `jumped` is called when the clock has jumped.
    """

    push: Push
    elapsed: Callable[[], float]
    free: Callable[[], int | None]
    jumped: Callable[[], None] = lambda: None
    _before: tuple[datetime, float] | None = None
    _admins: list[int] = field(default_factory=list)
    _unwritable: bool = False

    async def look(self, now: datetime) -> int:
        """Look at everything and tell what has changed; how many messages went out."""
        db = self.push.db
        jumped = self._jump(now)
        if abs(jumped) > JUMP:
            self.jumped()
        try:
            self._admins = await db.read(lambda session: [admin.telegram_id for admin in people.admins(session)])
            seen = await db.read(look, now, jumped, self.free())
            changed = await db.write(keep, seen, now)
        except DBAPIError as fault:
            logger.exception("the watch could not write", extra={"action": "watch_failed"})
            return await self._tell_without_rows(fault)
        self._unwritable = False
        return await self.push.tell(now) if changed else 0

    async def keep_looking(self, clock: Callable[[], datetime], every: float = EVERY) -> None:
        """Look every so many seconds, by a measure that no clock setting changes."""
        while True:
            try:
                await self.look(clock())
            except Exception:
                # A look that fails is logged with its cause, and the next one tries again.
                logger.exception("the watch failed", extra={"action": "watch_failed"})
            await asyncio.sleep(every)

    def _jump(self, now: datetime) -> timedelta:
        """How far the clock has moved on by itself since the last look."""
        before, self._before = self._before, (now, self.elapsed())
        if before is None:
            return timedelta()
        return now - before[0] - timedelta(seconds=self._before[1] - before[1])

    async def _tell_without_rows(self, fault: DBAPIError) -> int:
        """The disk is full: whoever was an admin at the last look is told, once, without a row to remember it by."""
        if self._unwritable or "full" not in str(fault.orig).lower():
            return 0
        self._unwritable = True
        told = 0
        for admin in self._admins:
            if await self.push.sending.turn(admin) == 0:
                told += (await self.push.sending.send(admin, words.no_room())).state == "sent"
        return told


def look(session: Session, now: datetime, jumped: timedelta, free: int | None) -> Seen:
    """What is wrong now."""
    wrong: dict[str, tuple[int, datetime]] = {}
    well = []
    ticked = marks.last_tick(session)
    if ticked is not None and now - ticked > LATE:
        wrong["late"] = (_minutes(now - ticked), ticked)
    else:
        well.append("late")
    stuck = deliveries.overdue(session, now - STUCK, TRIES)
    if stuck:
        wrong["incomplete"] = (stuck, now)
    else:
        well.append("incomplete")
    if abs(jumped) > JUMP:
        wrong["clock"] = (_minutes(abs(jumped)), now)
    else:
        open_ = alarms.open_(session).get("clock")
        if open_ is not None and abs(now - open_.since) > STEADY:
            well.append("clock")
    if free is not None and free < LOW:
        wrong["disk"] = (free, now)
    elif free is None or free > ENOUGH:
        well.append("disk")
    return Seen(wrong, well)


def keep(session: Session, seen: Seen, now: datetime) -> int:
    """Note what began and what is over, and plan the messages about it; how many troubles changed."""
    begun = [
        (f"alarm:{id}", kind)
        for kind, (figure, since) in seen.wrong.items()
        if (id := alarms.begin(session, kind, figure, since)) is not None
    ]
    ended = [(f"over:{id}", kind) for kind in seen.well if (id := alarms.end(session, kind, now)) is not None]
    for key, kind in (*begun, *ended):
        logger.warning("%s: %s", key.partition(":")[0], kind, extra={"action": f"watch_{key.partition(':')[0]}"})
        for admin in people.admins(session):
            on = now.astimezone(ZoneInfo(admin.tz)).date()
            deliveries.plan(session, person_id=admin.id or 0, kind=key, on=on, due_at=now)
    return len(begun) + len(ended)


def _minutes(span: timedelta) -> int:
    return max(1, round(span.total_seconds() / 60))
