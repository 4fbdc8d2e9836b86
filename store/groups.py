"""Groups that the bot is in, whose figures are told there, and the messages that go there by themselves."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import Session, SQLModel, col, delete, select, update

from store import deliveries, people
from store.db import insert
from store.people import MANAGERS, Caller, teams_below
from store.quick import Quick
from store.tables import Delivery, GroupChat, Person

KIND = "group:"  # begins the kind of the message; the chat's id follows
TOLD = "lost:"  # begins the kind of what managers are told of a group; the chat's id and which time it is follow
REMOVED: Final = "removed"
MUTED: Final = "muted"
Lost = Literal["removed", "muted"]
LONGEST_TITLE = 60

_COME = (
    select(GroupChat, Person)
    .join(Person, col(Person.id) == col(GroupChat.person_id))
    .where(col(GroupChat.next_digest_at) <= bindparam("now"), col(GroupChat.team_id).is_not(None))
    .where(col(GroupChat.digest), col(GroupChat.lost) == "", col(Person.active))
    .order_by(col(GroupChat.next_digest_at))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=GroupChat)
)
_TABLE = SQLModel.metadata.tables["group_chat"]
_ANY_TO_TELL = Quick(columns(_TABLE.c.chat_id).where(_TABLE.c.next_digest_at <= bindparam("now")).limit(1))


def met(session: Session, chat_id: int, now: datetime, title: str = "") -> tuple[GroupChat, bool]:
    """The group, and whether this is the first time that anybody spoke to us there. Where we hear, we are a member;
    that we may write is known when something was said.
    """
    row = session.get(GroupChat, chat_id)
    first = row is None
    if row is None:
        row = GroupChat(chat_id=chat_id, greeted_at=now)
        session.add(row)
    row.lost = "" if row.lost == REMOVED else row.lost
    row.title = title[:LONGEST_TITLE] or row.title
    session.flush()
    return row, first


def claim(row: GroupChat, person: Person, now: datetime, days: Mapping[date, bool]) -> None:
    """The figures of a manager's team are told there from now on, in the morning at that manager's hour."""
    row.team_id, row.person_id = person.team_id, person.id
    row.digest = True
    set_morning(row, person, now, days)


def manages(session: Session, row: GroupChat, person: Person) -> bool:
    """Whether somebody manages the team whose figures are told there."""
    if row.team_id is None or person.role not in MANAGERS:
        return False
    teams = people.scope(session, person)
    return teams is None or row.team_id in teams


def switch(session: Session, row: GroupChat, now: datetime, days: Mapping[date, bool], *, on: bool) -> None:
    """Begin or end what is told there by itself."""
    row.digest = on
    person = people.by_id(session, row.person_id or 0)
    if on and person is not None:
        set_morning(row, person, now, days)


def hour(session: Session, row: GroupChat) -> str:
    """The local time at which it is told there, HH:MM."""
    person = people.by_id(session, row.person_id or 0)
    return person.push_at if person else ""


def set_morning(row: GroupChat, person: Person, now: datetime, days: Mapping[date, bool]) -> None:
    """Set when the group hears from us next."""
    hours = people.hours(person, away=False)
    row.next_digest_at = hours.following(now, hours.morning, days)


def claimed_by(session: Session, person_id: int) -> Sequence[GroupChat]:
    """The groups that somebody claimed."""
    return session.exec(select(GroupChat).where(col(GroupChat.person_id) == person_id)).all()


def to_tell(session: Session, now: datetime, limit: int) -> Sequence[tuple[GroupChat, Person]]:
    """Groups whose morning has come, each with the manager who claimed it; those that another process is planning
    just now are left to it.
    """
    if _ANY_TO_TELL.first(session, now=now) is None:
        return []
    return session.exec(_COME, params={"now": now, "most": limit}).all()


def managed(session: Session, caller: Caller | Person) -> Sequence[GroupChat]:
    """The groups in which figures of somebody's teams are told, by title."""
    if caller.role not in MANAGERS:
        return ()
    teams = people.scope(session, caller)
    found = select(GroupChat).where(col(GroupChat.team_id).is_not(None))
    if teams is not None:
        found = found.where(col(GroupChat.team_id).in_(teams))
    return session.exec(found.order_by(col(GroupChat.title), col(GroupChat.chat_id))).all()


def lose(session: Session, chat_id: int, why: Lost, now: datetime) -> bool:
    """Nothing can be said in that group: nothing is sent there until that changes, and the team's managers are told,
    once however often and by whom it is found out; whether this was the first time.
    """
    lost = update(GroupChat).where(col(GroupChat.chat_id) == chat_id, col(GroupChat.lost) != why)
    if session.exec(lost.values(lost=why, losses=col(GroupChat.losses) + 1)).rowcount == 0:
        return False
    row = session.get_one(GroupChat, chat_id, populate_existing=True)
    for manager in _told_of(session, row):
        today = now.astimezone(ZoneInfo(manager.tz)).date()
        kind = f"{TOLD}{chat_id}:{row.losses}"
        deliveries.plan(session, person_id=manager.id or 0, kind=kind, on=today, due_at=now)
    return True


def regain(session: Session, chat_id: int) -> None:
    """We are in that group and may write there."""
    was = update(GroupChat).where(col(GroupChat.chat_id) == chat_id, col(GroupChat.lost) != "")
    session.exec(was.values(lost=""))


def _told_of(session: Session, row: GroupChat) -> Sequence[Person]:
    """Who has to know: whoever looks after the team, and whoever claimed the group and may still speak there."""
    if row.team_id is None:
        return ()
    found = {one.id: one for one in people.managing(session, row.team_id)}
    claimed = people.by_id(session, row.person_id or 0)
    if claimed is not None and claimed.active and manages(session, row, claimed):
        found[claimed.id] = claimed
    return [one for one in found.values() if not one.unreachable]


def about(kind: str) -> tuple[int, int]:
    """The chat and which time it is, of a message (`TOLD`)."""
    chat, _, time = kind.removeprefix(TOLD).partition(":")
    return int(chat), int(time)


def move(session: Session, old: int, new: int) -> None:
    """A group has become another chat, as Telegram has it do when it grows: what was said of it holds for the new one,
    unless that was claimed by itself. What waits to be told goes there, once.
    """
    row = session.get(GroupChat, old)
    if row is None or old == new:
        return
    known = {"chat_id": new, "greeted_at": row.greeted_at, "title": row.title, "digest": True, "lost": "", "losses": 0}
    session.exec(insert(session, GroupChat).on_conflict_do_nothing().values(**known))
    into = session.get_one(GroupChat, new, populate_existing=True)
    if into.team_id is None:
        into.team_id, into.person_id, into.digest = row.team_id, row.person_id, row.digest
        into.next_digest_at = row.next_digest_at
    session.flush()
    session.exec(delete(GroupChat).where(col(GroupChat.chat_id) == old))
    told = select(col(Delivery.on)).where(col(Delivery.kind) == f"{KIND}{new}")
    moved = update(Delivery).where(col(Delivery.kind) == f"{KIND}{old}", col(Delivery.on).not_in(told))
    session.exec(moved.values(kind=f"{KIND}{new}"))


def members(session: Session, team_id: int) -> dict[int, str]:
    """The people whose customers are counted there, by id: of the team and of those below, whoever asks."""
    teams = teams_below(session, team_id)
    found = select(Person.id, Person.name).where(col(Person.team_id).in_(teams))
    return {id or 0: name for id, name in session.exec(found.order_by(col(Person.name), col(Person.id)))}
