"""The people map of a customer: the buttons of `h:`, and the sentences about people."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from telegram import Update

from cards import contacts as words
from cards import people as general
from cards import prospects as prospect_words
from cards.card import Act, Card, Change, Say, Toast
from handlers.desk import Context, Turn, answer, number
from handlers.views import contact_of, people_of
from knowledge.contacts import LENGTHS, ME, SCALES, Told, people_in, tie_in
from knowledge.text import key, printable
from store import contacts, prospects
from store.tables import ContactRow, Prospect

MOST = 40  # people of one customer
MORE = "more"  # behind whose people are waited for: somebody was written down, and the next one may follow

Found = tuple[ContactRow, Prospect]


async def tapped(update: Update, context: Context) -> None:
    """A button of the people map."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(tap, data=data))


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`h:<verb>:<id>[:<argument>[:<argument>]]`; whose the id is is checked before anything is done."""
    _, verb, given, first, second = [*data.split(":"), "", "", "", ""][:5]
    id = number(given)
    if verb in {"map", "add"}:
        prospect = prospects.mine(turn.session, turn.me, id)
        if prospect is None:
            return [Toast(prospect_words.gone(), alert=True)]
        return [Say(table(turn, prospect))] if verb == "map" else _ask_person(turn, prospect)
    found = contacts.mine(turn.session, turn.me, id)
    if found is None:
        return [Toast(words.gone(), alert=True)]
    verbs: Mapping[str, Callable[[], Sequence[Act]]] = {
        "one": lambda: [Change(_one(found))],
        "set": lambda: _set(turn, found, first, second),
        "as": lambda: _settle(turn, found, first, second),
        "ask": lambda: _ask_field(turn, found, first),
        "drop": lambda: [Change(words.ask_drop(contact_of(found[0])))],
        "dropped": lambda: _drop(turn, found),
    }
    chosen = verbs.get(verb)
    return chosen() if chosen else [Toast(general.stale())]


def table(turn: Turn, prospect: Prospect, notice: str = "") -> Card:
    """Everybody of a customer."""
    return words.table(prospect.name, prospect.id or 0, people_of(turn, prospect.id or 0), notice)


def _one(found: Found, notice: str = "") -> Card:
    row, prospect = found
    return words.one(contact_of(row), prospect.id or 0, prospect.name, notice)


def _ask_person(turn: Turn, prospect: Prospect) -> Sequence[Act]:
    if len(contacts.of(turn.session, prospect.id or 0)) >= MOST:
        return [Say(words.too_many(MOST))]
    turn.await_text(f"person:{prospect.id}")
    return [Say(words.ask_person(prospect.name))]


def told(turn: Turn, prospect_id: int, text: str) -> Sequence[Act]:
    """Sentences about people: kept, and what was not understood asked about."""
    prospect = prospects.mine(turn.session, turn.me, prospect_id)
    if prospect is None:
        return [Toast(prospect_words.gone())]
    people = [one for one in people_in(text) if any(one.fields.values())]
    if not people:
        turn.await_text(f"person:{prospect_id}")
        return [Say(words.no_person())]
    if len(contacts.of(turn.session, prospect_id)) + len(people) > MOST:
        return [Say(words.too_many(MOST))]
    kept = [_keep(turn, prospect, one) for one in people]
    new = [row.name for row, fresh in kept if fresh]
    notice = words.added(new, [row.name for row, fresh in kept if not fresh])
    prospects.touch(prospect, turn.now)
    turn.await_text(f"person:{prospect_id}:{MORE}")
    unread = next((row for row, _ in kept if row.unread), None)
    if unread is not None:
        return [Say(words.ask_unread(contact_of(unread), notice))]
    if len(kept) == 1 and (contact_of(kept[0][0]).missing or not kept[0][0].name):
        return [Say(_one((kept[0][0], prospect), notice))]
    return [Say(table(turn, prospect, notice))]


def enough(turn: Turn, prospect_id: int) -> Sequence[Act]:
    """Nobody else is to be added."""
    turn.await_text("")
    prospect = prospects.mine(turn.session, turn.me, prospect_id)
    return [Say(table(turn, prospect)) if prospect else Toast(prospect_words.gone())]


def _keep(turn: Turn, prospect: Prospect, one: Told) -> tuple[ContactRow, bool]:
    """The row of a person, changed where the name is there already, and whether it is new."""
    name_key = key(one.name)[:20]
    there = (row for row in contacts.of(turn.session, prospect.id or 0) if name_key and row.name_key == name_key)
    known = next(there, None)
    row = known or ContactRow(prospect_id=prospect.id or 0, created_at=turn.now, updated_at=turn.now)
    for field, value in one.fields.items():
        _put(turn, row, field, value)
    row.unread = "\n".join([*row.unread.splitlines(), *(printable(piece, 100) for piece in one.unread)][:10])
    return (row if known else contacts.add(turn.session, row)), known is None


def _put(turn: Turn, row: ContactRow, field: str, value: str) -> None:
    """One field of a person, as far as it fits."""
    if field == "owner" and value == ME:
        value = turn.caller.name
    setattr(row, field, printable(value, LENGTHS.get(field, 20)))
    if field == "name":
        row.name_key = key(row.name)[:20]
    row.updated_at = turn.now


def _set(turn: Turn, found: Found, field: str, value: str) -> Sequence[Act]:
    """A tapped value; tapped once more it is taken away."""
    if value not in SCALES.get(field, {}):
        return [Toast(general.stale())]
    row, _ = found
    _put(turn, row, field, "" if getattr(row, field) == value else value)
    return [Change(_one(found))]


def _settle(turn: Turn, found: Found, count: str, meaning: str) -> Sequence[Act]:
    """What the first piece means that was not understood; an old button only shows how it stands now."""
    row, prospect = found
    pieces = row.unread.splitlines()
    if not pieces or count != str(len(pieces)):
        return [Change(_next(turn, found))]
    piece, tie = pieces[0], tie_in(pieces[0])
    if meaning in {"us", "them"} and tie:
        _put(turn, row, f"tie_{meaning}", tie)
    elif meaning == "note":
        _put(turn, row, "note", f"{row.note}，{piece}".strip("，"))
    elif meaning in words.FIELDS:
        _put(turn, row, meaning, piece)
    elif meaning != "no":
        return [Toast(general.stale())]
    row.unread = "\n".join(pieces[1:])
    prospects.touch(prospect, turn.now)
    return [Change(_next(turn, found))]


def _next(turn: Turn, found: Found) -> Card:
    """The next thing that was not understood, of this person or another; then the person."""
    row, prospect = found
    waiting = (one for one in people_of(turn, prospect.id or 0) if one.unread)
    of_this = contact_of(row) if row.unread else next(waiting, None)
    return words.ask_unread(of_this) if of_this is not None else _one(found)


def _ask_field(turn: Turn, found: Found, field: str) -> Sequence[Act]:
    if field not in words.FIELDS:
        return [Toast(general.stale())]
    turn.await_text(f"hfield:{found[0].id}:{field}")
    return [Say(words.ask_field(contact_of(found[0]), field))]


def edited(turn: Turn, contact_id: int, field: str, text: str) -> Sequence[Act]:
    """The new value of a field."""
    found = contacts.mine(turn.session, turn.me, contact_id)
    if found is None or field not in words.FIELDS:
        return [Toast(words.gone())]
    _put(turn, found[0], field, text)
    return [Say(_one(found))]


def _drop(turn: Turn, found: Found) -> Sequence[Act]:
    row, prospect = found
    name = row.name
    contacts.erase(turn.session, row.id or 0)
    return [Change(table(turn, prospect, words.dropped(name)))]
