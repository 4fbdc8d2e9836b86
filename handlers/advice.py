"""Looking anything up: `/advice`, `/advice 杀价`, and the buttons of `a:`, `m:` and `l:`."""

from collections.abc import Sequence
from functools import partial

from telegram import Update

from cards import advice as words
from cards import people as general
from cards import playbooks as books
from cards.card import Act, Card, Change, Say, Toast
from handlers.desk import Context, Turn, answer
from handlers.playbooks import scene
from knowledge.errors import UnknownSystem
from knowledge.files import MOMENTS
from knowledge.finding import Entry, Scene, Type, meant, parted
from knowledge.playbooks import Playbook
from knowledge.systems import Catalogue, Kind
from knowledge.text import printable
from knowledge.worth import ordered
from store import verdicts

LONGEST = 30  # characters that are looked up
LINKED = 3  # playbooks below a type


async def advice(update: Update, context: Context) -> None:
    """`/advice`, with or without words."""
    await answer(update, context, partial(look_up, text=printable(" ".join(context.args or ()), LONGEST)))


async def tapped(update: Update, context: Context) -> None:
    """A shelf, a system, a type or a moment."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(tap, data=data))


async def searched(update: Update, context: Context) -> None:
    """All answers to some words."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(search, text=printable(data.partition(":")[2], LONGEST)))


def look_up(turn: Turn, text: str) -> Sequence[Act]:
    """What the words name, a choice where they name several things, or the shelves."""
    if not text:
        return [Say(_categories(turn))]
    bare, moment = parted(text)
    found = turn.desk.library.find(bare)
    if not found:
        return [Say(words.nothing(text, turn.desk.library.nearest(bare)))]
    one = meant(found)
    if one is None:
        return [Say(words.choices([hit.entry for hit in found], bare, moment))]
    return [Say(words.also(_opened(turn, one, moment), bare, len(found) - 1))]


def search(turn: Turn, text: str) -> Sequence[Act]:
    """Every answer, even where one is plainly meant."""
    found = turn.desk.library.find(text)
    return [Say(words.choices([hit.entry for hit in found], text))] if found else [Toast(general.stale())]


def _opened(turn: Turn, entry: Entry, moment: str) -> Card:
    match entry:
        case Type(system, kind) if moment and kind.card.moments:
            return words.moment(kind, system, moment, turn.desk.talk)
        case Type(system, kind):
            return handled(turn, system, kind)
        case Playbook():
            return books.opened(entry, turn.desk.talk)
        case Scene(id):
            return scene(turn, id)
        case Catalogue():
            return words.catalogue(entry)


def handled(turn: Turn, system: Catalogue, kind: Kind) -> Card:
    """The handling card of a type, what has proven itself first, with up to `LINKED` playbooks for it."""
    linked = turn.desk.library.playbooks.naming(system.id, kind.id)[:LINKED]
    proven = ordered(kind, verdicts.counts(turn.session, system.id, kind.id))
    return words.whole(proven, system, turn.desk.talk, linked, tried=proven is not kind)


def _categories(turn: Turn) -> Card:
    library = turn.desk.library
    return words.categories(list(turn.desk.systems), library.primary, len(list(library.playbooks)))


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`a:`, `a:::<kind>`, `a:<system>[:<type>]`, `a:<system>::here` (in place), or `m:<system>:<type>:<moment>`."""
    kind, system_id, type, last = [*data.split(":"), "", "", ""][:4]
    if not system_id:
        return _shelved(turn, last)
    try:
        system = turn.desk.systems.catalogue(system_id)
    except UnknownSystem:
        return [Toast(general.stale())]
    if not type:
        card = words.catalogue(system)
        return [Change(card) if last == "here" else Say(card)]
    if type not in system.types:
        return [Toast(general.stale())]
    if kind == "a":
        return [Say(handled(turn, system, system.types[type]))]
    if last not in MOMENTS or system.types[type].card.moments is None:
        return [Toast(general.stale())]
    card = words.moment(system.types[type], system, last, turn.desk.talk)
    return [Say(card)]


def _shelved(turn: Turn, key: str) -> Sequence[Act]:
    if not key:
        return [Change(_categories(turn))]
    if key not in words.KINDS:
        return [Toast(general.stale())]
    return [Change(words.shelf(key, [system for system in turn.desk.systems if system.kind == key]))]
