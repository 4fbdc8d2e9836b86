"""A manager's view: `/team`."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from telegram import Update

from cards import hours as hour_words
from cards import team as words
from cards.card import Act, Say
from handlers.desk import Context, Turn, answer
from store import people
from store import team as figures


async def team(update: Update, context: Context) -> None:
    """`/team`."""
    await answer(update, context, status, managers=True)


def status(turn: Turn) -> Sequence[Act]:
    """The manager's own team and those below; an admin sees everybody."""
    teams = scope(turn)
    monday = turn.today - timedelta(days=turn.today.weekday())
    week = datetime.combine(monday, time(), ZoneInfo(turn.caller.tz))
    rows = figures.status(turn.session, teams, turn.today, week)
    title = people.team_name(turn.session, turn.caller.team_id) or "全部团队"
    lines = [
        words.RepLine(
            name=row.name,
            role=row.role,
            unreachable=row.unreachable,
            customers=row.customers,
            grades=row.grades,
            today=row.today,
            overdue=row.overdue,
            contacts=row.contacts,
            interviews=row.interviews,
        )
        for row in rows
        if row.role == "rep" or row.customers
    ]
    away = hour_words.who_is_away(people.away(turn.session, teams, turn.today))
    return [Say(words.status(title, lines, away))]


def scope(turn: Turn) -> set[int] | None:
    """The teams whose figures the caller may see: the own one and those below, None (all) for an admin of none."""
    if turn.caller.role == "admin" and turn.caller.team_id is None:
        return None
    return people.teams_below(turn.session, turn.caller.team_id) if turn.caller.team_id else set()
