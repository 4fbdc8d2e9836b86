"""Groups that the bot is in, and whose figures are told there."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from store.people import teams_below
from store.tables import GroupChat, Person


def met(session: Session, chat_id: int, now: datetime) -> tuple[GroupChat, bool]:
    """The group, and whether this is the first time that anybody spoke to us there."""
    row = session.get(GroupChat, chat_id)
    if row is not None:
        return row, False
    row = GroupChat(chat_id=chat_id, greeted_at=now)
    session.add(row)
    session.flush()
    return row, True


def of_team(session: Session, team_id: int) -> Sequence[int]:
    """The groups in which a team's figures are told."""
    found = select(GroupChat.chat_id).where(col(GroupChat.team_id) == team_id)
    return session.exec(found.order_by(col(GroupChat.chat_id))).all()


def members(session: Session, team_id: int) -> dict[int, str]:
    """The people whose customers are counted there, by id: of the team and of those below, whoever asks."""
    teams = teams_below(session, team_id)
    found = select(Person.id, Person.name).where(col(Person.team_id).in_(teams))
    return {id or 0: name for id, name in session.exec(found.order_by(col(Person.name), col(Person.id)))}
