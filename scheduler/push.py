"""The morning push: plan whose morning has come, claim, send, note how it ended.

The rows are the truth; a tick may come late, twice, or in two processes at once. `tick(now)` takes the time, so a test
lives through a year in seconds.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from sqlmodel import Session

from cards import reminders as words
from cards.card import Card
from knowledge.cadence import Cadence
from knowledge.calendar import is_working, working_from
from knowledge.systems import System
from knowledge.talk import Talk
from store import deliveries, people, prospects, receipts, reminders
from store.db import Database
from store.due import due_today, lists, matters_today
from store.tables import Delivery, Person

logger = logging.getLogger(__name__)

SLICE = 50  # people planned, or messages claimed, in one transaction
LEASE = timedelta(minutes=2)  # a claim older than this belongs to a process that died: a send takes 10 s at most
LONGEST_WAIT = timedelta(minutes=30)  # between two tries; they go on until the day is over
KEEP_RECEIPTS = timedelta(days=2)  # Telegram keeps an unconfirmed update for 24 hours


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a send ended. `again` certainly did not arrive and may be tried `after` seconds; `uncertain` may have."""

    state: Literal["sent", "again", "uncertain", "unreachable", "failed"]
    message_id: int | None = None
    problem: str = ""
    after: float = 0.0


class Sending(Protocol):
    """The port to the outside."""

    async def send(self, telegram_id: int, card: Card) -> Outcome:
        """Try once to send a card."""
        ...


@dataclass(frozen=True, slots=True)
class PushRules:
    """What the configuration decides about the push."""

    latest: time
    days: dict[date, bool]
    name: str  # of this process, in the claims


@dataclass(frozen=True, slots=True)
class Push:
    """The push with everything that it needs."""

    db: Database
    system: System
    cadence: Cadence
    talk: Talk
    rules: PushRules
    sending: Sending

    async def tick(self, now: datetime, clock: Callable[[], datetime] | None = None) -> int:
        """Everything that is due at `now`; how many messages went out. `clock` gives the time as sending goes on."""
        read = clock or (lambda: now)
        await self.db.write(settle_claims, now)
        while await self.db.write(plan_mornings, now, self.rules):
            pass
        sent = 0
        # Each claim is as young as its slice, so that a long morning does not look like a process that died.
        while claimed := await self.db.write(deliveries.claim, by=self.rules.name, now=read(), limit=SLICE):
            waiting = list(claimed)
            try:
                while waiting:
                    outcome = await self._deliver(waiting.pop(0), read)
                    sent += outcome.state == "sent"
                    if outcome.state == "again":
                        # Telegram, or the network, asks for a pause: nobody's claim may run out while we wait.
                        await self.db.write(put_back, waiting, read() + timedelta(seconds=outcome.after))
                        waiting = []
            finally:
                if waiting:  # stopped half-way: what was not begun has certainly not arrived
                    self.db.write_now(put_back, waiting, read())
        return sent

    async def _deliver(self, delivery: Delivery, clock: Callable[[], datetime]) -> Outcome:
        ready = await self.db.write(self._prepare, delivery, clock())
        if ready is None:
            return Outcome("failed")
        telegram_id, card = ready
        outcome = await self.sending.send(telegram_id, card)
        await self.db.write(note, delivery, outcome, clock())
        return outcome

    def _prepare(self, session: Session, delivery: Delivery, now: datetime) -> tuple[int, Card] | None:
        """The message as things stand now; None when there is nothing left to say."""
        person = people.by_id(session, delivery.person_id)
        if person is None or not person.active:
            deliveries.finish(session, delivery.id or 0, "failed", now, problem="the person has left")
            return None
        local = now.astimezone(ZoneInfo(person.tz))
        today = local.date()
        if delivery.on < today or _too_late(person, local, self.rules):
            problem = f"too late for that day; {delivery.problem}".removesuffix("; ")
            deliveries.finish(session, delivery.id or 0, "failed", now, problem=problem)
            logger.info("too late for that day's message", extra={"action": "push_too_late", "delivery": delivery.id})
            return None
        if delivery.kind == "check":
            return person.telegram_id, words.check()
        reminders.settle(session, person.id or 0, today, now, self.rules.days)
        rows = due_today(session, person, today, self.system, self.cadence, self.talk)
        matters = matters_today(session, person, today)
        if not rows and not matters:
            deliveries.finish(session, delivery.id or 0, "failed", now, problem="nothing is due any more")
            person.pushed_at = now
            return None
        for row in rows:
            if not row.promises and not row.occasions:
                reminders.due_contact(session, prospect_id=row.id, person_id=person.id or 0, on=row.due, now=now)
        missed = _missed(person, today, self.rules)
        told = words.morning(rows, today, person.name, missed=missed, matters=matters, drill=person.drill_line)
        return person.telegram_id, told


def plan_mornings(session: Session, now: datetime, rules: PushRules) -> int:
    """Plan the message of up to `SLICE` people whose morning has come; how many people were looked at."""
    found = deliveries.people_to_plan(session, now, SLICE)
    for person in found:
        local = now.astimezone(ZoneInfo(person.tz))
        morning = _morning(person, local.date())
        if now < morning and is_working(local.date(), rules.days):
            person.next_push_at = (
                morning  # a planned time that passed while we were down does not wake anybody at night
            )
            continue
        person.next_push_at = following(person, local, rules)
        if not is_working(local.date(), rules.days) or _too_late(person, local, rules):
            logger.info(
                "too late for today's message; it waits for the next morning", extra={"action": "push_too_late"}
            )
            continue
        reminders.settle(session, person.id or 0, local.date(), now, rules.days)
        if _anything_due(session, person, local.date()):
            deliveries.plan(session, person_id=person.id or 0, kind="morning", on=local.date(), due_at=now)
        else:
            person.pushed_at = now
    return len(found)


def following(person: Person, local: datetime, rules: PushRules) -> datetime:
    """The next morning after `local`, at the person's own time."""
    return _morning(person, working_from(local.date() + timedelta(days=1), rules.days))


def _morning(person: Person, day: date) -> datetime:
    return datetime.combine(day, time.fromisoformat(person.push_at), ZoneInfo(person.tz))


def _too_late(person: Person, local: datetime, rules: PushRules) -> bool:
    """Whether the evening has begun; who asked for an hour in the evening has the whole of it."""
    wanted = time.fromisoformat(person.push_at)
    return local.time() > rules.latest >= wanted


def _anything_due(session: Session, person: Person, today: date) -> bool:
    if prospects.due(session, person.id or 0, today) or matters_today(session, person, today):
        return True
    rows = reminders.open_until(session, person.id or 0, today)
    return any(lists(reminder, row, person, today) for reminder, row in rows)


def _missed(person: Person, today: date, rules: PushRules) -> int:
    """Working days before today on which the person should have heard from us and did not."""
    if person.pushed_at is None:
        return 0
    last = person.pushed_at.astimezone(ZoneInfo(person.tz)).date()
    return sum(is_working(last + timedelta(days=away), rules.days) for away in range(1, (today - last).days))


def note(session: Session, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """Write down how a send ended."""
    id, kind = delivery.id or 0, delivery.kind
    person = people.by_id(session, delivery.person_id)
    match outcome.state:
        case "sent":
            deliveries.finish(session, id, "sent", now, message_id=outcome.message_id)
            if person is not None:
                person.pushed_at = now
        case "again":
            deliveries.again(session, id, now + _wait(outcome.after, delivery.attempts), outcome.problem)
        case "uncertain":
            deliveries.finish(session, id, "uncertain", now, problem=outcome.problem)
            ask_about(session, [delivery], now)
        case _:
            deliveries.finish(session, id, "failed", now, problem=outcome.problem)
            if person is not None and outcome.state == "unreachable":
                person.unreachable = True
    logger.info("a %s message: %s", kind, outcome.state, extra={"action": f"push_{outcome.state}", "delivery": id})


def _wait(after: float, attempts: int) -> timedelta:
    """Twice as long after each try, so that one message that never gets through does not hold up the others."""
    asked = timedelta(seconds=max(after, 1.0))
    return max(asked, min(asked * (1 << min(attempts - 1, 10)), LONGEST_WAIT))


def put_back(session: Session, claimed: Sequence[Delivery], until: datetime) -> None:
    """Give up claims that were not begun, and let nothing go out before `until`."""
    for delivery in claimed:
        deliveries.unclaim(session, delivery.id or 0)
    deliveries.hold(session, until)


def settle_claims(session: Session, now: datetime) -> int:
    """Claims of processes that died become uncertain and are asked about; old receipts go."""
    doubtful = deliveries.doubtful(session, claimed_before=now - LEASE, now=now)
    ask_about(session, doubtful, now)
    if doubtful:
        logger.warning("%d messages may not have arrived", len(doubtful), extra={"action": "push_doubtful"})
    receipts.forget_before(session, now - KEEP_RECEIPTS)
    return len(doubtful)


def ask_about(session: Session, doubtful: Sequence[Delivery], now: datetime) -> None:
    """Plan the short question that follows an uncertain morning message; an uncertain question is let be."""
    for delivery in doubtful:
        if delivery.kind == "morning":
            due = now + LEASE
            deliveries.plan(session, person_id=delivery.person_id, kind="check", on=delivery.on, due_at=due)
