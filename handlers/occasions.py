"""The days of a customer's that matter: told in a sentence, or by the buttons of `d:`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from functools import partial
from zlib import crc32

from telegram import Update

from cards import occasions as words
from cards import people as general
from cards import prospects as prospect_words
from cards.card import Act, Card, Change, Say, Toast
from handlers.desk import Context, Turn, answer, number
from knowledge import dates
from knowledge.dates import Found
from knowledge.facts import Fact
from knowledge.kinds import BIRTHDAY, FAMILY, OF_FACT, SOLD, TRIAL, Told, load_kinds, year_day
from knowledge.yearly import read
from store import facts, occasions, prospects, reminders
from store.reminders import OWN, SERVICE, TRADE
from store.tables import Prospect, Reminder

FURTHEST = 800  # days


async def tapped(update: Update, context: Context) -> None:
    """A button of a customer's days."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(tap, data=data))


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`d:<verb>:<customer>[:<fact>[:<value>]]`, none of which can be trusted; behind the fact `family` stands whose
    birthday it is.
    """
    _, verb, id, fact, value = [*data.split(":"), "", "", ""][:5]
    row = prospects.mine(turn.session, turn.me, number(id))
    if row is None:
        return [Toast(prospect_words.gone(), alert=True)]
    if verb == "list":
        return [Say(card(turn, row))]
    if verb == "trade":
        return _trade(turn, row, fact)
    if fact == FAMILY:
        return _family(turn, row, data)
    if fact not in OF_FACT:
        return [Toast(general.stale())]
    verbs: Mapping[str, Callable[[], Sequence[Act]]] = {
        "ask": lambda: _ask(turn, row, fact),
        "sold": lambda: _sold(turn, row),
        "set": lambda: _set(turn, row, fact, value),
        "drop": lambda: _drop(turn, row, fact),
    }
    chosen = verbs.get(verb)
    return chosen() if chosen else [Toast(general.stale())]


def card(turn: Turn, row: Prospect, notice: str = "") -> Card:
    """The days that are known of a customer."""
    known = facts.known(turn.session, row.id or 0)
    said = {id: turn.desk.facts[id].said(known[id][0]) for id in OF_FACT if id in known}
    comes = {id: on for id in said if (on := _next(turn, row, id)) is not None}
    for who, (code, on) in occasions.family(turn.session, row.id or 0).items():
        said[f"{FAMILY}:{who}"], comes[f"{FAMILY}:{who}"] = _said(turn, FAMILY, code), on
    return words.dates(row.name, row.id or 0, said, comes, turn.today, notice)


def _next(turn: Turn, row: Prospect, fact: str) -> date | None:
    if fact.startswith(FAMILY):
        return occasions.family(turn.session, row.id or 0).get(fact.partition(":")[2], ("", None))[1]
    rows = reminders.of(turn.session, row.id or 0, OF_FACT[fact])
    return rows[0].on if rows else None


def _ask(turn: Turn, row: Prospect, fact: str) -> Sequence[Act]:
    turn.await_text(f"day:{row.id}:{fact}")
    return [Say(words.ask_day(row.name, fact))]


def _sold(turn: Turn, row: Prospect) -> Sequence[Act]:
    """Sold today; a second tap changes nothing."""
    known = facts.known(turn.session, row.id or 0).get(SOLD)
    if known is not None and known[0] == turn.today.isoformat():
        return [Toast(words.kept([(SOLD, _said(turn, SOLD, str(known[0])), _next(turn, row, SOLD))], turn.today))]
    acts = keep(turn, row, [Told(SOLD, turn.today.isoformat(), 0, 0)])
    return [Change(card(turn, row)), *acts]


def _set(turn: Turn, row: Prospect, fact: str, code: str) -> Sequence[Act]:
    """The other calendar was meant."""
    if read(code) is None or turn.desk.facts[fact].kind != "yearly":
        return [Toast(general.stale())]
    occasions.keep(turn.session, row, fact, code, turn.today, turn.now, turn.desk.rules.days)
    return [Change(card(turn, row, _told(turn, row, fact, code)))]


def _drop(turn: Turn, row: Prospect, fact: str) -> Sequence[Act]:
    occasions.forget(turn.session, row.id or 0, fact, turn.now)
    return [Change(card(turn, row))]


def _family(turn: Turn, row: Prospect, data: str) -> Sequence[Act]:
    """`d:drop:<customer>:family:<who>`, or `d:set:<customer>:family:<who>:<code>`: the other calendar was meant."""
    _, verb, _, _, who, code = [*data.split(":"), "", ""][:6]
    if who not in occasions.family(turn.session, row.id or 0):
        return [Toast(general.stale())]
    if verb == "drop":
        occasions.forget_family(turn.session, row.id or 0, who, turn.now)
        return [Change(card(turn, row))]
    if verb != "set" or read(code) is None:
        return [Toast(general.stale())]
    one = Told(FAMILY, code, 0, 0, who=who)
    return [*keep(turn, row, [one]), Change(card(turn, row, notice(turn, row, [one])))]


def _trade(turn: Turn, row: Prospect, given: str) -> Sequence[Act]:
    option = turn.desk.facts[TRADE].option(int(given)) if given.isdecimal() and len(given) < 3 else None
    if option is None:
        return [Toast(general.stale())]
    occasions.trade(turn.session, row, str(option.value), turn.today)
    ahead = reminders.of(turn.session, row.id or 0, SERVICE)
    what, on = (ahead[0].what, ahead[0].on) if ahead else ("", None)
    return [Change(words.served(option.zh, what, on, turn.today))]


def told(turn: Turn, text: str) -> Sequence[Told]:
    """The days of a customer's that a text tells."""
    return load_kinds().told(text, turn.today)


def keep(turn: Turn, row: Prospect, rows: Sequence[Told]) -> Sequence[Act]:
    """Note days that were told; what is still unclear is asked."""
    acts: list[Act] = []
    for one in rows:
        if one.fact == FAMILY:
            days = turn.desk.rules.days
            occasions.keep_family(turn.session, row, one.who, one.value, turn.today, turn.now, days)
        else:
            occasions.keep(turn.session, row, one.fact, one.value, turn.today, turn.now, turn.desk.rules.days)
        if one.either:
            codes = [(code, _said(turn, one.fact, code)) for code in (one.value, one.either[0])]
            acts.append(Say(words.calendars(_fact(one), row.id or 0, codes[0], codes[1])))
        if one.fact == SOLD and TRADE not in facts.known(turn.session, row.id or 0):
            acts.append(Say(words.trade(row.name, row.id or 0, turn.desk.facts[TRADE])))
    prospects.touch(row, turn.now)
    return acts


def notice(turn: Turn, row: Prospect, rows: Sequence[Told]) -> str:
    """What was noted, in words; "" where nothing was."""
    return "\n".join(_told(turn, row, _fact(one), one.value) for one in rows)


def _fact(one: Told) -> str:
    """The fact that was told; of one of the family with who it is."""
    return f"{FAMILY}:{one.who}" if one.fact == FAMILY else one.fact


def _told(turn: Turn, row: Prospect, fact: str, value: str) -> str:
    return words.kept([(fact, _said(turn, fact, value), _next(turn, row, fact))], turn.today)


def _said(turn: Turn, fact: str, value: str) -> str:
    return turn.desk.facts[BIRTHDAY if fact.startswith(FAMILY) else fact].said(value)


def said(turn: Turn, row: Prospect, rows: Sequence[Told]) -> Sequence[Act]:
    """A sentence that tells a customer's days and nothing else."""
    acts = keep(turn, row, rows)
    return [Say(card(turn, row, notice(turn, row, rows))), *acts]


def typed(turn: Turn, prospect_id: int, fact: str, text: str) -> Sequence[Act]:
    """The day that a button asked for; one that cannot be used is asked for again."""
    row = prospects.mine(turn.session, turn.me, prospect_id)
    if row is None or fact not in OF_FACT:
        return [Toast(prospect_words.gone())]
    one = _read(turn, turn.desk.facts[fact], text)
    if one is None:
        turn.await_text(f"day:{prospect_id}:{fact}")
        return [Say(words.bad_day(fact))]
    return said(turn, row, [one])


def _read(turn: Turn, fact: Fact, text: str) -> Told | None:
    if fact.kind == "yearly":
        found = year_day(text, turn.today)
        return Told(fact.id, found[0].code, 0, 0, tuple(on.code for on in found[1])) if found else None
    if fact.id == SOLD:
        return next((one for one in load_kinds().told(f"{text}成交了", turn.today) if one.fact == SOLD), None)
    day = dates.find(text, turn.today)
    if day is None or day.past:
        return next((one for one in load_kinds().told(f"试用{text}", turn.today) if one.fact == TRIAL), None)
    return Told(fact.id, day.on.isoformat(), 0, 0)


def place_own(
    turn: Turn, row: Prospect | None, what: str, day: date, at: time | None, part: str, repeat: str = ""
) -> Reminder:
    """Keep an own reminder; nobody gets a message on a day off, so it comes up on the working day before."""
    days = turn.desk.rules.days
    on = max(load_kinds().comes_up(OWN, day, 0, days), turn.today)
    return reminders.place(
        turn.session,
        person_id=turn.me,
        prospect_id=row.id if row else None,
        kind=OWN,
        key=f"{crc32(f'{repeat} {what}'.encode()):08x}",
        on=on,
        day=day,
        at=at,
        part=part,
        repeat=repeat,
        what=what,
        now=turn.now,
    )


# --- which of several days -----------------------------------------------------------------------------------------


def which(turn: Turn, text: str, found: Found, stem: str) -> Sequence[Act]:
    """Ask back where a phrase may mean several days; `stem` is callback data without the day."""
    if not found.either:
        return []
    options = [(on, f"{stem}:{on:%Y%m%d}") for on in found.either]
    return [Say(words.which(text[found.start : found.end], found.on, options, turn.today))]


def day_in(text: str, today: date) -> date | None:
    """A day as a button has it, of today or to come; None where it cannot be one."""
    try:
        on = datetime.strptime(text, "%Y%m%d").date() if len(text) == 8 and text.isdecimal() else None  # noqa: DTZ007
    except ValueError:
        return None
    return on if on is not None and 0 <= (on - today).days <= FURTHEST else None
