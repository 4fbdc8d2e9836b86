"""Settings: `/settings`, `/settings 下周一到周五请假`, the buttons of `s:`, and what is typed when they ask."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from telegram import Update

from cards import hours as hour_words
from cards import people as general
from cards import prospects as prospect_words
from cards import settings as words
from cards.card import Act, Card, Change, Say, Toast
from handlers.desk import Context, Turn, answer, number
from handlers.facets import scene_of
from handlers.looking import who_looked
from knowledge import leave
from knowledge.hours import LONGEST_LEAD, clock, clocks, in_the_evening, minutes
from knowledge.interview import LONGEST_TEXT
from knowledge.leave import Leave
from knowledge.text import printable
from store import coming, groups, people, prospects, reminders
from store.due import promises
from store.people import MANAGERS
from store.tables import Person

CHANGED = "设置好了。"
DAY = timedelta(days=1)
LONGEST_ZONE = 40
_NEVER = re.compile(r"不(?:要|用|再|需要)?(?:问|发|提醒|看)|不用|不要了?$|别(?:问|发|提醒)|关|取消")
_ALWAYS = re.compile(r"不(?:要|用|设|需要)?(?:设|用|要)?免打扰|随时|取消|关")  # 晚上不要打扰我 is the contrary
_LOOKS = {"dark": ("深色", "暗色", "黑底"), "light": ("浅色", "亮色", "白底")}
SHORT = 8  # characters: 取消请假, 不请假了, and not a story in which somebody else does


async def settings(update: Update, context: Context) -> None:
    """`/settings`, with or without what is to be set."""
    text = printable(" ".join(context.args or ()), LONGEST_TEXT)
    await answer(update, context, partial(said, text=text))


async def tapped(update: Update, context: Context) -> None:
    """A button of the settings."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(tap, data=data))


# --- what is shown ----------------------------------------------------------------------------------------------------


def pushes(turn: Turn, most: int = 3) -> str:
    """When the caller hears from us next, and what became of the last message."""
    session, person = turn.session, turn.person
    hours = people.hours(person)
    next_ = [(hours.local(at), kind) for at, kind in coming.coming(session, person, turn.now, turn.desk.rules.days)]
    last = coming.last(session, person)
    until = hours.away[1] if hours.away and hours.is_away(turn.today) else None
    return hour_words.pushes(next_[:most], (hours.local(last[0]), last[1]) if last else None, until)


def _told(turn: Turn) -> words.Settings:
    person = turn.person
    leave_ = people.hours(person).away
    away = hour_words.span(*leave_, turn.today) if leave_ and leave_[1] >= turn.today else ""
    return words.Settings(
        morning=person.push_at,
        evening=person.evening_at,
        quiet=(person.quiet_from, person.quiet_to),
        lead=person.brief_lead,
        tz=person.tz,
        away=away,
        scene=scene_of(turn).zh,
        drill=person.drill_line,
        dark=person.dark,
        pushes=pushes(turn),
        digest=person.digest if person.role in MANAGERS and turn.desk.rules.digest else None,
        groups=len(groups.managed(turn.session, turn.caller)) if turn.desk.rules.digest else 0,
    )


def whole(turn: Turn) -> Card:
    """Everything on one page."""
    return words.settings(_told(turn))


# --- what is tapped ---------------------------------------------------------------------------------------------------


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`s:<what>[:<value>]`, neither of which can be trusted."""
    _, what, value = [*data.split(":", 2), "", ""][:3]
    verbs: Mapping[str, Callable[[], Sequence[Act]]] = {
        "open": lambda: [Change(whole(turn))],
        "page": lambda: _page(turn, value),
        "ask": lambda: _ask(turn, value),
        "scenes": lambda: [Change(words.scenes(turn.desk.scenes, scene_of(turn).id))],
        "scene": lambda: _scene(turn, value),
        "drill": lambda: _drill(turn, value),
        "digest": lambda: _digest(turn, value),
        "groups": lambda: [Change(_groups(turn))],
        "group": lambda: _group(turn, value),
        "seen": lambda: [Say(who_looked(turn, None))],
        "away": lambda: _away(turn, value),
        "back": lambda: _back(turn),
        "move": lambda: _move(turn, number(value)),
        "moveall": lambda: _move_all(turn),
    }
    if what in verbs:
        return verbs[what]()
    setting = SETTINGS.get(what)
    if setting is None or not setting(turn.person, value):
        return [Toast(general.stale())]
    return [*_changed(turn, what), Change(words.page(what, _told(turn))), Toast(CHANGED)]


def _page(turn: Turn, what: str) -> Sequence[Act]:
    return [Change(words.page(what, _told(turn)))] if what in words.ASKED else [Toast(general.stale())]


def _ask(turn: Turn, what: str) -> Sequence[Act]:
    if what not in words.ASKED:
        return [Toast(general.stale())]
    turn.await_text(what)
    return [Say(words.ask(what))]


def _scene(turn: Turn, id: str) -> Sequence[Act]:
    if id not in turn.desk.scenes:
        return [Toast(general.stale())]
    turn.person.scene = id
    return [Change(whole(turn)), Toast("换好了。")]


def _drill(turn: Turn, value: str) -> Sequence[Act]:
    if value not in {"on", "off"}:
        return [Toast(general.stale())]
    turn.person.drill_line = value == "on"
    return [Change(whole(turn)), Toast(CHANGED)]


def _digest(turn: Turn, value: str) -> Sequence[Act]:
    if value not in {"on", "off"}:
        return [Toast(general.stale())]
    turn.person.digest = value == "on"
    return [Change(whole(turn)), Toast(CHANGED)]


def _groups(turn: Turn) -> Card:
    rows = groups.managed(turn.session, turn.caller)
    told = [
        words.GroupLine(row.chat_id, row.title, groups.hour(turn.session, row), row.digest, row.lost) for row in rows
    ]
    return words.groups(told)


def _group(turn: Turn, value: str) -> Sequence[Act]:
    """`<chat>:on` or `<chat>:off`."""
    id, _, wanted = value.partition(":")
    row = next((one for one in groups.managed(turn.session, turn.caller) if str(one.chat_id) == id), None)
    if row is None or wanted not in {"on", "off"}:
        return [Toast(general.stale())]
    groups.switch(turn.session, row, turn.now, turn.desk.rules.days, on=wanted == "on")
    return [Change(_groups(turn)), Toast(CHANGED)]


def _changed(turn: Turn, what: str) -> Sequence[Act]:
    """What follows other hours: when the next messages come."""
    if what == "look":
        return []
    people.plan(turn.person, turn.now, turn.desk.rules.days)
    reminders.set_alerts(turn.session, turn.me, turn.now)
    for row in groups.claimed_by(turn.session, turn.me):
        groups.set_morning(row, turn.person, turn.now, turn.desk.rules.days)
    return []


# --- what can be set: a function each that sets a value, in the form of a button's, and says whether it is one --------


def _push(person: Person, value: str) -> bool:
    at = _canonical(value)
    person.push_at = at or person.push_at
    return at is not None


def _evening(person: Person, value: str) -> bool:
    at = "" if value == "off" else _canonical(value)
    person.evening_at = person.evening_at if at is None else at
    return at is not None


def _quiet(person: Person, value: str) -> bool:
    begin, end = map(_canonical, ("00:00", "00:00") if value == "off" else [*value.split("-"), "", ""][:2])
    if begin is None or end is None:
        return False
    person.quiet_from, person.quiet_to = begin, end
    return True


def _lead(person: Person, value: str) -> bool:
    if not (value.isascii() and value.isdecimal() and len(value) <= 3 and int(value) <= LONGEST_LEAD):
        return False
    person.brief_lead = int(value)
    return True


def _tz(person: Person, value: str) -> bool:
    if value not in words.ZONES and not _is_zone(value):
        return False
    person.tz = value
    return True


def _look(person: Person, value: str) -> bool:
    if value not in words.LOOKS:
        return False
    person.dark = value == "dark"
    return True


def _is_zone(name: str) -> bool:
    """Whether there is a time zone of that name, of those that are written with a slash."""
    if not re.fullmatch(r"[A-Z]\w+(/[\w+-]+){1,2}", name, re.ASCII) or len(name) > LONGEST_ZONE:
        return False
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


SETTINGS: Mapping[str, Callable[[Person, str], bool]] = {
    "push": _push,
    "evening": _evening,
    "quiet": _quiet,
    "lead": _lead,
    "tz": _tz,
    "look": _look,
}


def _canonical(value: str) -> str | None:
    found = clock(value)
    return f"{found[0]:%H:%M}" if found and f"{found[0]:%H:%M}" == value else None


# --- what is written --------------------------------------------------------------------------------------------------


def said(turn: Turn, text: str) -> Sequence[Act]:
    """`/settings`, or with it what is to be set, in plain words."""
    if not text:
        return [Say(whole(turn))]
    if leave.is_back(text):
        return _came_back(turn)
    meant = _meant(text)
    for what in meant:
        if acts := _written(turn, what, text):
            return acts
    return [Say(words.page(meant[0], _told(turn)) if len(meant) == 1 else words.unknown())]


def _meant(text: str) -> Sequence[str]:
    """What a text can be about, the likeliest first."""
    if leave.asks(text):
        return ["away"]
    if "图片" in text or _read_look(text):
        return ["look"]
    if "打扰" in text or len(clocks(text)) == 2:
        return ["quiet"]
    if "提前" in text or "见面前" in text:
        return ["lead"]
    if any(sign in text for sign in ("傍晚", "晚上", "下午", "问")):
        return ["evening"]
    return ["push", "tz", "away"]


def typed(turn: Turn, what: str, text: str) -> Sequence[Act]:
    """What a button asked for; what cannot be used is asked for again."""
    acts = _written(turn, what, text)
    if not acts:
        turn.await_text(what)
        return [Say(words.unread(what))]
    return acts


def _written(turn: Turn, what: str, text: str) -> Sequence[Act]:
    """Set what a text says; nothing where it does not say it."""
    if what == "away":
        if leave.is_back(text):
            return _came_back(turn)
        found = leave.find(text, turn.today, turn.desk.rules.days)
        return [Say(_go(turn, found))] if found else []
    value = READ[what](text)
    if value is None or not SETTINGS[what](turn.person, value):
        return []
    return [*_changed(turn, what), Say(words.page(what, _told(turn), CHANGED))]


def _read_morning(text: str) -> str | None:
    found = clock(text)
    return f"{found[0]:%H:%M}" if found else None


def _read_evening(text: str) -> str | None:
    found = clock(text)
    return f"{in_the_evening(found):%H:%M}" if found else "off" if _NEVER.search(text) else None


def _read_quiet(text: str) -> str | None:
    found = clocks(text)
    if len(found) == 2:
        return f"{in_the_evening(found[0]):%H:%M}-{found[1][0]:%H:%M}"
    return "off" if not found and _ALWAYS.search(text) else None


def _read_lead(text: str) -> str | None:
    found = minutes(text)
    return str(found) if found is not None else "0" if _NEVER.search(text) else None


def _read_look(text: str) -> str | None:
    return next((look for look, names in _LOOKS.items() if any(name in text for name in names)), None)


def _read_tz(text: str) -> str | None:
    named = [tz for tz, zh in words.ZONES.items() if zh in text]
    return named[0] if named else text.strip()


READ: Mapping[str, Callable[[str], str | None]] = {
    "push": _read_morning,
    "evening": _read_evening,
    "quiet": _read_quiet,
    "lead": _read_lead,
    "tz": _read_tz,
    "look": _read_look,
}


# --- leave ------------------------------------------------------------------------------------------------------------


def leave_told(turn: Turn, text: str) -> Sequence[Act]:
    """What follows a plain message that tells or takes back a leave, and nothing else; nothing for any other."""
    if not leave.asks(text):
        return ()
    if leave.is_back(text) and len(text) <= SHORT:
        return _came_back(turn)
    if leave.is_bare(text):
        return [Say(words.page("away", _told(turn)))]
    found = leave.find(text, turn.today, turn.desk.rules.days)
    return [Say(_go(turn, found))] if found is not None and not found.rest else ()


def _go(turn: Turn, found: Leave) -> Card:
    turn.person.away_from, turn.person.away_to = found.first, found.last
    people.plan(turn.person, turn.now, turn.desk.rules.days)
    rows = promises(turn.session, turn.person, found.first, found.last)
    return hour_words.away(found.first, found.last, rows, _return(turn, found.last), turn.today)


def _return(turn: Turn, last: date) -> date:
    return people.hours(turn.person).first_day(last + DAY, turn.desk.rules.days)


def _away(turn: Turn, value: str) -> Sequence[Act]:
    monday = turn.today + timedelta(days=7 - turn.today.weekday())
    spans = {
        "today": Leave(turn.today, turn.today),
        "tomorrow": Leave(turn.today + DAY, turn.today + DAY),
        "week": Leave(monday, monday + timedelta(days=4)),
    }
    return [Change(_go(turn, spans[value]))] if value in spans else [Toast(general.stale())]


def _back(turn: Turn) -> Sequence[Act]:
    if not _end_leave(turn):
        return [Toast(hour_words.not_away())]
    return [Change(whole(turn)), Toast(hour_words.is_back())]


def _came_back(turn: Turn) -> Sequence[Act]:
    ended = _end_leave(turn)
    return [Say(general.cancelled(hour_words.is_back() if ended else hour_words.not_away()))]


def _end_leave(turn: Turn) -> bool:
    """Take a leave back: one that has begun ends yesterday, so that what has piled up is still caught up with."""
    person = turn.person
    if person.away_to is None or person.away_to < turn.today or person.away_from is None:
        return False
    begun = person.away_from < turn.today
    person.away_from, person.away_to = (person.away_from, turn.today - DAY) if begun else (None, None)
    people.plan(person, turn.now, turn.desk.rules.days)
    return True


def _move(turn: Turn, id: int) -> Sequence[Act]:
    """Put one promise off to the day of return."""
    found = reminders.mine(turn.session, turn.me, id)
    person = turn.person
    if found is None or found[1] is None or found[0].state != "open" or not person.away_from or not person.away_to:
        return [Toast(prospect_words.gone())]
    back = _put_off(turn, [id], person.away_to)
    return [Change(_left(turn, person.away_from, person.away_to, back)), Toast(_moved(turn, found[1].name, back))]


def _moved(turn: Turn, name: str, on: date) -> str:
    return hour_words.moved(name, on, turn.today)


def _move_all(turn: Turn) -> Sequence[Act]:
    person = turn.person
    if not person.away_from or not person.away_to:
        return [Toast(general.stale())]
    rows = promises(turn.session, person, person.away_from, person.away_to)
    back = _put_off(turn, [row.reminder for row in rows], person.away_to)
    return [Change(_left(turn, person.away_from, person.away_to, back))]


def _put_off(turn: Turn, ids: Sequence[int], last: date) -> date:
    """The day of return, to which these promises go; a customer's next contact goes along."""
    back = _return(turn, last)
    for id in ids:
        found = reminders.mine(turn.session, turn.me, id)
        if found is None or found[1] is None:
            continue
        if found[1].next_contact_on == found[0].on:
            found[1].next_contact_on = back
        reminders.move(turn.session, found[0], back, turn.now)
        prospects.touch(found[1], turn.now)
    return back


def _left(turn: Turn, first: date, last: date, back: date) -> Card:
    rows = promises(turn.session, turn.person, first, last)
    if rows:
        return hour_words.away(first, last, rows, back, turn.today)
    return hour_words.arranged(first, last, back, turn.today)
