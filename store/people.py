"""People, teams and invitations."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time

from sqlalchemy import bindparam
from sqlmodel import Session, SQLModel, and_, col, func, or_, select, update

from knowledge.hours import Hours
from store.quick import Quick
from store.tables import Invite, Person, Team

MANAGERS = frozenset({"manager", "admin"})  # roles that see more than their own customers


@dataclass(frozen=True, slots=True)
class Caller:
    """Who an update comes from: what every answer needs to know of them."""

    id: int
    name: str
    role: str
    team_id: int | None
    tz: str
    awaiting: str
    dark: bool

    @classmethod
    def of(cls, person: Person) -> "Caller":
        """Who a row is of."""
        return cls(**{field.name: getattr(person, field.name) for field in fields(cls)})


_TABLE = SQLModel.metadata.tables["person"]
_CALLER = Quick(
    select(*(_TABLE.c[field.name] for field in fields(Caller)))
    .where(_TABLE.c.telegram_id == bindparam("telegram_id"), _TABLE.c.active)
    .with_for_update(key_share=True)
)
_AWAIT = Quick(update(_TABLE).where(_TABLE.c.id == bindparam("me")).values(awaiting=bindparam("what")))

_PERSON = Quick(select(*_TABLE.c).where(_TABLE.c.id == bindparam("id")))
_PUSHED = Quick(update(_TABLE).where(_TABLE.c.id == bindparam("me")).values(pushed_at=bindparam("at")))


def pushed(session: Session, person_id: int, now: datetime) -> None:
    """Note that a person has heard from us, or had nothing to hear, today."""
    _PUSHED.change(session, me=person_id, at=now)


def hours(person: Person, *, away: bool = True) -> Hours:
    """When a person hears from us; without `away`, when those do who hear from us though the person is on leave."""
    leave = (person.away_from, person.away_to) if away and person.away_from and person.away_to else None
    return Hours(
        tz=person.tz,
        morning=time.fromisoformat(person.push_at),
        evening=time.fromisoformat(person.evening_at) if person.evening_at else None,
        quiet=(time.fromisoformat(person.quiet_from), time.fromisoformat(person.quiet_to)),
        away=leave,
        lead=person.brief_lead,
    )


def plan(person: Person, now: datetime, days: Mapping[date, bool] | None = None) -> None:
    """Set when a person hears from us next, after their hours were changed."""
    theirs = hours(person)
    person.next_push_at = theirs.following(now, theirs.morning, days)
    person.next_evening_at = theirs.following(now, theirs.evening, days) if theirs.evening else None


def by_telegram(session: Session, telegram_id: int) -> Person | None:
    """The active person behind a Telegram account."""
    found = select(Person).where(col(Person.telegram_id) == telegram_id, col(Person.active))
    return session.exec(found).one_or_none()


def taking_turn(session: Session, telegram_id: int) -> Caller | None:
    """The same, held until the transaction ends: processes work one person's updates off one after the other.

    FOR NO KEY UPDATE on PostgreSQL, so that rows which refer to the person can still be written; SQLite has one writer.
    """
    row = _CALLER.first(session, telegram_id=telegram_id)
    return Caller(*row) if row else None


def caller(session: Session, telegram_id: int) -> Caller | None:
    """Who somebody is, for an answer that only reads."""
    person = by_telegram(session, telegram_id)
    return Caller.of(person) if person else None


def by_id(session: Session, person_id: int) -> Person | None:
    """The person of that id, active or not."""
    return session.get(Person, person_id)


def as_known(session: Session, person_id: int) -> Person | None:
    """A copy of the same to read, in a quarter of the time: what is changed in it is not kept."""
    row = _PERSON.first(session, id=person_id)
    return Person(**dict(zip(_TABLE.c.keys(), row, strict=True))) if row else None


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
    evening_at: str = "18:00",
    quiet: tuple[str, str] = ("21:00", "08:00"),
    lead: int = 60,
) -> Person:
    """Add somebody, or take somebody back who had left, with the given role and team; who comes back keeps the hours
    of before.
    """
    person = session.exec(select(Person).where(col(Person.telegram_id) == telegram_id)).one_or_none()
    if person is None:
        person = Person(telegram_id=telegram_id, name=name, role=role, tz=tz, push_at=push_at, created_at=now)
        person.evening_at, (person.quiet_from, person.quiet_to), person.brief_lead = evening_at, quiet, lead
        session.add(person)
    person.name, person.role, person.team_id = name, role, team_id
    person.active, person.unreachable = True, False
    person.next_push_at = person.next_evening_at = now
    session.flush()
    return person


def anyone(session: Session) -> bool:
    """Whether anybody has joined yet."""
    return session.exec(select(func.count()).select_from(Person)).one() != 0


def admins(session: Session) -> Sequence[Person]:
    """Active admins."""
    return session.exec(select(Person).where(col(Person.role) == "admin", col(Person.active))).all()


def above(session: Session, person: Person) -> Sequence[Person]:
    """Active managers of a person's team or of the nearest team above that has one; admins where there is none."""
    return managing(session, person.team_id, but=person.id)


def managing(session: Session, team_id: int | None, but: int | None = None) -> Sequence[Person]:
    """The same of a team; `but` is not among them."""
    for id in teams_above(session, team_id):
        found = select(Person).where(col(Person.team_id) == id, col(Person.role) == "manager", col(Person.active))
        managers = session.exec(found.where(col(Person.id) != but).order_by(col(Person.id))).all()
        if managers:
            return managers
    return [admin for admin in admins(session) if admin.id != but]


def above_all(session: Session, person: Person) -> Sequence[Person]:
    """Everybody who sees a person's figures and customers: managers and admins of the own team and of those above it,
    and admins of no team; the nearest first.
    """
    line = teams_above(session, person.team_id)
    seeing = or_(
        and_(col(Person.team_id).in_(line), col(Person.role).in_(MANAGERS)),
        and_(col(Person.team_id).is_(None), col(Person.role) == "admin"),
    )
    found = session.exec(select(Person).where(col(Person.active), col(Person.id) != person.id, seeing)).all()
    place = {id: at for at, id in enumerate(line)}
    return sorted(found, key=lambda one: (place.get(one.team_id or 0, len(line)), one.id))


def team_named(session: Session, name: str) -> Team:
    """The team of that name, made where there is none."""
    team = session.exec(select(Team).where(col(Team.name) == name)).one_or_none()
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
    for id, parent in session.exec(select(Team.id, Team.parent_id)):
        children.setdefault(parent, []).append(id or 0)
    found, waiting = set[int](), [team_id]
    while waiting:
        id = waiting.pop()
        if id not in found:
            found.add(id)
            waiting.extend(children.get(id, ()))
    return found


def teams_above(session: Session, team_id: int | None) -> Sequence[int]:
    """A team's id with those of all teams over it, the nearest first; none for no team."""
    parents = dict(session.exec(select(Team.id, Team.parent_id)).all()) if team_id else {}
    found, at = list[int](), team_id
    while at and at not in found:
        found.append(at)
        at = parents.get(at)
    return found


def scope(session: Session, caller: Caller | Person) -> set[int] | None:
    """The teams of which somebody may see figures and customers: of a manager the own one and those below, of an admin
    of none all (None), of anybody else none.
    """
    if caller.role == "admin" and caller.team_id is None:
        return None
    if caller.role not in MANAGERS or caller.team_id is None:
        return set()
    return teams_below(session, caller.team_id)


def invite(session: Session, row: Invite) -> Invite:
    """Keep a new invitation."""
    session.add(row)
    session.flush()
    return row


def redeem(session: Session, code_hash: str, now: datetime) -> Invite | None:
    """Use an invitation up; None if it is unknown, used, revoked or expired. Of two simultaneous tries one gets it."""
    usable = (
        col(Invite.code_hash) == code_hash,
        col(Invite.used_at).is_(None),
        col(Invite.revoked_at).is_(None),
        col(Invite.expires_at) > now,
    )
    taken = session.exec(update(Invite).where(*usable).values(used_at=now).returning(col(Invite.id))).scalar()
    return session.get(Invite, taken, populate_existing=True) if taken else None


def await_text(session: Session, person_id: int, what: str) -> None:
    """Say what the person's next plain message answers ("" for nothing)."""
    _AWAIT.change(session, me=person_id, what=what)


def pool_owners(session: Session, caller: Caller) -> Sequence[int]:
    """Whose idle customers somebody may claim: those of the own team, of a manager also those of the teams below."""
    within = reach_ids(session, caller) if caller.role != "rep" else []
    found = select(Person.id)
    if caller.role == "rep" and caller.team_id is None:
        return ()
    if caller.role == "rep":
        found = found.where(col(Person.team_id) == caller.team_id)
    elif within is not None:
        found = found.where(col(Person.id).in_(within))
    return [id or 0 for id in session.exec(found)]


def leave(person: Person) -> None:
    """Somebody is no member any more; an invitation takes them back, with what they left behind."""
    person.active, person.awaiting, person.next_push_at, person.next_evening_at = False, "", None, None


def open_invites(session: Session, caller: Caller, now: datetime) -> Sequence[Invite]:
    """Invitations that still work: one's own, of a manager all into the teams in reach, of an admin all."""
    found = select(Invite).where(
        col(Invite.used_at).is_(None), col(Invite.revoked_at).is_(None), col(Invite.expires_at) > now
    )
    if caller.role != "admin" or caller.team_id is not None:
        teams = teams_below(session, caller.team_id) if caller.team_id and caller.role != "rep" else set[int]()
        found = found.where(or_(col(Invite.created_by) == caller.id, col(Invite.team_id).in_(teams)))
    return session.exec(found.order_by(col(Invite.expires_at), col(Invite.id))).all()


def revoke(session: Session, caller: Caller, invite_id: int, now: datetime) -> bool:
    """Take an open invitation back that the caller may see; whether there was one."""
    row = next((one for one in open_invites(session, caller, now) if one.id == invite_id), None)
    if row is not None:
        row.revoked_at = now
    return row is not None


def mates(session: Session, person: Person) -> Sequence[Person]:
    """The other active people of a person's team."""
    if person.team_id is None:
        return ()
    found = select(Person).where(col(Person.team_id) == person.team_id, col(Person.active), col(Person.id) != person.id)
    return session.exec(found.order_by(col(Person.name))).all()


def team_name(session: Session, team_id: int | None) -> str:
    """A team's name, "" for none."""
    team = session.get(Team, team_id) if team_id else None
    return team.name if team else ""


def in_reach(session: Session, caller: Caller | Person) -> Sequence[Person]:
    """Whose customers somebody may see: their own; a manager, those of the own team and the teams below; and an admin
    without a team everybody's. The caller comes first, then the others by name.
    """
    found = (
        select(Person).where(col(Person.active), col(Person.id) != caller.id).order_by(col(Person.name), col(Person.id))
    )
    me = session.get_one(Person, caller.id)
    teams = scope(session, caller)
    return [me, *session.exec(found if teams is None else found.where(col(Person.team_id).in_(teams)))]


def away(session: Session, team_ids: Collection[int] | None, today: date) -> Sequence[tuple[str, date]]:
    """Who of the teams (None: everybody) is on leave, each with the last day of it, by name."""
    found = select(Person).where(col(Person.active), col(Person.away_from) <= today, col(Person.away_to) >= today)
    if team_ids is not None:
        found = found.where(col(Person.team_id).in_(team_ids))
    return [(row.name, row.away_to) for row in session.exec(found.order_by(col(Person.name))) if row.away_to]


def reach_ids(session: Session, caller: Caller | Person) -> Sequence[int] | None:
    """Ids of the people whose customers somebody may see, those who have left among them; None for everybody's."""
    teams = scope(session, caller)
    if teams is None:
        return None
    found = select(Person.id).where(col(Person.team_id).in_(teams))
    return sorted({caller.id or 0, *(id or 0 for id in session.exec(found))})


def active(session: Session, ids: Collection[int]) -> int:
    """How many of these people are members."""
    return session.exec(select(func.count()).where(col(Person.id).in_(ids), col(Person.active))).one()


def named_in_reach(session: Session, caller: Caller | Person) -> dict[str, tuple[int, ...]]:
    """The names of the people of `reach_ids` and of their teams, each with whose customers it stands for."""
    found = select(Person.id, Person.name, Team.name).join(Team, col(Team.id) == col(Person.team_id), isouter=True)
    reach = reach_ids(session, caller)
    if reach is not None:
        found = found.where(col(Person.id).in_(reach))
    named: dict[str, tuple[int, ...]] = {}
    for id, name, team in session.exec(found.order_by(col(Person.id))):
        for one in filter(None, (name, team)):
            named[one] = (*named.get(one, ()), id or 0)
    return named


def names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The names of some people, by id."""
    if not ids:
        return {}
    return {id or 0: name for id, name in session.exec(select(Person.id, Person.name).where(col(Person.id).in_(ids)))}


def unreachable(session: Session) -> Sequence[str]:
    """Names of the active people whom messages do not reach."""
    return session.exec(select(Person.name).where(col(Person.active), col(Person.unreachable))).all()
