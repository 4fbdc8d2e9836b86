"""The managers' morning: of everything in their teams the few matters that need them, as things stand now; the morning
of a team in its group, in figures; and what a manager reminds a rep of.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlmodel import Session

from cards import alarms as alarm_words
from cards import groups as group_words
from cards import team as words
from cards.card import Card
from knowledge.attention import MANY_LATE, Matter, first, quiet
from store import deliveries, groups, people, prospects
from store import team as figures
from store.tables import GroupChat, Person
from store.team import Teams, Week, week_of

LOOKED_AT = 20  # of the customers who wait, the best graded


def plan_digests(session: Session, those: Sequence[Person], today: date, now: datetime) -> None:
    """Plan the message of that date for the managers among people whose morning has come."""
    managers = [(one.id or 0, today) for one in those if one.role in people.MANAGERS and one.digest]
    deliveries.plan_all(session, "digest", managers, now)


def group_digest(session: Session, person: Person, chat_id: int, now: datetime, today: date) -> Card | None:
    """What is told in a group in the morning, None where nothing is: it was ended, we were removed, whoever claimed
    the group looks after that team no more, or there is nothing to count.
    """
    group = session.get(GroupChat, chat_id)
    if group is None or group.team_id is None or not group.digest or group.lost:
        return None
    if not groups.manages(session, group, person):
        return None
    team = people.teams_below(session, group.team_id)
    rows = figures.status(session, team, today, week_of(today, now, person.tz))
    if not any(row.customers for row in rows):
        return None
    return group_words.morning(
        people.team_name(session, group.team_id),
        group_words.Morning(
            today=sum(row.today for row in rows),
            each=[(row.name, row.today) for row in rows if row.today],
            overdue=sum(row.overdue for row in rows),
            complaints=figures.open_complaints(session, team),
            contacts=sum(row.contacts.now for row in rows),
            plan=sum(row.contacts.now + row.left for row in rows),
            won=sum(row.won.now for row in rows),
        ),
        today,
    )


def group_lost(session: Session, person: Person, kind: str) -> Card | None:
    """What a manager is told of a group in which nothing can be said, None where it can again."""
    chat_id, time = groups.about(kind)
    group = session.get(GroupChat, chat_id)
    if group is None or not group.lost or group.losses != time or not groups.manages(session, group, person):
        return None
    return alarm_words.lost_group(group.title, removed=group.lost == groups.REMOVED, morning=group.digest)


def nudge(session: Session, person: Person, prospect_id: int, sender_id: int | None, today: date) -> Card | None:
    """What a manager reminds a rep of, None where the customer does not wait any more."""
    row = prospects.mine(session, person.id or 0, prospect_id)
    if row is None or row.next_contact_on is None or not prospects.is_late(row, today):
        return None
    sender = people.by_id(session, sender_id) if sender_id else None
    name = sender.name if sender else ""
    return words.nudge(name, prospect_id, row.name, row.next_contact_on, today, row.next_step)


def digest(session: Session, person: Person, now: datetime, today: date) -> Card | None:
    """What a manager is told, None where nothing needs them; never about themselves."""
    teams = people.scope(session, person)
    week = week_of(today, now, person.tz)
    matters = [
        one
        for one in _matters(session, teams, today, week)
        if one.rep != person.id and not _told_today(session, person, one, today)
    ]
    return words.digest(first(matters)) if matters else None


def _told_today(session: Session, person: Person, one: Matter, today: date) -> bool:
    """Whether a message of its own tells the manager of it today: that somebody can be reached no more."""
    kind = f"gone:{one.rep}"
    return one.kind == "unreachable" and deliveries.state_of(session, person.id or 0, kind, today) is not None


def _matters(session: Session, teams: Teams, today: date, week: Week) -> Iterator[Matter]:
    for complaint, row, owner in figures.complaints(session, teams, today, LOOKED_AT):
        days = (today - complaint.due_on).days if complaint.due_on else 0
        yield Matter("complaint", owner.id or 0, owner.name, row.id or 0, row.name, days)
    late, _ = figures.late(session, teams, today, 0, LOOKED_AT)
    for one in late:
        if one.grade == "A":
            yield Matter("grade_a", one.owner_id, one.owner, one.id, one.name, (today - one.due).days)
    for rep in figures.status(session, teams, today, week):
        if rep.unreachable:
            yield Matter("unreachable", rep.person_id, rep.name)
        if rep.overdue >= MANY_LATE:
            yield Matter("many_late", rep.person_id, rep.name, count=rep.overdue)
        if quiet(today) and rep.contacts.now == 0 and rep.left:
            yield Matter("quiet", rep.person_id, rep.name, count=rep.left)
        if rep.won.now:
            yield Matter("won", rep.person_id, rep.name, count=rep.won.now)
