"""What is to be said when: mornings, evenings and appointments that have come become planned messages, each once.

A rule for all of it: a moment that passed while nobody ran is looked at when somebody runs again, and is made up for
only on its own day and outside quiet hours. Nothing here sends.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from sqlmodel import Session

from knowledge.appointments import since
from knowledge.calendar import is_working
from knowledge.hours import Hours
from scheduler.digest import plan_digests
from store import deliveries, groups, people, reminders
from store.due import with_anything_due
from store.tables import GroupChat, Person

logger = logging.getLogger(__name__)

PEOPLE = 50  # people planned in one transaction
RETRY = timedelta(minutes=10)  # until the next look at somebody whose morning could not be planned


@dataclass(frozen=True, slots=True)
class PushRules:
    """What the configuration decides about the push."""

    latest: time
    days: dict[date, bool]
    name: str  # of this process, in the claims
    digest: bool = True  # whether managers are told what needs them


def plan_mornings(session: Session, now: datetime, rules: PushRules) -> int:
    """Plan the message of up to `PEOPLE` people whose morning has come; how many people were looked at."""
    found = deliveries.people_to_plan(session, now, PEOPLE)
    come: dict[date, list[Person]] = {}
    for person, today in _come(found, _morning_come, "next_push_at", now, rules):
        come.setdefault(today, []).append(person)
    for today, people_ in come.items():
        ids = [person.id or 0 for person in people_]
        reminders.settle_all(session, ids, today, now, rules.days)
        due = with_anything_due(session, ids, today)
        deliveries.plan_all(session, "morning", [(id, today) for id in sorted(due)], now)
        if rules.digest:
            plan_digests(session, people_, today, now)
        for person in people_:
            if person.id not in due:
                person.pushed_at = now
    return len(found)


def plan_evenings(session: Session, now: datetime, rules: PushRules) -> int:
    """Plan the question of up to `PEOPLE` people whose evening has come and who have promises of that day open, and
    on the eve of a leave what is promised for its days; how many people were looked at.
    """
    found = deliveries.people_to_plan(session, now, PEOPLE, evening=True)
    today_, leave = [], []
    for person, today in _come(found, _evening_come, "next_evening_at", now, rules):
        id = person.id or 0
        today_.append((id, since(today, rules.days), today))
        if span := before_leave(people.hours(person), today, rules.days):
            leave.append((id, today, span))
    open_ = reminders.with_promises(session, today_)
    deliveries.plan_all(session, "evening", [(id, today) for id, _, today in today_ if id in open_], now)
    away = reminders.with_promises(session, [(id, *span) for id, _, span in leave])
    deliveries.plan_all(session, "leave", [(id, today) for id, today, _ in leave if id in away], now)
    return len(found)


def plan_groups(session: Session, now: datetime, rules: PushRules) -> int:
    """Plan the message of up to `PEOPLE` groups whose morning has come; how many groups were looked at."""
    if not rules.digest:
        return 0
    found = groups.to_tell(session, now, PEOPLE)
    claimed = {group.chat_id: person for group, person in found}

    def come(group: GroupChat, now: datetime, rules: PushRules) -> date | None:
        hours = people.hours(claimed[group.chat_id], away=False)
        group.next_digest_at, today = _morning(hours, now, rules)
        return today

    for group, today in _come([group for group, _ in found], come, "next_digest_at", now, rules):
        kind, id = f"{groups.KIND}{group.chat_id}", claimed[group.chat_id].id or 0
        deliveries.plan(session, person_id=id, kind=kind, on=today, due_at=now)
    return len(found)


def plan_alerts(session: Session, now: datetime) -> int:
    """Plan the messages of up to `PEOPLE` appointments and own reminders whose moment has come; how many."""
    found = reminders.to_tell(session, now, PEOPLE)
    for row in found:
        kind, on = f"brief:{row.id}", row.day or row.on
        deliveries.plan_again(session, person_id=row.person_id, kind=kind, on=on, due_at=now)
    return len(found)


def before_leave(hours: Hours, today: date, days: dict[date, bool]) -> tuple[date, date] | None:
    """The leave that begins before the next working day."""
    if hours.away is None or hours.away[0] <= today:
        return None
    ahead = (hours.away[0] - today).days
    between = (today + timedelta(days=away) for away in range(1, ahead))
    return None if any(is_working(day, days) for day in between) else hours.away


Row = TypeVar("Row", Person, GroupChat)


def _come(
    found: Iterable[Row],
    rule: Callable[[Row, datetime, PushRules], date | None],
    again: str,
    now: datetime,
    rules: PushRules,
) -> Iterator[tuple[Row, date]]:
    """Whose moment has come, each with the local date; `again` is the column that says when to look next."""
    for row in found:
        try:
            today = rule(row, now, rules)
        except Exception:
            # Somebody whose row cannot be worked with keeps nobody else waiting.
            logger.exception("nothing could be planned", extra={"action": "plan_failed", **_which(row)})
            setattr(row, again, now + RETRY)
            continue
        if today is not None:
            yield row, today


def _which(row: Person | GroupChat) -> dict[str, int | None]:
    return {"person": row.id} if isinstance(row, Person) else {"group": row.chat_id}


def _morning_come(person: Person, now: datetime, rules: PushRules) -> date | None:
    """The local date, if it is one on which the person hears from us now; else only the next morning is set."""
    person.next_push_at, today = _morning(people.hours(person), now, rules)
    return today


def _morning(hours: Hours, now: datetime, rules: PushRules) -> tuple[datetime, date | None]:
    """When to look next, and the local date, if it is one on which those of these hours hear from us now."""
    today = hours.local(now).date()
    morning = hours.instant(today, hours.morning)
    wanted = is_working(today, rules.days) and not hours.is_away(today)
    if now < morning and wanted:
        return morning, None  # a planned time that passed while we were down does not wake anybody at night
    late = too_late(hours, now, rules.latest)
    held = hours.held(now, hours.morning)
    if wanted and not late and held is not None and hours.local(held).date() == today:
        return held, None
    following = hours.following(now, hours.morning, rules.days)
    if wanted and not late and held is None:
        return following, today
    logger.info("too late for today's message; it waits for the next morning", extra={"action": "push_too_late"})
    return following, None


def _evening_come(person: Person, now: datetime, rules: PushRules) -> date | None:
    """The same for the evening; one that is over is not made up for, the next morning's list has it all."""
    hours = people.hours(person)
    if hours.evening is None:
        person.next_evening_at = None
        return None
    today = hours.local(now).date()
    evening = hours.instant(today, hours.evening)
    wanted = is_working(today, rules.days) and not hours.is_away(today)
    if now < evening and wanted:
        person.next_evening_at = evening
        return None
    person.next_evening_at = hours.following(now, hours.evening, rules.days)
    return today if wanted and hours.held(now, hours.evening) is None else None


def too_late(hours: Hours, now: datetime, latest: time) -> bool:
    """Whether it is too late for a morning's message; who asked for an hour in the evening has the whole of it."""
    return hours.local(now).time() > latest >= hours.morning
