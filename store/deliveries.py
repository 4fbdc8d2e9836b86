"""Messages that must arrive once: planned → claimed → sent | uncertain | failed | moot.

A row is unique per (person, kind, local date). Claiming is one statement, so two processes never claim the same row.
A claim is begun just before the message goes out, by the process that holds it and nobody else. If that process dies,
what it had begun may have reached Telegram, so it becomes uncertain and is asked about, never sent again; what it had
not begun certainly did not, and is planned again.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import Session, SQLModel, col, func, or_, select, update
from sqlmodel.sql.expression import SelectOfScalar

from store.db import insert
from store.marks import PAUSE
from store.quick import Quick
from store.tables import Delivery, Person

MINUTE = timedelta(minutes=1)
PUSH = timedelta(hours=1)  # messages of one morning go out within that time: 10,000 of them take six minutes
NUDGE = "nudge:"  # begins the kind of a manager's reminder; the customer's id follows
URGENT = ("alarm:", "over:")  # beginnings of the kinds that do not wait for a tick

_TABLE, _MARK = SQLModel.metadata.tables["delivery"], SQLModel.metadata.tables["mark"]
_BEGIN = Quick(
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("row"), _TABLE.c.state == "claimed", _TABLE.c.claimed_by == bindparam("by"))
    .where(_TABLE.c.begun_at.is_(None))
    .values(begun_at=bindparam("at"))
)

_FINISH = Quick(
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("row"), _TABLE.c.state == "claimed")
    .values(
        state=bindparam("ended"),
        finished_at=bindparam("at"),
        message_id=bindparam("message"),
        cause=bindparam("why"),
        problem=bindparam("what"),
    )
)


def _claim(*, urgent: bool) -> Quick:
    due = (
        columns(_TABLE.c.id)
        .where(_TABLE.c.state == "planned", _TABLE.c.due_at <= bindparam("now"))
        .where(~columns(_MARK.c.name).where(_MARK.c.name == PAUSE, _MARK.c.at > bindparam("now")).exists())
        .order_by(_TABLE.c.due_at)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=_TABLE)
    )
    if urgent:
        due = due.where(or_(*(_TABLE.c.kind.startswith(kind) for kind in URGENT)))
    held: dict[str, Any] = {"claimed_by": bindparam("by"), "claimed_at": bindparam("now"), "begun_at": None}
    return Quick(
        update(_TABLE)
        .where(_TABLE.c.id.in_(due))
        .values(state="claimed", attempts=_TABLE.c.attempts + 1, **held)
        .returning(_TABLE.c.id)
    )


def _come(*, evening: bool) -> SelectOfScalar[Person]:
    due = col(Person.next_evening_at if evening else Person.next_push_at)
    return (
        select(Person)
        .where(due <= bindparam("now"), col(Person.active), col(Person.unreachable).is_(False))
        .order_by(due)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )


_COME = {evening: _come(evening=evening) for evening in (False, True)}
_CLAIM = {urgent: _claim(urgent=urgent) for urgent in (False, True)}

_ABANDON = Quick(
    update(_TABLE)
    .where(_TABLE.c.state == "claimed", _TABLE.c.begun_at.is_(None), _TABLE.c.claimed_at < bindparam("before"))
    .values(state="planned", claimed_by="", attempts=_TABLE.c.attempts - 1)
)
_ANY_DOUBT = Quick(
    columns(_TABLE.c.id).where(_TABLE.c.state == "claimed", _TABLE.c.begun_at < bindparam("before")).limit(1)
)
_PEOPLE = SQLModel.metadata.tables["person"]
_ANY_TO_PLAN = {
    evening: Quick(
        columns(_PEOPLE.c.id)
        .where(due <= bindparam("now"), _PEOPLE.c.active, _PEOPLE.c.unreachable.is_(False))
        .limit(1)
    )
    for evening, due in ((False, _PEOPLE.c.next_push_at), (True, _PEOPLE.c.next_evening_at))
}


def plan(
    session: Session, *, person_id: int, kind: str, on: date, due_at: datetime, sender_id: int | None = None
) -> bool:
    """Plan a message; False if that key is planned, or done, already."""
    row = _planned(person_id, kind, on, due_at) | {"sender_id": sender_id}
    made = insert(session, Delivery).on_conflict_do_nothing().values(**row).returning(col(Delivery.id))
    return session.exec(made).scalar() is not None


def plan_all(session: Session, kind: str, people: Collection[tuple[int, date]], due_at: datetime) -> None:
    """The same for many people, each (person, date)."""
    if people:
        session.exec(
            insert(session, Delivery).on_conflict_do_nothing(),
            params=[_planned(id, kind, on, due_at) for id, on in people],
        )


def plan_again(session: Session, *, person_id: int, kind: str, on: date, due_at: datetime) -> None:
    """Plan a message, also where there was nothing to say in it before; one that went out stays as it is."""
    session.exec(
        update(Delivery)
        .where(col(Delivery.person_id) == person_id, col(Delivery.kind) == kind, col(Delivery.on) == on)
        .where(col(Delivery.state) == "moot")
        .values(_planned(person_id, kind, on, due_at) | {"finished_at": None, "begun_at": None})
    )
    plan(session, person_id=person_id, kind=kind, on=on, due_at=due_at)


def _planned(person_id: int, kind: str, on: date, due_at: datetime) -> dict[str, Any]:
    key = {"person_id": person_id, "kind": kind, "on": on}
    return key | {"due_at": due_at, "state": "planned", "attempts": 0, "claimed_by": "", "cause": "", "problem": ""}


def claim(session: Session, *, by: str, now: datetime, limit: int, urgent: bool = False) -> Sequence[Delivery]:
    """Take up to `limit` planned messages that are due, for the process `by`; none while Telegram asked for a pause.

    With `urgent`, only what is told to admins about the service itself.
    """
    return _fresh(session, [id for (id,) in _CLAIM[urgent].rows(session, by=by, now=now, most=limit)])


def begin(session: Session, delivery_id: int, by: str, now: datetime) -> bool:
    """Note that a claimed message is about to go out; False if the claim is not `by`'s any more: it must not go."""
    return _BEGIN.change(session, row=delivery_id, by=by, at=now) == 1


def finish(
    session: Session,
    delivery_id: int,
    state: str,
    now: datetime,
    *,
    message_id: int | None = None,
    cause: str = "",
    problem: str = "",
) -> None:
    """Say how a claimed message ended: sent, uncertain, failed or moot."""
    ended = {"ended": state, "at": now, "message": message_id, "why": cause, "what": problem[:200]}
    _FINISH.change(session, row=delivery_id, **ended)


def again(session: Session, delivery_id: int, due_at: datetime, problem: str, cause: str = "") -> None:
    """Put a message back that certainly did not reach Telegram, to be tried at `due_at`."""
    session.exec(
        update(Delivery)
        .where(col(Delivery.id) == delivery_id, col(Delivery.state) == "claimed")
        .values(state="planned", due_at=due_at, problem=problem[:200], cause=cause, claimed_by="", begun_at=None)
    )


def unclaim(session: Session, delivery_ids: Collection[int]) -> None:
    """Give up claims of messages that have not gone out: it does not count as a try."""
    session.exec(
        update(Delivery)
        .where(col(Delivery.id).in_(delivery_ids), col(Delivery.state) == "claimed")
        .values(state="planned", claimed_by="", begun_at=None, attempts=col(Delivery.attempts) - 1)
    )


def hold(session: Session, delivery_id: int, until: datetime) -> None:
    """Let a claimed message wait, because this is no hour for it: it does not count as a try."""
    session.exec(
        update(Delivery)
        .where(col(Delivery.id) == delivery_id, col(Delivery.state) == "claimed")
        .values(state="planned", due_at=until, claimed_by="", begun_at=None, attempts=col(Delivery.attempts) - 1)
    )


def abandoned(session: Session, claimed_before: datetime) -> int:
    """Put back claims that nobody has begun in time; how many. Whoever still holds one can no longer begin it."""
    return _ABANDON.change(session, before=claimed_before)


def doubtful(
    session: Session, *, begun_before: datetime, now: datetime, but: Collection[int] = ()
) -> Sequence[Delivery]:
    """Turn what was begun and not finished in time into uncertain ones, and return them; `but` is known to be on."""
    if _ANY_DOUBT.first(session, before=begun_before) is None:
        return []
    turned = session.exec(
        update(Delivery)
        .where(col(Delivery.state) == "claimed", col(Delivery.begun_at) < begun_before)
        .where(col(Delivery.id).not_in(but))
        .values(state="uncertain", finished_at=now, cause="died", problem="the process that sent it died")
        .returning(col(Delivery.id))
    ).scalars()
    return _fresh(session, list(turned))


def state_of(session: Session, person_id: int, kind: str, on: date) -> str | None:
    """The state of one message, None if it was never planned."""
    found = select(Delivery.state).where(
        col(Delivery.person_id) == person_id, col(Delivery.kind) == kind, col(Delivery.on) == on
    )
    return session.exec(found).one_or_none()


def planned_kinds(session: Session, kinds: Collection[str], on: date) -> set[str]:
    """Those of these kinds of which anybody was sent one on that date, or will be."""
    found = select(Delivery.kind).where(col(Delivery.kind).in_(sorted(kinds)), col(Delivery.on) == on)
    return set(session.exec(found)) if kinds else set()


def nudged(session: Session, prospect_ids: Collection[int], on: date) -> set[int]:
    """Those of these customers of whom a manager reminded somebody on that date."""
    kinds = planned_kinds(session, [f"{NUDGE}{id}" for id in prospect_ids], on)
    return {int(kind.removeprefix(NUDGE)) for kind in kinds}


def people_to_plan(session: Session, now: datetime, limit: int, *, evening: bool = False) -> Sequence[Person]:
    """People whose morning (or evening) has come, by index; those that another process is planning just now are left
    to it.
    """
    if _ANY_TO_PLAN[evening].first(session, now=now) is None:
        return []
    return session.exec(_COME[evening], params={"now": now, "most": limit}).all()


def next_push(session: Session) -> tuple[datetime, int] | None:
    """When the next message is planned, and for how many people in that minute; None if for nobody."""
    planned = col(Person.active), col(Person.unreachable).is_(False)
    at = session.exec(select(func.min(Person.next_push_at)).where(*planned)).one()
    if at is None:
        return None
    count = select(func.count()).select_from(Person).where(*planned, col(Person.next_push_at) <= at + MINUTE)
    return at, session.exec(count).one()


def troubled(session: Session, since: datetime) -> Mapping[tuple[str, str], int]:
    """How many messages ended uncertain or failed since a moment, by (state, cause)."""
    state, cause = col(Delivery.state), col(Delivery.cause)
    found = (
        select(state, cause, func.count())
        .where(state.in_(("uncertain", "failed")), col(Delivery.finished_at) >= since)
        .group_by(state, cause)
    )
    return {(state, cause): count for state, cause, count in session.exec(found)}


def last_push(session: Session) -> tuple[datetime, datetime, int] | None:
    """The first and the last moment of the newest push, and how many messages it was; None before the first."""
    sent = col(Delivery.state) == "sent", col(Delivery.kind) == "morning"
    finished = col(Delivery.finished_at)
    last = session.exec(select(finished).where(*sent).order_by(finished.desc()).limit(1)).first()
    if last is None:
        return None
    same = select(func.min(finished), func.count()).where(*sent, finished <= last, finished > last - PUSH)
    first, count = session.exec(same).one()
    return first or last, last, count


def waiting(session: Session) -> int:
    """How many messages are planned or claimed."""
    found = select(func.count()).select_from(Delivery).where(col(Delivery.state).in_(("planned", "claimed")))
    return session.exec(found).one()


def overdue(session: Session, before: datetime, tries: int) -> int:
    """How many messages should have gone out before a moment, or were tried `tries` times, and still wait."""
    open_ = col(Delivery.state).in_(("planned", "claimed"))
    late = or_(col(Delivery.due_at) < before, col(Delivery.attempts) >= tries)
    return session.exec(select(func.count()).select_from(Delivery).where(open_, late)).one()


def _fresh(session: Session, ids: Sequence[int]) -> Sequence[Delivery]:
    if not ids:
        return ()
    found = select(Delivery).where(col(Delivery.id).in_(ids)).order_by(col(Delivery.due_at), col(Delivery.id))
    return session.exec(found, execution_options={"populate_existing": True}).all()
