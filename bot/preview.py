"""What the push would say at a given moment, or day by day, without sending."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from cards.occasions import why
from handlers.desk import Desk
from knowledge.cadence import METHODS
from knowledge.calendar import is_working
from knowledge.kinds import CONTACT
from knowledge.simulation import Day, Tally, simulate, tally
from store import coming, people, reminders
from store.due import due_today, lived, matters_today
from store.tables import Person


def due_at(session: Session, desk: Desk, at: datetime) -> list[dict[str, Any]]:
    """Per active person with anything due: the list, and whether the message would go out by that moment.

    What is settled on the way holds for that moment only: the session is to be one that is rolled back.
    """
    rows = []
    for person in session.scalars(select(Person).where(col(Person.active)).order_by(col(Person.id))):
        local = at.astimezone(ZoneInfo(person.tz))
        reminders.settle(session, person.id or 0, local.date(), at, desk.rules.days)
        found = due_today(session, person, local.date(), desk.planner)
        matters = matters_today(session, person, local.date())
        if not found and not matters:
            continue
        come = person.next_push_at is not None and person.next_push_at <= at
        items = [
            {
                "prospect": row.id,
                "name": row.name,
                "due": row.due.isoformat(),
                "lateness": row.lateness,
                "waits": row.waits,
                "why": "；".join(
                    [*(one.said for one in row.promises), *(why(one, local.date()) for one in row.occasions)]
                )
                or METHODS[row.method],
            }
            for row in found
        ]
        items += [
            {
                "prospect": None,
                "name": "",
                "due": one.on.isoformat(),
                "lateness": "due",
                "waits": False,
                "why": why(one, local.date()),
            }
            for one in matters
        ]
        away = people.hours(person).is_away(local.date())
        sends = come and is_working(local.date(), desk.rules.days) and not person.unreachable and not away
        rows.append(
            {
                "person": person.name,
                "local_time": f"{local:%Y-%m-%d %H:%M}",
                "sends": sends,
                "items": items,
                **_pushes(session, person, desk, at),
            }
        )
    return rows


def simulated(session: Session, desk: Desk, first: date, last: date) -> Iterator[dict[str, Any]]:
    """Per active person a value for each working day, as if all on its plan were reached, and what came of it."""
    planner = desk.planner
    for person in session.scalars(select(Person).where(col(Person.active)).order_by(col(Person.id))).all():
        morning = datetime.combine(first, time(), ZoneInfo(person.tz))
        reminders.settle(session, person.id or 0, first, morning, desk.rules.days)
        customers, before = lived(session, person, first, planner)
        if not customers:
            continue
        days = list(simulate(customers, first, last, before=before, budget=planner.budget, days=planner.days))
        yield from (_day(person.name, day) for day in days)
        bare = sum(one.due is None and not one.occasions for one in customers)
        yield _tally(person.name, len(customers), bare, tally(customers, days))


def _day(name: str, day: Day) -> dict[str, Any]:
    contacts = [
        {
            "prospect": one.id,
            "name": one.name,
            "due": one.due.isoformat(),
            "lateness": one.lateness,
            "kinds": list(one.kinds) or [CONTACT],
        }
        for one in day.contacts
    ]
    return {"person": name, "on": day.on.isoformat(), "contacts": contacts, "waits": day.waits}


def _tally(name: str, customers: int, bare: int, told: Tally) -> dict[str, Any]:
    return {
        "person": name,
        "customers": customers,
        "without_plan": bare,
        "days": told.days,
        "contacts": told.contacts,
        "with_a_day": told.promised,
        "most_on_a_day": told.longest,
        "late": told.late,
        "missed": told.missed,
        "doubled": told.doubled,
    }


def _pushes(session: Session, person: Person, desk: Desk, at: datetime) -> dict[str, Any]:
    """When the person hears from the bot next, what of, and how the last message ended; as `/settings` says it."""
    hours = people.hours(person)
    ahead = coming.coming(session, person, at, desk.rules.days)
    last = coming.last(session, person)
    return {
        "next": [{"at": f"{hours.local(when):%Y-%m-%d %H:%M}", "kind": kind} for when, kind in ahead],
        "last": {"at": f"{hours.local(last[0]):%Y-%m-%d %H:%M}", "state": last[1]} if last else None,
        "away": [day.isoformat() for day in hours.away]
        if hours.away and hours.is_away(hours.local(at).date())
        else None,
    }
