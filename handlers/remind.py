"""Reminders in plain words: `/remind` lists, adds and cancels; the buttons of `n:`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial

from telegram import Update

from cards import occasions as words
from cards import people as general
from cards import prospects as prospect_words
from cards import reminders as reminder_words
from cards.card import Act, Card, Change, Say, Toast
from cards.occasions import PAGE, Ahead
from handlers import occasions
from handlers.desk import Context, Turn, answer, number
from handlers.occasions import day_in, which
from handlers.reminders import current
from handlers.views import views_of
from handlers.visits import beginning, plan
from knowledge import appointments, dates, repeats
from knowledge.contacts import called
from knowledge.dates import Found
from knowledge.festivals import load_festivals
from knowledge.interview import LONGEST_TEXT
from knowledge.kinds import FAMILY, LONGEST_TOLD, PROMISE, load_kinds
from knowledge.text import comparable, key, printable
from store import prospects, reminders
from store.reminders import FESTIVAL, OWN
from store.tables import Prospect, Reminder

REMINDER_LENGTH = 24  # "下周三上午十点半提醒我问合同盖章没有" and the like; longer ones tell a story
LONGEST_WHAT = 100
LONGEST_NAME = 6  # of a first word that may have been meant for a customer's name
MOST_PAGES = 999

Found_ = tuple[Reminder, Prospect | None]


async def remind(update: Update, context: Context) -> None:
    """`/remind`, `/remind 王总 下周三 问合同`, `/remind 每月15号对账`."""
    text = printable(" ".join(context.args or ()), LONGEST_TEXT)
    await answer(update, context, partial(asked, text=text))


async def tapped(update: Update, context: Context) -> None:
    """A button of a reminder."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(tap, data=data))


def asked(turn: Turn, text: str) -> Sequence[Act]:
    """All reminders, or a new one: for the customer that the text begins with, or for oneself."""
    if not text:
        return [Say(listing(turn))]
    rows, rest = beginning(turn, text)
    if len(rows) == 1 and rest:
        return remember(turn, rows[0], rest)
    if len(rows) == 1:
        turn.await_text(f"remind:{rows[0].id}")
        return [Say(reminder_words.ask_when(rows[0].name))]
    if rows:
        return [Say(prospect_words.choose(views_of(turn, rows), "remind", "是哪一位？"))]
    if repeats.find(text, turn.today) or _day(turn, text):
        return own(turn, text)
    return [Say(words.ask_own() if " " not in text else prospect_words.which_customer("/remind 王总 下周三 问合同"))]


def wanted(turn: Turn, text: str) -> bool:
    """Whether a text that begins with no customer's name wants a reminder: 每月15号对账, 明天提醒我交周报."""
    if load_kinds().asks(text, turn.today):
        return True
    return "提醒我" in text and len(text) <= 2 * LONGEST_TOLD and _day(turn, text) is not None


def is_reminder(text: str, today: date) -> bool:
    """Whether what follows a customer's name is a day to come with a few words, rather than a description."""
    if len(text) > REMINDER_LENGTH:
        return False
    found = dates.find(text, today)
    return load_kinds().asks(text, today) or (found is not None and not found.past and found.on > today)


def remember(turn: Turn, row: Prospect, text: str) -> Sequence[Act]:
    """A reminder in plain words; without a day, or with one that has passed, it is asked for again."""
    told = occasions.told(turn, text)
    if told and len(text) <= LONGEST_TOLD:
        return occasions.said(turn, row, told)
    if repeats.find(text, turn.today):
        return _again(turn, row, text)
    found = _day(turn, text)
    if found is None or found.past:
        turn.await_text(f"remind:{row.id}")
        return [Say(prospect_words.bad_date(past=found is not None or dates.over(text)))]
    what = _matter(turn, text, found.start, found.end)
    kept = plan(turn, row, found, what)
    told_ = reminder_words.set_for(row.name, found.on, what, turn.today, words.hour(found.at, found.part))
    return [Say(told_), *which(turn, text, found, f"n:on:{kept.id}")]


def own(turn: Turn, text: str) -> Sequence[Act]:
    """A reminder for oneself; a customer's name inside it makes it that customer's."""
    row = _inside(turn, text)
    if repeats.find(text, turn.today):
        return _again(turn, row, text)
    if row is not None:
        return remember(turn, row, text)
    found = _day(turn, text)
    if found is None or found.past:
        return [Say(prospect_words.bad_date(past=True, asked=False) if found or dates.over(text) else words.ask_own())]
    what = _matter(turn, text, found.start, found.end)
    kept = occasions.place_own(turn, None, what, found.on, found.at, found.part)
    one = called(comparable(text))
    first = text[: len(one.name)] if one else text.split(" ", 1)[0] if " " in text else ""
    unknown = first if first and len(first) <= found.start and len(first) <= LONGEST_NAME else ""
    return [Say(words.set_own(_ahead(kept, None), turn.today, unknown)), *which(turn, text, found, f"n:on:{kept.id}")]


def _again(turn: Turn, row: Prospect | None, text: str) -> Sequence[Act]:
    every = repeats.find(text, turn.today)
    if every is None:
        return [Say(words.ask_own())]
    clock = dates.hour(text[every.end :], turn.today)
    end = every.end + (clock.end if clock is not None and clock.start == 0 else 0)
    what = _matter(turn, text, every.start, end)
    if row is not None:
        what = what.removeprefix(row.name) or what
    day = repeats.after(every.code, turn.today)
    at, part = (clock.at, clock.part) if clock is not None and clock.start == 0 else (None, "")
    kept = occasions.place_own(turn, row, what, day, at, part, every.code)
    return [Say(words.set_own(_ahead(kept, row), turn.today))]


def _day(turn: Turn, text: str) -> Found | None:
    """The day that a text names; an hour alone means today."""
    return dates.find(text, turn.today) or dates.hour(text, turn.today)


def _matter(turn: Turn, text: str, start: int, end: int) -> str:
    """What is left of a text without its day and without "提醒我"."""
    return printable(appointments.matter_on(text, start, end, turn.today), LONGEST_WHAT)


def _inside(turn: Turn, text: str) -> Prospect | None:
    """The customer whose name stands in a text; None where there is none, or several of that name."""
    whole = key(text)
    names = {id: key(name) for id, name in prospects.names(turn.session, turn.me).items()}
    there = {id: name for id, name in names.items() if len(name) > 1 and name in whole}
    longest = max(there.values(), key=len, default="")
    ids = [id for id, name in there.items() if name == longest]
    return prospects.mine(turn.session, turn.me, ids[0]) if len(ids) == 1 else None


# --- the list and the buttons -----------------------------------------------------------------------------------------


def listing(turn: Turn, at: int = 0, gone: Ahead | None = None) -> Card:
    """A page of what is coming; of an event with several leads, the next one."""
    rows: dict[object, Ahead] = {}
    for reminder, prospect in reminders.ahead(turn.session, turn.me):
        chain = len(load_kinds().all[reminder.kind].leads) > 1 if reminder.kind != PROMISE else False
        about = (reminder.prospect_id, reminder.kind, reminder.what if reminder.kind == FAMILY else "")
        rows.setdefault(about if chain else reminder.id, _ahead(reminder, prospect))
    every = [row for row in rows.values() if row.one.kind != reminders.DORMANT]
    every.sort(key=lambda row: (row.one.ahead, row.one.id))
    at = min(at, max(0, (len(every) - 1) // PAGE))
    return words.listing(every[at * PAGE : (at + 1) * PAGE], len(every), at, turn.today, gone)


def _ahead(row: Reminder, prospect: Prospect | None) -> Ahead:
    return Ahead(reminders.occasion(row), prospect.name if prospect else "")


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`n:<verb>:<reminder or page>[:<argument>]`; the reminder is checked against the caller."""
    _, verb, given, argument = [*data.split(":"), "", "", ""][:4]
    if verb == "who":
        recent = prospects.page(turn.session, turn.me, "", 0)[0]
        if not recent:
            return [Say(prospect_words.which_customer("/remind 王总 下周三 问合同"))]
        return [Say(prospect_words.choose(views_of(turn, recent), "remind", "提醒你联系谁？"))]
    if verb == "page":
        return [Change(listing(turn, min(number(given), MOST_PAGES)))]
    found = reminders.mine(turn.session, turn.me, number(given))
    if found is None:
        return [Toast(words.gone(), alert=True)]
    verbs: Mapping[str, Callable[[], Sequence[Act]]] = {
        "drop": lambda: _drop(turn, found, argument),
        "back": lambda: _back(turn, found),
        "done": lambda: _done(turn, found),
        "greet": lambda: _greet(turn, found[0]),
        "on": lambda: _on(turn, found, argument),
    }
    chosen = verbs.get(verb)
    return chosen() if chosen else [Toast(general.stale())]


def _drop(turn: Turn, found: Found_, at: str) -> Sequence[Act]:
    """Cancel for good, all leads of an event together."""
    row, prospect = found
    if row.state != "open":
        return [Toast(words.gone()), Change(listing(turn))]
    for one in reminders.chain(turn.session, row):
        one.state, one.closed_at = "dropped", turn.now
    turn.session.flush()
    return [Change(listing(turn, min(number(at), MOST_PAGES), _ahead(row, prospect)))]


def _back(turn: Turn, found: Found_) -> Sequence[Act]:
    """Take a cancellation back: the rows that were dropped at the same moment."""
    row, _ = found
    if row.state != "dropped":
        return [Toast(general.stale())]
    for one in reminders.dropped_with(turn.session, row):
        one.state, one.closed_at = "open", None
    turn.session.flush()
    return [Change(listing(turn))]


def _done(turn: Turn, found: Found_) -> Sequence[Act]:
    row, _ = found
    if row.state != "open":
        return [Toast(words.gone())]
    reminders.finish(turn.session, row, "done", turn.today, turn.now, turn.desk.rules.days)
    return [Toast(words.did(row.what)), Change(current(turn))]


def _greet(turn: Turn, row: Reminder) -> Sequence[Act]:
    """One digest for a festival: who is greeted how."""
    festivals = load_festivals()
    festival = festivals.all.get(row.key) if row.kind == FESTIVAL else None
    if festival is None:
        return [Toast(general.stale())]
    groups: dict[str, list[str]] = {}
    for name, type_id in prospects.greeted(turn.session, turn.me):
        groups.setdefault(festivals.tone(type_id), []).append(name)
    told = [(zh, festival.greeting[id], groups[id]) for id, zh in festivals.tones.items() if id in groups]
    return [Say(words.festival(festival.zh, row.day or row.on, told, row.id or 0, turn.today))]


def _on(turn: Turn, found: Found_, argument: str) -> Sequence[Act]:
    """Which of several days was meant."""
    row, prospect = found
    on = day_in(argument, turn.today)
    if on is None or row.state != "open":
        return [Toast(general.stale())]
    before = row.on
    if row.kind == OWN:
        row.day = on
    moved = reminders.move(turn.session, row, max(_up(turn, row, on), turn.today), turn.now)
    if prospect is not None:
        if prospect.next_contact_on == before or prospect.next_contact_on is None:
            prospect.next_contact_on = moved.on
        prospects.touch(prospect, turn.now)
    return [Change(general.cancelled(words.took(on, turn.today)))]


def _up(turn: Turn, row: Reminder, on: date) -> date:
    return load_kinds().comes_up(row.kind, on, 0, turn.desk.rules.days) if row.kind == OWN else on
