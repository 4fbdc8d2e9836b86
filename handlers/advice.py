"""Looking a type up: `/advice`, `/advice 杀价`, and the buttons of `a:` and `m:`."""

from collections.abc import Sequence
from functools import partial

from telegram import Update

from cards import advice as words
from cards import people as general
from cards.card import Act, Say, Toast
from handlers.desk import Context, Turn, answer
from knowledge.advice import find
from knowledge.errors import UnknownSystem
from knowledge.files import MOMENTS
from knowledge.text import comparable, printable


async def advice(update: Update, context: Context) -> None:
    """`/advice`, with or without words."""
    await answer(update, context, partial(look_up, text=printable(" ".join(context.args or ()), 30)))


async def tapped(update: Update, context: Context) -> None:
    """A type or a moment."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(tap, data=data))


def look_up(turn: Turn, text: str) -> Sequence[Act]:
    """The card that the words name, a choice of cards, or all of them."""
    system = turn.desk.system
    if not text:
        return [Say(words.catalogue(system))]
    found = find(system, comparable(text))
    if len(found) == 1:
        return [Say(words.whole(found[0], system, turn.desk.talk))]
    return [Say(words.choices(system, found, text))]


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`a:<system>[:<type>]` or `m:<system>:<type>:<moment>`."""
    kind, system_id, type, moment = [*data.split(":"), "", "", ""][:4]
    try:
        system = turn.desk.systems.catalogue(system_id)
    except UnknownSystem:
        return [Toast(general.stale())]
    if not type:
        return [Say(words.catalogue(system))]
    if type not in system.types:
        return [Toast(general.stale())]
    if kind == "a":
        return [Say(words.whole(system.types[type], system, turn.desk.talk))]
    if moment not in MOMENTS or system.types[type].card.moments is None:
        return [Toast(general.stale())]
    card = words.moment(system.types[type], system, moment, turn.desk.talk)
    return [Say(card)]
