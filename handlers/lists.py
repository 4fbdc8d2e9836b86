"""Lists of customers in plain words: `/list`, `/list A级 两周没联系`, and the buttons of `y:`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial

from telegram import Update

from cards import lists as words
from cards import people as general
from cards import prospects as prospect_words
from cards.card import Act, Card, Change, Say, Toast
from cards.lists import ListView
from cards.occasions import LIST
from handlers.desk import Context, Turn, answer, number
from handlers.looking import opened
from handlers.views import view_of
from knowledge import filters, repeats
from knowledge.filters import LONGEST, Either, Filter, Says
from knowledge.kinds import BIRTHDAY, load_kinds
from knowledge.text import key, printable
from store import filters as rows
from store import lists, occasions, people, reminders
from store.filters import Sight
from store.people import MANAGERS
from store.reminders import OWN
from store.tables import ListRow, Prospect

AWAITED = "list"
LONGEST_NAME = 40
PAGES = 9999
OFFERED = 6  # suggestions in one message


async def list_(update: Update, context: Context) -> None:
    """`/list`, or `/list A级 两周没联系 分析型`."""
    text = printable(" ".join(context.args or ()), LONGEST)
    await answer(update, context, partial(asked, text=text))


async def tapped(update: Update, context: Context) -> None:
    """A button of a list."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(tap, data=data))


def asked(turn: Turn, text: str) -> Sequence[Act]:
    """All lists, or the customers that the words mean."""
    return [Say(_draft(turn, text) if text else home(turn))]


def typed(turn: Turn, what: str, list_id: int, text: str) -> Sequence[Act]:
    """The words, or the name of a list, that were asked for."""
    if what == AWAITED:
        return [Say(_draft(turn, printable(text, LONGEST)))]
    row = lists.mine(turn.session, turn.me, list_id)
    if row is None or row.state != "kept":
        return [Toast(words.gone())]
    row.name = printable(text, LONGEST_NAME) or row.name
    reminders.reword(turn.session, OWN, f"{LIST}{row.id}", words.matter(row.name or row.words))
    return [Say(_page(turn, row, 0, words.renamed()))]


def home(turn: Turn, notice: str = "", at: int = 0) -> Card:
    """Every list, with suggestions that are not among them, from that one on."""
    kept = [_view(turn, row) for row in lists.kept(turn.session, turn.caller)]
    there = {row.words for row in kept}
    suggested = [one for one in turn.desk.edition.suggestions.values() if one.words not in there]
    first = at if at < len(suggested) else 0
    following = first + OFFERED if first + OFFERED < len(suggested) else 0
    return words.home(kept, suggested[first : first + OFFERED], notice, following if len(suggested) > OFFERED else None)


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`y:<verb>:<list>[:<argument>]`, none of which can be trusted."""
    _, verb, given, argument = [*data.split(":"), "", "", ""][:4]
    if verb == "home":
        return [Change(home(turn, at=min(number(given), PAGES)))]
    if verb == "ask":
        turn.await_text(AWAITED)
        return [Say(words.ask())]
    if verb == "try":
        suggested = turn.desk.edition.suggestions.get(given)
        return [Change(_draft(turn, suggested.words)) if suggested else Toast(general.stale())]
    if verb == "see":
        card = opened(turn, number(given))
        return [Say(card) if card else Toast(prospect_words.gone(), alert=True)]
    if verb in {"open", "show", "remind", "every"}:
        row = lists.seen(turn.session, turn.caller, number(given))
    else:
        row = lists.mine(turn.session, turn.me, number(given))
    if row is None:
        return [Toast(words.gone(), alert=True)]
    found = row
    verbs: Mapping[str, Callable[[], Sequence[Act]]] = {
        "open": lambda: [Change(_page(turn, found, min(number(argument), PAGES)))],
        "show": lambda: [Say(_page(turn, found, 0))],
        "keep": lambda: _keep(turn, found),
        "share": lambda: _share(turn, found),
        "own": lambda: _unshare(turn, found),
        "name": lambda: _ask_name(turn, found),
        "drop": lambda: _drop(turn, found),
        "back": lambda: _back(turn, found),
        "remind": lambda: [Change(words.every(_view(turn, found)))],
        "every": lambda: _every(turn, found, argument),
    }
    chosen = verbs.get(verb)
    return chosen() if chosen else [Toast(general.stale())]


def sight_of(turn: Turn) -> Sight:
    """From where the caller looks at customers."""
    scope = people.reach_ids(turn.session, turn.caller)
    return Sight(scope, turn.now, turn.caller.tz, turn.desk.systems, turn.desk.system.id)


def read(turn: Turn, text: str) -> Filter:
    """What the words mean to the caller, who may name the people and teams of whom they see customers."""
    owners = people.named_in_reach(turn.session, turn.caller) if turn.caller.role in MANAGERS else {}
    told = {key(name): ids for name, ids in owners.items()}
    return filters.read(text, turn.today, turn.desk.edition.vocabulary, told)


def _draft(turn: Turn, text: str) -> Card:
    return _page(turn, lists.draft(turn.session, turn.me, text, turn.now), 0)


def _page(turn: Turn, row: ListRow, at: int, notice: str = "") -> Card:
    wanted, sight = read(turn, row.words), sight_of(turn)
    count = rows.count(turn.session, sight, wanted) if wanted.terms else 0
    at = min(at, max(0, (count - 1) // rows.PAGE))
    found = rows.page(turn.session, sight, wanted, at) if count else ()
    return words.page(
        _view(turn, row),
        wanted,
        _with_owners(turn, found),
        count,
        at,
        rows.PAGE,
        turn.today,
        may_give=turn.caller.role in MANAGERS,
        notice=notice,
        nowhere=() if count else _nowhere(turn, sight, wanted),
        birthdays=_birthdays(turn, found, wanted),
    )


def _birthdays(turn: Turn, found: Sequence[Prospect], wanted: Filter) -> Sequence[tuple[str, str, date]]:
    """Whose birthdays a list was asked for: they may be those of a customer's family."""
    names = {row.id or 0: row.name for row in found}
    days = [
        (turn.today + timedelta(days=first), turn.today + timedelta(days=last))
        for first, last in filters.days_wanted(wanted.terms, BIRTHDAY)
    ]
    return [(names[id], who, on) for id, who, on in occasions.birthdays(turn.session, list(names), days)]


def _nowhere(turn: Turn, sight: Sight, wanted: Filter) -> Sequence[str]:
    """The words for which nobody can be on the list, because they stand in no record: perhaps they meant something."""
    parts = [part for term in wanted.terms for part in (term.terms if isinstance(term, Either) else (term,))]
    said = [part for part in parts if isinstance(part, Says)]
    return [one.word for one in said if not rows.count(turn.session, sight, Filter((one,), ()))]


def _with_owners(turn: Turn, found: Sequence[Prospect]) -> list[tuple[prospect_words.ProspectView, str]]:
    names = people.names(turn.session, {row.owner_id for row in found} - {turn.me})
    return [(view_of(turn, row), names.get(row.owner_id, "")) for row in found]


def _view(turn: Turn, row: ListRow) -> ListView:
    own = row.person_id == turn.me
    return ListView(
        id=row.id or 0,
        name=row.name or row.words,
        words=row.words,
        kept=row.state == "kept",
        owner="" if own else people.names(turn.session, {row.person_id}).get(row.person_id, "同事"),
        team=people.team_name(turn.session, row.team_id),
    )


def _keep(turn: Turn, row: ListRow) -> Sequence[Act]:
    own = [one for one in lists.kept(turn.session, turn.caller) if one.person_id == turn.me]
    same = next((one for one in own if one.words == row.words), None)
    if same is not None:
        return [Toast("这份已经存过了。"), Change(_page(turn, same, 0))]
    if len(own) >= lists.MOST:
        return [Toast(words.full(lists.MOST), alert=True)]
    row.state = "kept"
    turn.session.flush()
    return [Change(_page(turn, row, 0, "💾 存好了，以后点 /list 就有。"))]


def _share(turn: Turn, row: ListRow) -> Sequence[Act]:
    if turn.caller.team_id is None:
        return [Toast(words.alone(), alert=True)]
    if row.state != "kept":
        return [Toast(general.stale())]
    row.team_id = turn.caller.team_id
    return [Change(_page(turn, row, 0))]


def _unshare(turn: Turn, row: ListRow) -> Sequence[Act]:
    row.team_id = None
    return [Change(_page(turn, row, 0))]


def _ask_name(turn: Turn, row: ListRow) -> Sequence[Act]:
    turn.await_text(f"listname:{row.id}")
    return [Say(words.ask_name(row.name or row.words))]


def _drop(turn: Turn, row: ListRow) -> Sequence[Act]:
    row.state = "dropped"
    return [Change(words.dropped(_view(turn, row)))]


def _back(turn: Turn, row: ListRow) -> Sequence[Act]:
    if row.state == "dropped":
        row.state = "kept"
    return [Change(_page(turn, row, 0))]


def _every(turn: Turn, row: ListRow, code: str) -> Sequence[Act]:
    if code not in words.EVERY:
        return [Toast(general.stale())]
    day = repeats.after(code, turn.today)
    reminders.place(
        turn.session,
        person_id=turn.me,
        prospect_id=None,
        kind=OWN,
        key=f"{LIST}{row.id}",
        on=max(load_kinds().comes_up(OWN, day, 0, turn.desk.rules.days), turn.today),
        day=day,
        repeat=code,
        what=words.matter(row.name or row.words),
        now=turn.now,
    )
    return [Change(_page(turn, row, 0, words.reminded(code)))]
