"""What the push would say at a given moment, without sending."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from handlers.desk import Desk
from knowledge.cadence import METHODS
from knowledge.calendar import is_working
from store.due import due_today
from store.tables import Person


def due_at(session: Session, desk: Desk, at: datetime) -> list[dict[str, Any]]:
    """Per active person with anything due: the list, and whether the message would go out by that moment."""
    rows = []
    for person in session.scalars(select(Person).where(col(Person.active)).order_by(col(Person.id))):
        local = at.astimezone(ZoneInfo(person.tz))
        found = due_today(session, person, local.date(), desk.system, desk.cadence, desk.talk)
        if not found:
            continue
        come = person.next_push_at is not None and person.next_push_at <= at
        items = [
            {
                "prospect": row.id,
                "name": row.name,
                "due": row.due.isoformat(),
                "lateness": row.lateness,
                "why": "；".join(row.promises) or METHODS[row.method],
            }
            for row in found
        ]
        sends = come and is_working(local.date(), desk.rules.days) and not person.unreachable
        rows.append({"person": person.name, "local_time": f"{local:%Y-%m-%d %H:%M}", "sends": sends, "items": items})
    return rows
