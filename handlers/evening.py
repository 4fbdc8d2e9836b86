"""The evening's question and what comes of it: the buttons of `e:`."""

from collections.abc import Sequence
from functools import partial

from telegram import Update

from cards import hours as words
from cards import people as general
from cards import prospects as prospect_words
from cards.card import Act, Card, Change, Say, Toast
from handlers import reminders
from handlers.desk import Context, Turn, answer, number
from knowledge.appointments import Promise, since
from store import reminders as rows
from store.due import promises


async def tapped(update: Update, context: Context) -> None:
    """A button of the evening's question."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(tap, data=data))


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`e:open`, `e:done:<customer>` or `e:missed:<customer>`: as in the day's list, with the evening's refreshed."""
    _, verb, id = [*data.split(":"), "", ""][:3]
    if verb == "open":
        return [Say(current(turn))]
    if verb not in {"done", "missed"}:
        return [Toast(general.stale())]
    acts = reminders.tap(turn, f"r:{verb}:{id}")
    if any(isinstance(act, Change) for act in acts):
        return [Change(current(turn)) if isinstance(act, Change) else act for act in acts]
    return _kept(turn, number(id)) if verb == "done" else acts


def _kept(turn: Turn, id: int) -> Sequence[Act]:
    """A contact of today is logged already: what is still open of that customer's promises was kept with it."""
    names = {row.customer: row.name for row in _rows(turn)}
    if id not in names:
        return [Toast(prospect_words.gone()), Change(current(turn))]
    rows.close(turn.session, id, "done", turn.today, turn.now, turn.desk.rules.days)
    return [Toast(words.kept(names[id])), Change(current(turn))]


def current(turn: Turn) -> Card:
    """What is promised for today and still open."""
    found = _rows(turn)
    return words.evening(found, turn.today) if found else words.evening_done()


def _rows(turn: Turn) -> Sequence[Promise]:
    return promises(turn.session, turn.person, since(turn.today, turn.desk.rules.days), turn.today)
