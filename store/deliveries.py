"""Messages that must arrive once: planned → claimed → sent | uncertain | failed.

A row is unique per (person, kind, local date). Claiming is one statement, so two processes never claim the same row; a
claim whose process died may have reached Telegram, so it becomes uncertain and is asked about, never sent again.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from store.tables import Delivery, Person


def plan(session: Session, *, person_id: int, kind: str, on: date, due_at: datetime) -> bool:
    """Plan a message; False if that key is planned, or done, already."""
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    row = {"person_id": person_id, "kind": kind, "on": on, "due_at": due_at, "state": "planned", "attempts": 0}
    blank = {"claimed_by": "", "problem": ""}
    made = insert(Delivery).values(**row, **blank).on_conflict_do_nothing().returning(Delivery.id)  # type: ignore[call-overload, attr-defined]
    return session.execute(made).scalar() is not None


def claim(session: Session, *, by: str, now: datetime, limit: int) -> Sequence[Delivery]:
    """Take up to `limit` planned messages that are due, for the process `by`."""
    due = (
        select(Delivery.id)  # type: ignore[call-overload]
        .where(Delivery.state == "planned", Delivery.due_at <= now)
        .order_by(Delivery.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = session.execute(
        update(Delivery)
        .where(Delivery.id.in_(due))  # type: ignore[union-attr]
        .values(state="claimed", claimed_by=by, claimed_at=now, attempts=Delivery.attempts + 1)
        .returning(Delivery.id)  # type: ignore[call-overload]
    ).scalars()
    ids = list(taken)
    return session.scalars(select(Delivery).where(Delivery.id.in_(ids)).execution_options(populate_existing=True)).all()  # type: ignore[union-attr]


def finish(
    session: Session, delivery_id: int, state: str, now: datetime, *, message_id: int | None = None, problem: str = ""
) -> None:
    """Say how a claimed message ended: sent, uncertain or failed."""
    session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == "claimed")  # type: ignore[arg-type]
        .values(state=state, finished_at=now, message_id=message_id, problem=problem[:200])
    )


def again(session: Session, delivery_id: int, due_at: datetime, problem: str) -> None:
    """Put a message back that certainly did not reach Telegram, to be tried at `due_at`."""
    session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == "claimed")  # type: ignore[arg-type]
        .values(state="planned", due_at=due_at, problem=problem[:200], claimed_by="")
    )


def doubtful(session: Session, *, claimed_before: datetime, now: datetime) -> Sequence[Delivery]:
    """Turn claims that nobody finished in time into uncertain ones, and return them."""
    turned = session.execute(
        update(Delivery)
        .where(Delivery.state == "claimed", Delivery.claimed_at < claimed_before)  # type: ignore[arg-type, operator]
        .values(state="uncertain", finished_at=now, problem="the process that sent it died")
        .returning(Delivery.id)  # type: ignore[call-overload]
    ).scalars()
    ids = list(turned)
    return session.scalars(select(Delivery).where(Delivery.id.in_(ids)).execution_options(populate_existing=True)).all()  # type: ignore[union-attr]


def state_of(session: Session, person_id: int, kind: str, on: date) -> str | None:
    """The state of one message, None if it was never planned."""
    found = select(Delivery.state).where(Delivery.person_id == person_id, Delivery.kind == kind, Delivery.on == on)  # type: ignore[call-overload]
    return session.scalar(found)  # type: ignore[no-any-return]


def people_to_plan(session: Session, now: datetime, limit: int) -> Sequence[Person]:
    """People whose morning has come, by index."""
    found = (
        select(Person)
        .where(Person.next_push_at <= now, Person.active, Person.unreachable.is_(False))  # type: ignore[operator, arg-type, attr-defined]
        .order_by(Person.next_push_at)  # type: ignore[arg-type]
        .limit(limit)
    )
    return session.scalars(found).all()


def troubled(session: Session, since: date) -> Sequence[Delivery]:
    """Messages since a date that are uncertain or failed, for people who look after the bot."""
    found = select(Delivery).where(Delivery.on >= since, Delivery.state.in_(("uncertain", "failed")))  # type: ignore[arg-type, attr-defined]
    return session.scalars(found.order_by(Delivery.id)).all()  # type: ignore[arg-type]


def last_sent(session: Session) -> datetime | None:
    """When the last message was sent."""
    found = select(Delivery.finished_at).where(Delivery.state == "sent").order_by(Delivery.finished_at.desc()).limit(1)  # type: ignore[call-overload, union-attr]
    return session.scalar(found)  # type: ignore[no-any-return]


def waiting(session: Session) -> int:
    """How many messages are planned or claimed."""
    return (
        session.scalar(select(func.count()).select_from(Delivery).where(Delivery.state.in_(("planned", "claimed"))))
        or 0
    )  # type: ignore[attr-defined]
