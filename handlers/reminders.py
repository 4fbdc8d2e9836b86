"""Today's list and what comes of it: `/today`, and the buttons of `r:`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from telegram import Update

from cards import hours as hour_words
from cards import people as general
from cards import prospects as prospect_words
from cards import reminders as words
from cards.card import Act, Card, Change, Say, Toast
from cards.days import day
from handlers import complaints, handover, occasions
from handlers.desk import Context, Turn, answer
from handlers.desk import number as number_of
from handlers.occasions import day_in, which
from handlers.saving import replan
from handlers.settings import pushes
from handlers.views import next_of, open_card
from handlers.visits import LONGEST_NOTE, OTHER, follow, method_in, write
from knowledge.calendar import working_from
from knowledge.dates import find, over
from knowledge.kinds import CONTACT, PROMISE
from knowledge.methods import Chosen
from knowledge.text import printable
from store import people, prospects, reminders, visits
from store.due import due_today, matters_today, touch_of
from store.tables import Prospect

PAGES = 200  # of a list; nobody has more


async def today(update: Update, context: Context) -> None:
    """`/today`."""
    await answer(update, context, _show)


def _show(turn: Turn) -> Sequence[Act]:
    return [Say(hour_words.under(current(turn), pushes(turn, 1)))]


async def tapped(update: Update, context: Context) -> None:
    """A button of the morning's list."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(tap, data=data))


def current(turn: Turn, page: int = 0) -> Card:
    """The list as it stands now; a page that there is no more is the last one."""
    desk = turn.desk
    reminders.settle(turn.session, turn.me, turn.today, turn.now, desk.rules.days)
    rows = due_today(turn.session, turn.person, turn.today, desk.planner, page)
    matters = matters_today(turn.session, turn.person, turn.today)
    _, bare = prospects.unplanned(turn.session, turn.me, 0)
    return words.today_list(rows, turn.today, matters, page, bare)


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`r:<verb>:<customer>[:<argument>]`."""
    _, verb, number, argument = [*data.split(":"), "", "", ""][:4]
    if verb == "today":
        return _show(turn)
    if verb == "page":
        return [Change(current(turn, min(number_of(number), PAGES)))]
    if verb in {"bare", "plan"}:
        return [Change(_without_plan(turn) if verb == "bare" else _plan(turn))]
    row = prospects.mine(turn.session, turn.me, int(number)) if number.isdecimal() and len(number) < 10 else None
    if row is None:
        return [Toast(prospect_words.gone(), alert=True)]
    verbs: Mapping[str, Callable[[], Sequence[Act]]] = {
        "done": lambda: _done(turn, row),
        "missed": lambda: _missed(turn, row),
        "later": lambda: [Say(words.later(row.id or 0, row.name))],
        "by": lambda: _by(turn, row, argument),
        "date": lambda: _ask_date(turn, row),
        "to": lambda: _to(turn, row, argument),
        "more": lambda: [Say(words.more(row.id or 0, row.name))],
        "stop": lambda: _stop(turn, row),
        "give": lambda: [Change(words.give(row.id or 0, row.name, _mates(turn)))],
        "given": lambda: _give(turn, row, argument),
    }
    chosen = verbs.get(verb)
    return chosen() if chosen else [Toast(general.stale())]


def _without_plan(turn: Turn) -> Card:
    rows, count = prospects.unplanned(turn.session, turn.me, words.BARE)
    return words.without_plan([(row.id or 0, row.name) for row in rows], count)


def _plan(turn: Turn) -> Card:
    """Plan the next contacts of the first few customers who have none."""
    rows, count = prospects.unplanned(turn.session, turn.me, words.BARE)
    told = []
    for row in rows:
        replan(turn, row)
        turn.session.flush()  # the next one looks at how full the days are
        told.append((row.name, row.next_contact_on))
    return words.planned(told, count - len(rows), turn.today)


def _touch(turn: Turn, row: Prospect) -> Chosen | None:
    """How the contact was to be made, as the list said; a promise or an occasion says itself what it is about."""
    open_ = reminders.open_until(turn.session, turn.me, turn.today, but=CONTACT)
    if any(prospect.id == row.id for _, prospect in open_):
        return None
    return touch_of(turn.session, row, turn.today, turn.desk.planner, ZoneInfo(turn.caller.tz))


def _done_today(turn: Turn, row: Prospect) -> bool:
    """Whether the contact of today is logged: a second tap must not log another."""
    last = next(iter(visits.latest(turn.session, row.id or 0, 1)), None)
    return last is not None and turn.local(last.at) == turn.today and last.outcome == "reached"


def _done(turn: Turn, row: Prospect) -> Sequence[Act]:
    if _done_today(turn, row):
        return [Toast(f"{row.name} 今天已经记过了。")]
    kept, _ = write(turn, row, "", touch=_touch(turn, row))
    turn.await_text(f"note:{kept.id}")
    return [Say(words.done(row.name, next_of(turn, row), turn.today)), *_refreshed(turn)]


def _missed(turn: Turn, row: Prospect) -> Sequence[Act]:
    if row.next_contact_on is not None and row.next_contact_on > turn.today and not _is_due(turn, row):
        return [Toast(f"{row.name} 已经安排在 {day(row.next_contact_on, turn.today)}。")]
    write(turn, row, "", "missed", _touch(turn, row))
    return [Toast(words.missed(row.name, row.next_contact_on, turn.today)), *_refreshed(turn)]


def _is_due(turn: Turn, row: Prospect) -> bool:
    return any(prospect.id == row.id for _, prospect in reminders.open_until(turn.session, turn.me, turn.today))


def _refreshed(turn: Turn) -> Sequence[Act]:
    """The tapped list without what is done."""
    return [Change(current(turn))]


def _by(turn: Turn, row: Prospect, days: str) -> Sequence[Act]:
    if days not in {"1", "3", "7"}:
        return [Toast(general.stale())]
    on = working_from(turn.today + timedelta(days=int(days)), turn.desk.rules.days)
    return [Change(_moved(turn, row, on))]


def _ask_date(turn: Turn, row: Prospect) -> Sequence[Act]:
    turn.await_text(f"until:{row.id}")
    return [Say(prospect_words.ask_field("next_contact_on", row.name))]


def put_off(turn: Turn, prospect_id: int, text: str) -> Sequence[Act]:
    """The day that was asked for; one that cannot be is asked for again."""
    row = prospects.mine(turn.session, turn.me, prospect_id)
    if row is None:
        return [Toast(prospect_words.gone())]
    found = find(text, turn.today)
    if found is None or found.past:
        turn.await_text(f"until:{prospect_id}")
        return [Say(prospect_words.bad_date(past=found is not None or over(text)))]
    return [Say(_moved(turn, row, found.on)), *which(turn, text, found, f"r:to:{row.id}")]


def _to(turn: Turn, row: Prospect, argument: str) -> Sequence[Act]:
    """Which of several days was meant by the one that a customer was put off to."""
    on = day_in(argument, turn.today)
    if on is None:
        return [Toast(general.stale())]
    for one in reminders.of(turn.session, row.id or 0, PROMISE):
        if one.on == row.next_contact_on:
            reminders.move(turn.session, one, on, turn.now)
    row.next_contact_on = on
    prospects.touch(row, turn.now)
    return [Change(general.cancelled(words.moved(row.name, on, turn.today)))]


def _moved(turn: Turn, row: Prospect, on: date) -> Card:
    """Put a customer off; what was promised moves along."""
    promised = [
        reminder
        for reminder, prospect in reminders.open_until(turn.session, turn.me, turn.today)
        if prospect.id == row.id and reminder.kind == PROMISE
    ]
    reminders.put_off(turn.session, row.id or 0, turn.today, on, turn.now)
    reminders.close(turn.session, row.id or 0, "moved", turn.today, turn.now, turn.desk.rules.days)
    if promised:
        what = printable("；".join(reminder.what for reminder in promised if reminder.what), 200)
        reminders.promise(turn.session, prospect_id=row.id or 0, person_id=turn.me, on=on, what=what, now=turn.now)
    row.next_contact_on = on
    prospects.touch(row, turn.now)
    return general.cancelled(words.moved(row.name, on, turn.today))


def _stop(turn: Turn, row: Prospect) -> Sequence[Act]:
    row.paused = True
    reminders.close(turn.session, row.id or 0, "dropped", turn.today, turn.now, turn.desk.rules.days)
    return [Change(words.stopped(row.name, row.id or 0))]


def _mates(turn: Turn) -> Sequence[tuple[int, str]]:
    return [(mate.id or 0, mate.name) for mate in people.mates(turn.session, turn.person)]


def _give(turn: Turn, row: Prospect, to: str) -> Sequence[Act]:
    """Hand a customer to somebody of the same team, who is told."""
    mate = next((mate for mate in people.mates(turn.session, turn.person) if str(mate.id) == to), None)
    if mate is None:
        return [Toast(general.stale())]
    return handover.give(turn, row.name, [row.id or 0], mate)


def noted(turn: Turn, visit_id: int, text: str) -> Sequence[Act]:
    """The sentence that follows 已联系."""
    kept = visits.mine(turn.session, turn.me, visit_id)
    row = prospects.mine(turn.session, turn.me, kept.prospect_id) if kept else None
    if kept is None or row is None:
        return [Toast(prospect_words.gone())]
    method = method_in(text)
    kept.note, kept.method = text.strip()[:LONGEST_NOTE], kept.method if method == OTHER else method
    kept.how = turn.desk.edition.methods.said(text) or kept.how
    more = follow(turn, row, text)
    told = occasions.notice(turn, row, occasions.told(turn, text))
    said = f"📝 补上了。{prospect_words.upcoming(next_of(turn, row), row.next_contact_on, turn.today)}"
    card = open_card(turn, row, f"{said}\n{told}".strip())
    return [Say(card), *more, *complaints.offer(turn, row, text, f"v{kept.id}")]
