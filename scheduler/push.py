"""The push: plan what has come, claim, say how things stand, and note how sending ended.

The rows are the truth; a tick may come late, twice, or in two processes at once. `tick(now)` takes the time, so a test
lives through a year in seconds. What is planned when is in `scheduler/planning.py`; how claims become messages on the
wire is `scheduler/delivery.py`.

In somebody's quiet hours and on leave nothing goes out but what they asked for at that very hour, and what admins have
to know about the service itself. What may still be said afterwards waits until then.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from cards import alarms as alarm_words
from cards import hours as hour_words
from cards import prep as prep_words
from cards import reminders as words
from cards.card import Card
from knowledge.appointments import is_visit_without_hour, since
from knowledge.hours import Hours
from knowledge.planner import Planner
from scheduler.delivery import Cause, Outcome, Ready, Round, Sending
from scheduler.digest import digest, group_digest, group_lost, nudge
from scheduler.planning import (
    PEOPLE,
    PushRules,
    before_leave,
    plan_alerts,
    plan_evenings,
    plan_groups,
    plan_mornings,
    too_late,
)
from scheduler.wire import Wire
from store import alarms, deliveries, groups, marks, people, prospects, receipts, reminders
from store.db import Database
from store.due import due_today, matters_today, promises
from store.tables import Delivery, Person, Prospect, Reminder

logger = logging.getLogger(__name__)

SLICE = 50  # messages claimed in one transaction: they go out within two seconds
NOTED = 250  # due contacts of a long list noted in one transaction
A_FEW = 20  # due contacts of a list that are noted as its message begins; more of them would keep the wire waiting
LEASE = timedelta(minutes=2)  # what was begun before that belongs to a process that died: a send takes 20 s at most
CLAIM = timedelta(seconds=30)  # a claim not begun in that time is planned again; its holder can begin it no more
LONGEST_WAIT = timedelta(minutes=30)  # between two tries; they go on until the day is over
OUTAGE = 10.0  # seconds until the next try when messages one after the other did not get through
KEEP_RECEIPTS = timedelta(days=2)  # Telegram keeps an unconfirmed update for 24 hours
KEEP_TICKS = timedelta(days=1)
ALIVE = timedelta(minutes=1)  # a process that ticked within that time shares Telegram's limit with us


OF_A_DAY = frozenset(
    {"morning", "check", "digest", "group", "evening", "checkeve", "leave"}
)  # these are for their date only
OF_A_MORNING = frozenset({"morning", "check", "digest", "group"})
NOT_OWED = frozenset({"digest", "group"})  # they help in the morning, and nobody misses them later
ASKS = {"morning": "check", "evening": "checkeve", "brief": "recheck"}  # which question follows an uncertain message

Brief = Callable[[Session, Person, Prospect, datetime], Card]


@dataclass(frozen=True, slots=True)
class Moot:
    """There is nothing to say: `failed` where there was on that day, `moot` where there is not any more."""

    state: str
    cause: Cause
    problem: str
    told: bool = False  # the person misses nothing today


@dataclass(frozen=True, slots=True)
class Held:
    """It is no hour for it."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Push:
    """The push with everything that it needs; `brief` makes the brief about a customer as a person sees it."""

    db: Database
    planner: Planner
    rules: PushRules
    sending: Sending
    brief: Brief
    wire: Wire = field(default_factory=Wire)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def tick(self, now: datetime, clock: Callable[[], datetime] | None = None) -> int:
        """Everything that is due at `now`; how many messages went out. `clock` gives the time as sending goes on."""
        await self.db.write(settle_claims, now, self.wire.ids)
        return await Round(Due(self, clock or (lambda: now), now), self.sending, self.wire).run()

    async def tell(self, now: datetime) -> int:
        """Send what admins have to know about the service itself, beside any tick; how many messages went out."""
        return await Round(Due(self, lambda: now, now, urgent=True), self.sending, self.wire).run()

    def wind_up(self) -> None:
        """Claim nothing more: what is on the wire is finished, the rest is left for the next process."""
        self.stopping.set()

    def prepare(self, session: Session, delivery: Delivery, now: datetime) -> Ready | Moot | Held:
        """The message as things stand now."""
        person = people.as_known(session, delivery.person_id)
        if person is None or not person.active:
            return Moot("moot", "left", "the person has left")
        kind, _, about = delivery.kind.partition(":")
        if kind in {"alarm", "over"}:
            return _alarm(session, kind, int(about), person)
        hours = people.hours(person, away=kind != "group")
        if kind == "brief":
            return self._brief(session, person, hours, int(about), now)
        own = hours.evening if kind == "evening" else hours.morning if kind in OF_A_MORNING - {"check"} else None
        held = hours.held(now, own)
        if kind in OF_A_DAY and (moot := self._not_now(kind, delivery, hours, now, held)):
            return moot
        if held is not None:
            return Held(held)
        today = hours.local(now).date()
        match kind:
            case "morning":
                return self._morning(session, person, hours, today)
            case "digest":
                card = digest(session, person, now, today) if self.rules.digest and person.digest else None
                return Ready(person.telegram_id, card) if card else Moot("moot", "done", "nothing needs the manager")
            case "group":
                card = group_digest(session, person, int(about), now, today) if self.rules.digest else None
                return Ready(int(about), card) if card else Moot("moot", "done", "nothing is told in that group")
            case "evening":
                return _evening(session, person, today, self.rules)
            case "leave":
                return _leave(session, person, hours, today, self.rules)
        return _short(session, delivery, person, today)

    def _not_now(
        self, kind: str, delivery: Delivery, hours: Hours, now: datetime, held: datetime | None
    ) -> Moot | None:
        """What is for its own date only: not after that date, nor on leave, nor where it would have to wait past it."""
        today = hours.local(now).date()
        if hours.is_away(today):
            return Moot("moot", "away", "on leave")
        late = kind in OF_A_MORNING and too_late(hours, now, self.rules.latest)
        if delivery.on < today or late or (held is not None and hours.local(held).date() != today):
            logger.info("too late for that day's message", extra={"action": "push_too_late", "delivery": delivery.id})
            state = "moot" if kind in NOT_OWED else "failed"
            return Moot(state, "late", f"too late for that day; {delivery.problem}".removesuffix("; "))
        return None

    def _morning(self, session: Session, person: Person, hours: Hours, today: date) -> Ready | Moot:
        rows = due_today(session, person, today, self.planner)
        matters = matters_today(session, person, today)
        if not rows and not matters:
            return Moot("moot", "done", "nothing is due any more", told=True)
        contacts = [(row.id, row.due) for row in rows if not row.promises and not row.occasions]
        last = hours.local(person.pushed_at).date() if person.pushed_at else None
        missed = hours.missed(last, today, self.rules.days) if last else 0
        drill = person.drill_line
        card = words.morning(rows, today, person.name, missed=missed, matters=matters, drill=drill)
        if hours.away and last and last <= hours.away[1] < today:
            card = hour_words.back(card)
        visits = [(row.id, row.name) for row in rows if any(is_visit_without_hour(one.said) for one in row.promises)]
        return Ready(person.telegram_id, prep_words.offered(card, visits), contacts)

    def _brief(self, session: Session, person: Person, hours: Hours, id: int, now: datetime) -> Ready | Moot | Held:
        """Before an appointment, all about the customer; at its hour, an own matter."""
        row = session.get(Reminder, id)
        if row is None or row.state != "open" or row.person_id != person.id or row.at is None or row.alert_at:
            return Moot("moot", "done", "logged, moved or dropped")
        day, customer = row.day or row.on, row.prospect_id
        prospect = prospects.mine(session, person.id or 0, customer) if customer is not None else None
        if customer is not None and (prospect is None or prospect.status != "active" or prospect.paused):
            return Moot("moot", "done", "no customer to be seen")
        if hours.is_away(day) or hours.is_away(hours.local(now).date()):
            return Moot("moot", "away", "on leave")
        until = hours.instant(day, row.at) if prospect else hours.instant(day + timedelta(days=1), time())
        held = hours.held(now, None if prospect else row.at)
        if now >= until or (held is not None and held >= until):
            return Moot("failed", "late", "the hour has passed")
        if held is not None:
            return Held(held)
        if prospect is None:
            return Ready(person.telegram_id, hour_words.own(id, row.at, row.what))
        brief = self.brief(session, person, prospect, now)
        today = hours.local(now).date()
        return Ready(person.telegram_id, prep_words.ahead(brief, prospect.id or 0, day, row.at, row.what, today))


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
        planning = self.planning and not self.urgent and self._plan(session, rules)
        # Each claim is as young as its slice, so that a long morning does not look like a process that died.
        claimed = deliveries.claim(session, by=rules.name, now=now, limit=SLICE, urgent=self.urgent)
        return claimed, planning, 0 if self.urgent else beat(session, rules.name, now)

    def _plan(self, session: Session, rules: PushRules) -> bool:
        """Whether there may be more to plan."""
        planned = (
            plan_mornings(session, self.now, rules),
            plan_evenings(session, self.now, rules),
            plan_groups(session, self.now, rules),
            plan_alerts(session, self.now),
        )
        return max(planned) == PEOPLE

    async def ready(self, delivery: Delivery) -> Ready | None:
        """Read how things stand; writing is kept to what is short."""
        db, now = self.push.db, self.clock()
        found = await db.read(self.push.prepare, delivery, now)
        if isinstance(found, Moot):
            await db.write(set_aside, delivery, found, now)
            return None
        if isinstance(found, Held):
            await db.write(deliveries.hold, delivery.id or 0, found.until)
            return None
        many = found.contacts if len(found.contacts) > A_FEW else ()
        for at in range(0, len(many), NOTED):
            async with self.noting:
                await db.write(reminders.due_contacts, delivery.person_id, many[at : at + NOTED], now)
        return found

    async def begin(self, delivery: Delivery, ready: Ready) -> bool:
        """On disk before anything goes out."""
        return await self.push.db.write(begin, delivery, ready, self.push.rules.name, self.clock())

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


def beat(session: Session, name: str, now: datetime) -> int:
    """Note that this process ticks; how many do."""
    marks.ticked(session, name, now)
    return marks.processes(session, now - ALIVE)


def begin(session: Session, delivery: Delivery, ready: Ready, by: str, now: datetime) -> bool:
    """Note that a message is about to go out, with the contacts of a short list that it says are due."""
    if not deliveries.begin(session, delivery.id or 0, by, now):
        return False
    if len(ready.contacts) <= A_FEW:
        reminders.due_contacts(session, delivery.person_id, ready.contacts, now)
    return True


def set_aside(session: Session, delivery: Delivery, found: Moot, now: datetime) -> None:
    """Note that there is nothing to say."""
    deliveries.finish(session, delivery.id or 0, found.state, now, cause=found.cause, problem=found.problem)
    if found.told:
        people.pushed(session, delivery.person_id, now)


def note(session: Session, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """Write down how a send ended."""
    id, kind = delivery.id or 0, delivery.kind
    name, _, about = kind.partition(":")
    cause, problem = outcome.cause, outcome.problem
    match outcome.state:
        case "sent":
            deliveries.finish(session, id, "sent", now, message_id=outcome.message_id)
            if kind in {"morning", "check"}:
                people.pushed(session, delivery.person_id, now)
        case "again":
            deliveries.again(session, id, now + _wait(outcome.after, delivery.attempts), problem, cause)
        case "moved":
            groups.move(session, int(about), outcome.moved_to)
            deliveries.again(session, id, now, problem, cause)
        case "uncertain":
            deliveries.finish(session, id, "uncertain", now, cause=cause, problem=problem)
            ask_about(session, [delivery], now)
        case _:
            deliveries.finish(session, id, "failed", now, cause=cause, problem=problem)
            if outcome.state == "unreachable" and name == "group":
                groups.lose(session, int(about), groups.MUTED if cause == "muted" else groups.REMOVED, now)
            elif outcome.state == "unreachable":
                lose(session, delivery.person_id, now)
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


def _short(session: Session, delivery: Delivery, person: Person, today: date) -> Ready | Moot:
    """A question, or a word about one matter."""
    kind, _, about = delivery.kind.partition(":")
    match kind:
        case "check":
            return Ready(person.telegram_id, words.check())
        case "checkeve":
            return Ready(person.telegram_id, hour_words.check_evening())
        case "recheck":
            return _recheck(session, int(about), person)
        case "nudge":
            card = nudge(session, person, int(about), delivery.sender_id, today)
            return Ready(person.telegram_id, card) if card else Moot("moot", "done", "nobody waits any more")
        case "lost":
            card = group_lost(session, person, delivery.kind)
            return Ready(person.telegram_id, card) if card else Moot("moot", "done", "the group can be told again")
    return _gone(session, int(about), person)


def _evening(session: Session, person: Person, today: date, rules: PushRules) -> Ready | Moot:
    """What was promised for today and is still open."""
    rows = promises(session, person, since(today, rules.days), today)
    if not rows:
        return Moot("moot", "done", "nothing is open any more")
    return Ready(person.telegram_id, hour_words.evening(rows, today))


def _leave(session: Session, person: Person, hours: Hours, today: date, rules: PushRules) -> Ready | Moot:
    """On the eve of a leave, what is promised for its days."""
    away = before_leave(hours, today, rules.days)
    rows = promises(session, person, *away) if away else ()
    if away is None or not rows:
        return Moot("moot", "done", "nothing is promised for the leave any more")
    return Ready(person.telegram_id, hour_words.before_leave(*away, rows, hours.first_day(away[1], rules.days), today))


def _recheck(session: Session, id: int, person: Person) -> Ready | Moot:
    """A brief that may not have arrived is offered; of an own matter it is said what it was."""
    row = session.get(Reminder, id)
    if row is None or row.state != "open" or row.person_id != person.id or row.at is None:
        return Moot("moot", "done", "logged, moved or dropped")
    if row.prospect_id is None:
        return Ready(person.telegram_id, hour_words.check_own(id, row.at, row.what))
    return Ready(person.telegram_id, prep_words.check(row.prospect_id))


def _gone(session: Session, about: int, person: Person) -> Ready | Moot:
    """What a manager is told about a rep."""
    lost = people.by_id(session, about)
    if lost is None or not lost.active or not lost.unreachable:
        return Moot("moot", "done", "messages reach that person again")
    return Ready(person.telegram_id, alarm_words.gone(lost.name))


def _alarm(session: Session, kind: str, about: int, person: Person) -> Ready | Moot:
    """What an admin is told about the service, at any hour."""
    alarm = alarms.by_id(session, about)
    if alarm is None:
        return Moot("moot", "done", "no such alarm")
    zone = ZoneInfo(person.tz)
    begun = alarm.since.astimezone(zone)
    if kind == "over" and alarm.over_at is not None:
        return Ready(person.telegram_id, alarm_words.over(alarm.kind, begun, alarm.over_at.astimezone(zone)))
    return Ready(person.telegram_id, alarm_words.alarm(alarm.kind, alarm.figure, begun))


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
    """Plan the short question that follows an uncertain message; an uncertain question is let be."""
    for delivery in doubtful:
        kind, colon, about = delivery.kind.partition(":")
        if kind in ASKS:
            due, ask = now + LEASE, f"{ASKS[kind]}{colon}{about}"
            deliveries.plan(session, person_id=delivery.person_id, kind=ask, on=delivery.on, due_at=due)
