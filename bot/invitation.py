"""An invitation made by the operator."""

from datetime import datetime, timedelta

from sqlmodel import Session

from knowledge.invitations import code_hash, new_code
from store import people
from store.tables import Invite


def make(session: Session, role: str, team: str, now: datetime, hours: int) -> str:
    """Keep an invitation and return its code, which is not kept."""
    code = new_code()
    team_id = people.team_named(session, team).id if team else None
    until = now + timedelta(hours=hours)
    people.invite(
        session, Invite(code_hash=code_hash(code), role=role, team_id=team_id, created_at=now, expires_at=until)
    )
    return code
