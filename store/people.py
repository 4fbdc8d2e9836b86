"""People, teams and invitations."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlmodel import Session

from store.tables import Invite, Person, Team


def by_telegram(session: Session, telegram_id: int) -> Person | None:
    """The active person behind a Telegram account."""
    found = select(Person).where(Person.telegram_id == telegram_id, Person.active)  # type: ignore[arg-type]
    return session.scalars(found).one_or_none()


def by_id(session: Session, person_id: int) -> Person | None:
    """The person of that id, active or not."""
    return session.get(Person, person_id)


def join(
    session: Session,
    *,
    telegram_id: int,
    name: str,
    role: str,
    team_id: int | None,
    tz: str,
    push_at: str,
    now: datetime,
) -> Person:
    """Add somebody, or take somebody back who had left, with the given role and team."""
    person = session.scalars(select(Person).where(Person.telegram_id == telegram_id)).one_or_none()  # type: ignore[arg-type]
    if person is None:
        person = Person(telegram_id=telegram_id, name=name, role=role, tz=tz, push_at=push_at, created_at=now)
        session.add(person)
    person.name, person.role, person.team_id = name, role, team_id
    person.active, person.unreachable, person.next_push_at = True, False, now
    session.flush()
    return person


def anyone(session: Session) -> bool:
    """Whether anybody has joined yet."""
    return session.scalar(select(func.count()).select_from(Person)) != 0


def admins(session: Session) -> Sequence[Person]:
    """Active admins."""
    return session.scalars(select(Person).where(Person.role == "admin", Person.active)).all()  # type: ignore[arg-type]


def team_named(session: Session, name: str) -> Team:
    """The team of that name, made where there is none."""
    team = session.scalars(select(Team).where(Team.name == name)).one_or_none()  # type: ignore[arg-type]
    if team is None:
        team = Team(name=name)
        session.add(team)
        session.flush()
    return team


def team_of(session: Session, person: Person) -> Team | None:
    """The team that a person belongs to."""
    return session.get(Team, person.team_id) if person.team_id else None


def teams_below(session: Session, team_id: int) -> set[int]:
    """A team's id with those of all teams under it."""
    children: dict[int | None, list[int]] = {}
    for id, parent in session.execute(select(Team.id, Team.parent_id)):  # type: ignore[call-overload]
        children.setdefault(parent, []).append(id)
    found, waiting = set[int](), [team_id]
    while waiting:
        id = waiting.pop()
        if id not in found:
            found.add(id)
            waiting.extend(children.get(id, ()))
    return found


def invite(session: Session, row: Invite) -> Invite:
    """Keep a new invitation."""
    session.add(row)
    session.flush()
    return row


def redeem(session: Session, code_hash: str, now: datetime) -> Invite | None:
    """Use an invitation up; None if it is unknown, used, revoked or expired. Only one of two simultaneous tries gets it."""
    usable = (
        Invite.code_hash == code_hash,
        Invite.used_at.is_(None),  # type: ignore[union-attr]
        Invite.revoked_at.is_(None),  # type: ignore[union-attr]
        Invite.expires_at > now,
    )
    taken = session.execute(update(Invite).where(*usable).values(used_at=now).returning(Invite.id)).scalar()  # type: ignore[arg-type, call-overload]
    return session.get(Invite, taken, populate_existing=True) if taken else None


def await_text(person: Person, what: str) -> None:
    """Say what the person's next plain message answers ("" for nothing)."""
    person.awaiting = what


def mates(session: Session, person: Person) -> Sequence[Person]:
    """The other active people of a person's team."""
    if person.team_id is None:
        return ()
    found = select(Person).where(Person.team_id == person.team_id, Person.active, Person.id != person.id)  # type: ignore[arg-type]
    return session.scalars(found.order_by(Person.name)).all()  # type: ignore[arg-type]


def team_name(session: Session, team_id: int | None) -> str:
    """A team's name, "" for none."""
    team = session.get(Team, team_id) if team_id else None
    return team.name if team else ""


def unreachable(session: Session) -> Sequence[str]:
    """Names of the active people whom messages do not reach."""
    return session.scalars(select(Person.name).where(Person.active, Person.unreachable)).all()  # type: ignore[call-overload, no-any-return]
