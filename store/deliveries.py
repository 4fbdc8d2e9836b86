"""Messages that must arrive once: planned → claimed → sent | uncertain | failed.

A row is unique per (person, kind, local date). Claiming is one statement, so two processes never claim the same row; a
claim whose process died may have reached Telegram, so it becomes uncertain and is asked about, never sent again.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, func, select, update

from store.tables import Delivery, Person


def plan(session: Session, *, person_id: int, kind: str, on: date, due_at: datetime) -> bool:
    """Plan a message; False if that key is planned, or done, already."""
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    row = {"person_id": person_id, "kind": kind, "on": on, "due_at": due_at, "state": "planned", "attempts": 0}
    blank = {"claimed_by": "", "problem": ""}
    made = insert(Delivery).values(**row, **blank).on_conflict_do_nothing().returning(col(Delivery.id))
    return session.exec(made).scalar() is not None


def claim(session: Session, *, by: str, now: datetime, limit: int) -> Sequence[Delivery]:
    """Take up to `limit` planned messages that are due, for the process `by`."""
    due = (
        select(Delivery.id)
        .where(col(Delivery.state) == "planned", col(Delivery.due_at) <= now)
        .order_by(col(Delivery.due_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = session.exec(
        update(Delivery)
        .where(col(Delivery.id).in_(due))
        .values(state="claimed", claimed_by=by, claimed_at=now, attempts=col(Delivery.attempts) + 1)
        .returning(col(Delivery.id))
    ).scalars()
    return _fresh(session, list(taken))


def finish(
    session: Session, delivery_id: int, state: str, now: datetime, *, message_id: int | None = None, problem: str = ""
) -> None:
    """Say how a claimed message ended: sent, uncertain or failed."""
    session.exec(
        update(Delivery)
        .where(col(Delivery.id) == delivery_id, col(Delivery.state) == "claimed")
        .values(state=state, finished_at=now, message_id=message_id, problem=problem[:200])
    )


def again(session: Session, delivery_id: int, due_at: datetime, problem: str) -> None:
    """Put a message back that certainly did not reach Telegram, to be tried at `due_at`."""
    session.exec(
        update(Delivery)
        .where(col(Delivery.id) == delivery_id, col(Delivery.state) == "claimed")
        .values(state="planned", due_at=due_at, problem=problem[:200], claimed_by="")
    )


def unclaim(session: Session, delivery_id: int) -> None:
    """Give up a claim that was not begun: it does not count as a try."""
    session.exec(
        update(Delivery)
        .where(col(Delivery.id) == delivery_id, col(Delivery.state) == "claimed")
        .values(state="planned", claimed_by="", attempts=col(Delivery.attempts) - 1)
    )


def hold(session: Session, until: datetime) -> None:
    """Let nothing go out before `until`."""
    session.exec(
        update(Delivery).where(col(Delivery.state) == "planned", col(Delivery.due_at) < until).values(due_at=until)
    )


def doubtful(session: Session, *, claimed_before: datetime, now: datetime) -> Sequence[Delivery]:
    """Turn claims that nobody finished in time into uncertain ones, and return them."""
    turned = session.exec(
        update(Delivery)
        .where(col(Delivery.state) == "claimed", col(Delivery.claimed_at) < claimed_before)
        .values(state="uncertain", finished_at=now, problem="the process that sent it died")
        .returning(col(Delivery.id))
    ).scalars()
    return _fresh(session, list(turned))


def state_of(session: Session, person_id: int, kind: str, on: date) -> str | None:
    """The state of one message, None if it was never planned."""
    found = select(Delivery.state).where(
        col(Delivery.person_id) == person_id, col(Delivery.kind) == kind, col(Delivery.on) == on
    )
    return session.exec(found).one_or_none()


def people_to_plan(session: Session, now: datetime, limit: int) -> Sequence[Person]:
    """People whose morning has come, by index."""
    found = (
        select(Person)
        .where(col(Person.next_push_at) <= now, col(Person.active), col(Person.unreachable).is_(False))
        .order_by(col(Person.next_push_at))
        .limit(limit)
    )
    return session.exec(found).all()


def troubled(session: Session, since: date) -> Sequence[Delivery]:
    """Messages since a date that are uncertain or failed, for people who look after the bot."""
    found = select(Delivery).where(col(Delivery.on) >= since, col(Delivery.state).in_(("uncertain", "failed")))
    return session.exec(found.order_by(col(Delivery.id))).all()


def last_sent(session: Session) -> datetime | None:
    """When the last message was sent."""
    found = select(Delivery.finished_at).where(col(Delivery.state) == "sent")
    return session.exec(found.order_by(col(Delivery.finished_at).desc()).limit(1)).first()


def waiting(session: Session) -> int:
    """How many messages are planned or claimed."""
    found = select(func.count()).select_from(Delivery).where(col(Delivery.state).in_(("planned", "claimed")))
    return session.exec(found).one()


def _fresh(session: Session, ids: Sequence[int]) -> Sequence[Delivery]:
    found = select(Delivery).where(col(Delivery.id).in_(ids))
    return session.exec(found, execution_options={"populate_existing": True}).all()
