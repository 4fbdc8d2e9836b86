"""The morning push: plan whose morning has come, claim, say how things stand, and note how sending ended.

The rows are the truth; a tick may come late, twice, or in two processes at once. `tick(now)` takes the time, so a test
lives through a year in seconds. How claims become messages on the wire is `scheduler/delivery.py`.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from cards import alarms as alarm_words
from cards import reminders as words
from knowledge.cadence import Cadence
from knowledge.calendar import is_working, working_from
from knowledge.systems import System
from knowledge.talk import Talk
from scheduler.delivery import Cause, Outcome, Ready, Round, Sending
from scheduler.digest import digest, nudge, plan_digests
from store import alarms, deliveries, marks, people, receipts, reminders
from store.db import Database
from store.due import due_today, matters_today, with_anything_due
from store.tables import Delivery, Person

logger = logging.getLogger(__name__)

SLICE = 50  # messages claimed in one transaction: they go out within two seconds
PEOPLE = 50  # people planned in one transaction
NOTED = 100  # due contacts noted in one transaction
LEASE = timedelta(minutes=2)  # what was begun before that belongs to a process that died: a send takes 20 s at most
CLAIM = timedelta(seconds=30)  # a claim not begun in that time is planned again; its holder can begin it no more
LONGEST_WAIT = timedelta(minutes=30)  # between two tries; they go on until the day is over
OUTAGE = 10.0  # seconds until the next try when messages one after the other did not get through
RETRY = timedelta(minutes=10)  # until the next look at somebody whose morning could not be planned
KEEP_RECEIPTS = timedelta(days=2)  # Telegram keeps an unconfirmed update for 24 hours
KEEP_TICKS = timedelta(days=1)
ALIVE = timedelta(minutes=1)  # a process that ticked within that time shares Telegram's limit with us


@dataclass(frozen=True, slots=True)
class PushRules:
    """What the configuration decides about the push."""

    latest: time
    days: dict[date, bool]
    name: str  # of this process, in the claims
    digest: bool = True  # whether managers are told what needs them


@dataclass(frozen=True, slots=True)
class Moot:
    """There is nothing to say: `failed` where there was on that day, `moot` where there is not any more."""

    state: str
    cause: Cause
    problem: str
    told: bool = False  # the person misses nothing today


@dataclass(frozen=True, slots=True)
class Push:
    """The push with everything that it needs."""

    db: Database
    system: System
    cadence: Cadence
    talk: Talk
    rules: PushRules
    sending: Sending
    on_wire: set[int] = field(default_factory=set)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def tick(self, now: datetime, clock: Callable[[], datetime] | None = None) -> int:
        """Everything that is due at `now`; how many messages went out. `clock` gives the time as sending goes on."""
        await self.db.write(settle_claims, now, frozenset(self.on_wire))
        return await Round(Due(self, clock or (lambda: now), now), self.sending, self.on_wire).run()

    async def tell(self, now: datetime) -> int:
        """Send what admins have to know about the service itself, beside any tick; how many messages went out."""
        return await Round(Due(self, lambda: now, now, urgent=True), self.sending, self.on_wire).run()

    def wind_up(self) -> None:
        """Claim nothing more: what is on the wire is finished, the rest is left for the next process."""
        self.stopping.set()

    def prepare(self, session: Session, delivery: Delivery, now: datetime) -> Ready | Moot:
        """The message as things stand now."""
        person = people.by_id(session, delivery.person_id)
        if person is None or not person.active:
            return Moot("moot", "left", "the person has left")
        local = now.astimezone(ZoneInfo(person.tz))
        today = local.date()
        kind, _, about = delivery.kind.partition(":")
        if kind == "nudge":
            card = nudge(session, person, int(about), delivery.sender_id, today)
            return Ready(person.telegram_id, card) if card else Moot("moot", "done", "nobody waits any more")
        if about:
            return _notice(session, kind, int(about), person)
        if delivery.on < today or _too_late(person, local, self.rules):
            logger.info("too late for that day's message", extra={"action": "push_too_late", "delivery": delivery.id})
            state = "moot" if kind == "digest" else "failed"  # a digest helps in the morning, and is not owed
            return Moot(state, "late", f"too late for that day; {delivery.problem}".removesuffix("; "))
        if kind == "digest":
            card = digest(session, person, now, today) if self.rules.digest and person.digest else None
            return Ready(person.telegram_id, card) if card else Moot("moot", "done", "nothing needs the manager")
        if kind == "check":
            return Ready(person.telegram_id, words.check())
        rows = due_today(session, person, today, self.system, self.cadence, self.talk)
        matters = matters_today(session, person, today)
        if not rows and not matters:
            return Moot("moot", "done", "nothing is due any more", told=True)
        contacts = [(row.id, row.due) for row in rows if not row.promises and not row.occasions]
        missed = _missed(person, today, self.rules)
        drill = person.drill_line
        card = words.morning(rows, today, person.name, missed=missed, matters=matters, drill=drill)
        return Ready(person.telegram_id, card, contacts)


@dataclass(slots=True)
class Due:
    """The rows of one round as `Messages`. Planning and claiming take turns, so that the first message can go out
    before the last of ten thousand is planned.
    """

    push: Push
    clock: Callable[[], datetime]
    now: datetime
    urgent: bool = False
    planning: bool = True
    noting: asyncio.Lock = field(default_factory=asyncio.Lock)  # else many long lists would share one long commit

    async def more(self) -> Sequence[Delivery] | None:
        """Plan some people's mornings, then claim what is due."""
        db, rules = self.push.db, self.push.rules
        if self.push.stopping.is_set():
            return None
        claimed, self.planning, processes = await db.write(self._more, rules, self.clock())
        if not self.urgent:
            self.push.sending.share(processes)
        return claimed if claimed or self.planning else None

    def _more(self, session: Session, rules: PushRules, now: datetime) -> tuple[Sequence[Delivery], bool, int]:
        """What was claimed, whether there may be more people to plan for, and how many processes tick."""
        planning = self.planning and not self.urgent and plan_mornings(session, self.now, rules) == PEOPLE
        # Each claim is as young as its slice, so that a long morning does not look like a process that died.
        claimed = deliveries.claim(session, by=rules.name, now=now, limit=SLICE, urgent=self.urgent)
        return claimed, planning, 0 if self.urgent else beat(session, rules.name, now)

    async def ready(self, delivery: Delivery) -> Ready | None:
        """Read how things stand; writing is kept to what is short."""
        db, now = self.push.db, self.clock()
        found = await db.read(self.push.prepare, delivery, now)
        if isinstance(found, Moot):
            await db.write(set_aside, delivery, found, now)
            return None
        for at in range(0, len(found.contacts), NOTED):
            async with self.noting:
                await db.write(reminders.due_contacts, delivery.person_id, found.contacts[at : at + NOTED], now)
        return found

    async def begin(self, delivery: Delivery) -> bool:
        """On disk before anything goes out."""
        return await self.push.db.write(deliveries.begin, delivery.id or 0, self.push.rules.name, self.clock())

    async def note(self, delivery: Delivery, outcome: Outcome) -> None:
        """How it ended."""
        await self.push.db.write(note, delivery, outcome, self.clock())

    async def pause(self, seconds: float) -> None:
        """For every process, and after a restart too."""
        until = self.clock() + timedelta(seconds=seconds or OUTAGE)
        await self.push.db.write(marks.put, marks.PAUSE, until, later=True)

    def give_back(self, ids: Collection[int]) -> None:
        """What was not begun has certainly not arrived."""
        self.push.db.write_now(deliveries.unclaim, ids)


def plan_mornings(session: Session, now: datetime, rules: PushRules) -> int:
    """Plan the message of up to `PEOPLE` people whose morning has come; how many people were looked at."""
    found = deliveries.people_to_plan(session, now, PEOPLE)
    come: dict[date, list[Person]] = {}
    for person in found:
        try:
            today = _come(person, now, rules)
        except Exception:
            # Somebody whose row cannot be worked with keeps nobody else waiting.
            logger.exception("a morning could not be planned", extra={"action": "plan_failed", "person": person.id})
            person.next_push_at = now + RETRY
            continue
        if today is not None:
            come.setdefault(today, []).append(person)
    for today, people_ in come.items():
        for person in people_:
            reminders.settle(session, person.id or 0, today, now, rules.days)
        due = with_anything_due(session, [person.id or 0 for person in people_], today)
        deliveries.plan_all(session, "morning", [(id, today) for id in sorted(due)], now)
        if rules.digest:
            plan_digests(session, people_, today, now)
        for person in people_:
            if person.id not in due:
                person.pushed_at = now
    return len(found)


def _come(person: Person, now: datetime, rules: PushRules) -> date | None:
    """The local date, if it is one on which the person hears from us now; else only the next morning is set."""
    local = now.astimezone(ZoneInfo(person.tz))
    morning = _morning(person, local.date())
    if now < morning and is_working(local.date(), rules.days):
        person.next_push_at = morning  # a planned time that passed while we were down does not wake anybody at night
        return None
    person.next_push_at = following(person, local, rules)
    if is_working(local.date(), rules.days) and not _too_late(person, local, rules):
        return local.date()
    logger.info("too late for today's message; it waits for the next morning", extra={"action": "push_too_late"})
    return None


def following(person: Person, local: datetime, rules: PushRules) -> datetime:
    """The next morning after `local`, at the person's own time."""
    return _morning(person, working_from(local.date() + timedelta(days=1), rules.days))


def _morning(person: Person, day: date) -> datetime:
    return datetime.combine(day, time.fromisoformat(person.push_at), ZoneInfo(person.tz))


def _too_late(person: Person, local: datetime, rules: PushRules) -> bool:
    """Whether the evening has begun; who asked for an hour in the evening has the whole of it."""
    wanted = time.fromisoformat(person.push_at)
    return local.time() > rules.latest >= wanted


def _missed(person: Person, today: date, rules: PushRules) -> int:
    """Working days before today on which the person should have heard from us and did not."""
    if person.pushed_at is None:
        return 0
    last = person.pushed_at.astimezone(ZoneInfo(person.tz)).date()
    return sum(is_working(last + timedelta(days=away), rules.days) for away in range(1, (today - last).days))


def beat(session: Session, name: str, now: datetime) -> int:
    """Note that this process ticks; how many do."""
    marks.ticked(session, name, now)
    return marks.processes(session, now - ALIVE)


def set_aside(session: Session, delivery: Delivery, found: Moot, now: datetime) -> None:
    """Note that there is nothing to say."""
    deliveries.finish(session, delivery.id or 0, found.state, now, cause=found.cause, problem=found.problem)
    if found.told:
        people.pushed(session, delivery.person_id, now)


def note(session: Session, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """Write down how a send ended."""
    id, kind = delivery.id or 0, delivery.kind
    cause, problem = outcome.cause, outcome.problem
    match outcome.state:
        case "sent":
            deliveries.finish(session, id, "sent", now, message_id=outcome.message_id)
            if ":" not in kind and kind != "digest":
                people.pushed(session, delivery.person_id, now)
        case "again":
            deliveries.again(session, id, now + _wait(outcome.after, delivery.attempts), problem, cause)
        case "uncertain":
            deliveries.finish(session, id, "uncertain", now, cause=cause, problem=problem)
            ask_about(session, [delivery], now)
        case _:
            deliveries.finish(session, id, "failed", now, cause=cause, problem=problem)
            if outcome.state == "unreachable":
                lose(session, delivery.person_id, now)
    name = kind.partition(":")[0]
    logger.info("a %s message: %s", name, outcome.state, extra={"action": f"push_{outcome.state}", "delivery": id})


def lose(session: Session, person_id: int, now: datetime) -> None:
    """Messages do not reach a person any more: nothing more is sent, and the manager is told, once."""
    person = people.by_id(session, person_id)
    if person is None or person.unreachable:
        return
    person.unreachable = True
    for manager in people.above(session, person):
        today = now.astimezone(ZoneInfo(manager.tz)).date()
        deliveries.plan(session, person_id=manager.id or 0, kind=f"gone:{person.id}", on=today, due_at=now)


def _notice(session: Session, kind: str, about: int, person: Person) -> Ready | Moot:
    """What a manager or an admin is told about something else than the day's work."""
    if kind == "gone":
        lost = people.by_id(session, about)
        if lost is None or not lost.active or not lost.unreachable:
            return Moot("moot", "done", "messages reach that person again")
        return Ready(person.telegram_id, alarm_words.gone(lost.name))
    alarm = alarms.by_id(session, about)
    if alarm is None:
        return Moot("moot", "done", "no such alarm")
    zone = ZoneInfo(person.tz)
    since = alarm.since.astimezone(zone)
    if kind == "over" and alarm.over_at is not None:
        return Ready(person.telegram_id, alarm_words.over(alarm.kind, since, alarm.over_at.astimezone(zone)))
    return Ready(person.telegram_id, alarm_words.alarm(alarm.kind, alarm.figure, since))


def _wait(after: float, attempts: int) -> timedelta:
    """Twice as long after each try, so that one message that never gets through does not hold up the others."""
    asked = timedelta(seconds=max(after, 1.0))
    return max(asked, min(asked * (1 << min(attempts - 1, 10)), LONGEST_WAIT))


def settle_claims(session: Session, now: datetime, on_wire: Collection[int] = ()) -> int:
    """Claims of processes that died: what was not begun is planned again, what was is asked about. Old rows go."""
    back = deliveries.abandoned(session, now - CLAIM)
    if back:
        logger.warning("%d messages were claimed and not begun", back, extra={"action": "push_put_back"})
    doubtful = deliveries.doubtful(session, begun_before=now - LEASE, now=now, but=on_wire)
    ask_about(session, doubtful, now)
    if doubtful:
        logger.warning("%d messages may not have arrived", len(doubtful), extra={"action": "push_doubtful"})
    receipts.forget_before(session, now - KEEP_RECEIPTS)
    marks.forget_ticks(session, now - KEEP_TICKS)
    return len(doubtful)


def ask_about(session: Session, doubtful: Sequence[Delivery], now: datetime) -> None:
    """Plan the short question that follows an uncertain morning message; an uncertain question is let be."""
    for delivery in doubtful:
        if delivery.kind == "morning":
            due = now + LEASE
            deliveries.plan(session, person_id=delivery.person_id, kind="check", on=delivery.on, due_at=due)
