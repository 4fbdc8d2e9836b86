"""A manager's view: `/team`, `/rep 小李`, `/overdue`, and the buttons of `t:`.

Counting over a large team takes a part of a second, so these answers are read beside everything else: on a thread that
only reads, never in the transaction in which other people's updates wait. Only a nudge, and the note that
somebody looked at a rep's customer, are written.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from sqlmodel import Session
from telegram import Update

from cards import hours as hour_words
from cards import people as general
from cards import team as words
from cards.card import Act, Card, Change, Picture, Say, Tick, Toast
from cards.team import LateLine, RepLine
from handlers.desk import DESK, Context, Decide, Desk, Turn, answer, decided_by, number, refusal
from handlers.looking import opened
from handlers.show import show
from knowledge.attention import pressing
from knowledge.text import printable
from store import deliveries, people, prospects
from store import team as figures
from store.people import MANAGERS
from store.tables import Person, Prospect
from store.team import RepStatus, Week, week_of

SIZE = 8  # customers on a page
FIRST = 4  # who wait, below a rep's week
CHOICES = 20  # reps to choose from
NEW = "n"  # ends what a button below a digest sends


async def team(update: Update, context: Context) -> None:
    """`/team`."""
    await look(update, context, partial(board, at=0))


async def rep(update: Update, context: Context) -> None:
    """`/rep`, `/rep 小李`."""
    await look(update, context, partial(_named, name=printable(" ".join(context.args or ()), 40)))


async def overdue(update: Update, context: Context) -> None:
    """`/overdue`."""
    await look(update, context, waiting)


async def tapped(update: Update, context: Context) -> None:
    """A button of the team. A nudge changes something, and whoever opens a rep's customer is noted."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    if data.startswith("t:nudge:"):
        await answer(update, context, partial(_nudge, data=data), managers=True)
    elif data.startswith("t:see:"):
        await answer(update, context, partial(tap, data=data), managers=True)
    else:
        await look(update, context, partial(tap, data=data))


async def look(update: Update, context: Context, decide: Decide) -> None:
    """Answer a manager from what is on record, changing nothing: after a crash the question comes again."""
    desk: Desk = context.bot_data[DESK]
    user = update.effective_user
    if user is not None:
        await show(update, context, await desk.db.read(seen, desk, user.id, desk.now(), context.bot.username, decide))


def seen(session: Session, desk: Desk, telegram_id: int, now: datetime, bot_name: str, decide: Decide) -> Sequence[Act]:
    """What a manager gets to see; anybody else is refused."""
    caller = people.caller(session, telegram_id)
    if caller is None:
        return [Say(general.stranger())]
    if caller.role not in MANAGERS:
        return [refusal()]
    return decided_by(Turn(desk, session, caller, now, bot_name, caller.awaiting), decide)


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`t:<verb>[:<id or page>[:<page>]]`, none of which can be trusted; below a digest the answer is a new message, and
    the button shows that it was tapped.
    """
    _, verb, first, second = [*data.split(":"), "", "", ""][:4]
    if second == NEW:
        verbs_new = {"board": lambda: board(turn, 0), "rep": lambda: _rep(turn, number(first))}
        found = verbs_new[verb]() if verb in verbs_new else _said(_see(turn, number(first)))
        return [Tick(), *found] if any(not isinstance(act, Toast) for act in found) else found
    verbs: Mapping[str, Callable[[], Sequence[Act]]] = {
        "board": lambda: instead(board(turn, number(first))),
        "rep": lambda: instead(_rep(turn, number(first))),
        "late": lambda: [Change(_late(turn, number(first)))],
        "due": lambda: _due(turn, number(first), number(second)),
        "see": lambda: _see(turn, number(first)),
    }
    chosen = verbs.get(verb)
    return chosen() if chosen else [Toast(general.stale())]


def instead(acts: Sequence[Act]) -> Sequence[Act]:
    """In the place of the message whose button was tapped."""
    return [
        replace(one, instead=True) if isinstance(one, Picture) else Change(one.card) if isinstance(one, Say) else one
        for one in acts
    ]


def _said(acts: Sequence[Act]) -> Sequence[Act]:
    """As a new message."""
    return [Say(one.card) if isinstance(one, Change) else one for one in acts]


# --- the board --------------------------------------------------------------------------------------------------------


def board(turn: Turn, at: int) -> Sequence[Act]:
    """The manager's own team and those below; an admin of none sees everybody."""
    rows = sorted(lines(turn), key=lambda row: (*_order(row), row.name, row.id))
    if not rows:
        return [Say(words.empty(title(turn)))]
    away = hour_words.who_is_away(people.away(turn.session, scope(turn), turn.today))
    return [words.board(title(turn), rows, min(at, (len(rows) - 1) // words.PAGE), away)]


def _order(row: RepLine) -> tuple[bool, int, float]:
    return pressing(unreachable=row.unreachable, overdue=row.overdue, done=row.contacts, plan=row.plan)


def lines(turn: Turn) -> list[RepLine]:
    """Everybody of the caller's teams who has customers to look after."""
    rows = figures.status(turn.session, scope(turn), turn.today, week_of(turn.today, turn.now, turn.caller.tz))
    return [_line(row) for row in rows if row.role == "rep" or row.customers]


def _line(row: RepStatus) -> RepLine:
    return RepLine(
        id=row.person_id,
        name=row.name,
        unreachable=row.unreachable,
        customers=row.customers,
        grades=row.grades,
        today=row.today,
        overdue=row.overdue,
        left=row.left,
        contacts=row.contacts.now,
        contacts_before=row.contacts.before,
        interviews=row.interviews.now,
        interviews_before=row.interviews.before,
        won=row.won.now,
        won_before=row.won.before,
    )


def title(turn: Turn) -> str:
    """What the caller's people are called together."""
    return people.team_name(turn.session, turn.caller.team_id) or "全部团队"


def scope(turn: Turn) -> set[int] | None:
    """The teams whose figures the caller may see."""
    return people.scope(turn.session, turn.caller)


# --- a rep ------------------------------------------------------------------------------------------------------------


def week_asked(turn: Turn, name: str) -> Sequence[Act]:
    """The week of somebody of the caller's teams who is called so; () where nobody is, or the caller leads none."""
    if turn.caller.role not in MANAGERS or not figures.named(turn.session, scope(turn), name, CHOICES):
        return ()
    return _named(turn, name)


def _named(turn: Turn, name: str) -> Sequence[Act]:
    if not name:
        rows = sorted(lines(turn), key=_order)[:CHOICES]
        return [Say(words.which_rep([(row.id, row.name) for row in rows], "") if rows else words.empty(title(turn)))]
    found = figures.named(turn.session, scope(turn), name, CHOICES)
    if len(found) == 1:
        return _rep(turn, found[0].id or 0)
    return [Say(words.which_rep([(one.id or 0, one.name) for one in found], name) if found else words.no_rep(name))]


def _rep(turn: Turn, person_id: int) -> Sequence[Act]:
    """Somebody's week."""
    person = figures.person(turn.session, scope(turn), person_id)
    if person is None:
        return [Toast(words.gone(), alert=True)]
    week = week_of(turn.today, turn.now, turn.caller.tz)
    [row] = figures.status(turn.session, scope(turn), turn.today, week, person_id)
    late, _ = _late_lines(turn, 0, FIRST, person_id)
    return [words.rep(_line(row), _days(turn, person_id, week), late, turn.today, own=person_id == turn.me)]


def _days(turn: Turn, person_id: int, week: Week) -> list[tuple[date, int, int]]:
    """Of each day of the week: contacts made, and customers still due on it."""
    made = figures.made(turn.session, person_id, week.begins, week.begins + timedelta(days=7))
    planned = figures.planned(turn.session, person_id, week.ends)
    done = [turn.local(at) for at, outcome in made if outcome == "reached"]
    days = [week.ends - timedelta(days=away) for away in range(6, -1, -1)]
    return [(day, done.count(day), planned.get(day, 0)) for day in days]


# --- who waits --------------------------------------------------------------------------------------------------------


def waiting(turn: Turn) -> Sequence[Act]:
    """The first page of everybody's customers who wait."""
    return [Say(_late(turn, 0))]


def _late(turn: Turn, at: int) -> Card:
    """A page of everybody's customers who wait."""
    rows, count = _late_lines(turn, at, SIZE)
    return words.overdue(title(turn), rows, count, at, SIZE, turn.today)


def _due(turn: Turn, person_id: int, at: int) -> Sequence[Act]:
    """A page of one rep's."""
    person = figures.person(turn.session, scope(turn), person_id)
    if person is None:
        return [Toast(words.gone(), alert=True)]
    rows, count = _late_lines(turn, at, SIZE, person_id)
    return [Change(words.overdue(person.name, rows, count, at, SIZE, turn.today, person_id))]


def _late_lines(turn: Turn, at: int, size: int, person_id: int | None = None) -> tuple[list[LateLine], int]:
    rows, count = figures.late(turn.session, scope(turn), turn.today, at, size, person_id)
    told = deliveries.nudged(turn.session, [row.id for row in rows], turn.today)
    types = turn.desk.system.types
    lines = [
        LateLine(
            id=row.id,
            name=row.name,
            grade=row.grade,
            type_zh=types[row.type_id].zh if row.type_id in types else "",
            due=row.due,
            owner=row.owner,
            nudged=row.id in told,
            own=row.owner_id == turn.me,
        )
        for row in rows
    ]
    return lines, count


def _nudge(turn: Turn, data: str) -> Sequence[Act]:
    """`t:nudge:<customer>:<where the button was>`: once a day for each customer, by whomever."""
    _, _, id, where = [*data.split(":"), "", ""][:4]
    found = figures.customer(turn.session, scope(turn), number(id))
    if found is None:
        return [Toast(words.gone(), alert=True)]
    row, owner = found
    toast = words.nudged(owner.name) if _send_nudge(turn, row, owner) else _why_not(turn, row, owner)
    return [Toast(toast), *(_ticked(turn, row) if where == "r" else _again(turn, row, where))]


def _send_nudge(turn: Turn, row: Prospect, owner: Person) -> bool:
    if owner.id == turn.me or owner.unreachable or not prospects.is_late(row, turn.today):
        return False
    return deliveries.plan(
        turn.session,
        person_id=owner.id or 0,
        kind=f"{deliveries.NUDGE}{row.id}",
        on=turn.today,
        due_at=turn.now,
        sender_id=turn.me,
    )


def _why_not(turn: Turn, row: Prospect, owner: Person) -> str:
    if owner.id == turn.me:
        return words.your_own()
    if not prospects.is_late(row, turn.today):
        return words.in_time()
    return words.cannot_hear(owner.name) if owner.unreachable else words.nudged_already()


def _again(turn: Turn, row: Prospect, where: str) -> Sequence[Act]:
    """The list or card that the button stood on, as it is now."""
    if where.startswith("l"):
        return [Change(_late(turn, number(where[1:])))]
    if where.startswith("d"):
        person, _, at = where[1:].partition(".")
        return [one for one in _due(turn, number(person), number(at)) if isinstance(one, Change)]
    if where == "w":
        return instead(_rep(turn, row.owner_id))
    return _see(turn, row.id or 0) if where == "s" else ()


def _ticked(turn: Turn, row: Prospect) -> Sequence[Act]:
    """A morning's message stays as it was sent; its button says whether the rep was reminded."""
    if not prospects.is_late(row, turn.today):
        return [Tick(words.NO_NEED)]
    return [Tick(words.REMINDED)] if deliveries.nudged(turn.session, [row.id or 0], turn.today) else []


def _see(turn: Turn, prospect_id: int) -> Sequence[Act]:
    """A customer of the team."""
    card = opened(turn, prospect_id)
    return [Change(card) if card else Toast(words.gone(), alert=True)]
