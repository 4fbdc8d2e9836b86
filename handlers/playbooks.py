"""Playbooks, turned step by step in one message each: the buttons of `b:`."""

from collections.abc import Sequence
from functools import partial

from telegram import Update

from cards import people as general
from cards import playbooks as words
from cards.card import Act, Card, Change, Say, Toast
from handlers.desk import Context, Turn, answer
from knowledge.files import MOMENTS, SCENES


async def tapped(update: Update, context: Context) -> None:
    """A playbook, one of its steps, or a shelf."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(tap, data=data))


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`b:` shelves, `b::<moment>[:all|:types]`, `b:<id>` in a message of its own, `b:<id>:<step>` in place (0: all)."""
    _, id, *rest = [*data.split(":"), ""][:4]
    if not id:
        return _shelved(turn, *rest)
    if id not in turn.desk.library.playbooks:
        return [Toast(general.stale())]
    book = turn.desk.library.playbooks[id]
    if not rest or not rest[0]:
        return [Say(words.opened(book, turn.desk.talk))]
    number = int(rest[0]) if rest[0].isascii() and rest[0].isdecimal() else -1
    if number == 0:
        return [Change(words.opened(book, turn.desk.talk))]
    if not 1 <= number <= len(book.steps):
        return [Toast(general.stale())]
    return [Change(words.step(book, number, turn.desk.talk))]


def _shelved(turn: Turn, moment: str = "", what: str = "") -> Sequence[Act]:
    books = turn.desk.library.playbooks
    if not moment:
        return [Change(words.shelves([(id, len(books.at(id))) for id in SCENES]))]
    if moment not in SCENES or (what == "types" and moment not in MOMENTS):
        return [Toast(general.stale())]
    if what == "types":
        return [Change(words.scene_types(moment, turn.desk.library.primary))]
    return [Change(scene(turn, moment, everything=what == "all"))]


def scene(turn: Turn, moment: str, *, everything: bool = False) -> Card:
    """What there is for a moment."""
    library = turn.desk.library
    books = library.playbooks.at(moment)
    return words.scene(moment, books, turn.desk.talk, library.primary, everything=everything)
