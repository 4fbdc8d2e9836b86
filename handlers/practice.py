"""Practising what was put aside: `/practice`, and the buttons of `x:`."""

import hashlib
from collections.abc import Sequence
from functools import partial

from telegram import Update

from cards import people as general
from cards import practice as words
from cards.card import Act, Change, Say, Toast
from handlers.desk import Context, Turn, answer
from store import interviews

OPTIONS = 3


async def practice(update: Update, context: Context) -> None:
    """`/practice`."""
    await answer(update, context, drill)


async def tapped(update: Update, context: Context) -> None:
    """An answer, or another drill."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(tap, data=data))


def drill(turn: Turn) -> Sequence[Act]:
    """The least practised type of the list: which of three sentences would you say to such a person?"""
    rows = interviews.practices(turn.session, turn.me)
    rows = [row for row in rows if row.type_id in turn.desk.system.types and row.system == turn.desk.system.id]
    if not rows:
        return [Say(words.empty())]
    row, system, talk = rows[0], turn.desk.system, turn.desk.talk
    kind = system.types[row.type_id]
    best = kind.card.say[row.tried % len(kind.card.say)]
    near = {neighbour.id for neighbour in kind.neighbours}
    others = [system.types[id] for id in system.order if id != kind.id and id not in near]
    # The wrong answers come from unlike types, in an order that changes with each try but is the same after a restart.
    others.sort(key=lambda other: _shuffled(f"{turn.me}{kind.id}{row.tried}{other.id}"))
    wrong = [(f"w{at}.{row.tried}", other.card.say[0]) for at, other in enumerate(others[: OPTIONS - 1])]
    options = [(f"right.{row.tried}", best), *wrong]
    options.sort(key=lambda option: _shuffled(f"{turn.me}{row.tried}{option[1]}"))
    filled = [(key, talk.fill([line])[0]) for key, line in options]
    return [Say(words.drill(kind.zh, kind.definition, system.id, kind.id, filled))]


def _shuffled(seed: str) -> bytes:
    return hashlib.sha256(seed.encode()).digest()


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`x:next` or `x:pick:<system>:<type>:<option>.<tries before>`."""
    _, verb, system_id, type, option = [*data.split(":"), "", "", "", ""][:5]
    if verb == "next":
        return drill(turn)
    if verb != "pick" or system_id != turn.desk.system.id or type not in turn.desk.system.types:
        return [Toast(general.stale())]
    row = interviews.practice(turn.session, turn.me, system_id, type)
    key, _, tried = option.partition(".")
    if row is None or tried != str(row.tried):
        return [Toast(words.answered())]
    kind = turn.desk.system.types[type]
    best = turn.desk.talk.fill([kind.card.say[row.tried % len(kind.card.say)]])[0]
    row.tried += 1
    row.right += key == "right"
    why = turn.desk.talk.fill([kind.card.essence])[0]
    return [Change(words.outcome(key == "right", kind.zh, best, why, row.tried, row.right, system_id, type))]
