"""A customer's data: who looked at it, all of it as a file, all of it erased; the buttons of `j:`."""

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from telegram import Update

from cards import imports as import_words
from cards import people as general
from cards import privacy as words
from cards import prospects as prospect_words
from cards.card import Act, Change, Say, Tell, Toast
from handlers import book
from handlers.aside import Refused, TooMuch
from handlers.desk import DESK, Context, Desk, Turn, answer, decided, number
from handlers.imports import known_fields, url_of
from handlers.looking import who_looked
from handlers.show import follow_up, send_file, show
from store import access, people, prospects
from store.people import MANAGERS
from store.tables import Prospect

logger = logging.getLogger(__name__)


async def tapped(update: Update, context: Context) -> None:
    """A button of a customer's data."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(tap, data=data))


async def file(update: Update, context: Context) -> None:
    """Everything about one customer as a workbook, which is noted where the customer is somebody else's."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    prospect_id = number(data.rpartition(":")[2])
    acts = await decided(update, context, partial(_may_export, prospect_id=prospect_id))
    await show(update, context, acts)
    desk: Desk = context.bot_data[DESK]
    user, chat = update.effective_user, update.effective_chat
    if user is None or chat is None or acts != [Toast(words.writing())]:
        return
    job = (url_of(desk), user.id, prospect_id, await known_fields(desk), desk.edition.files)
    try:
        body = await desk.aside.run(None, book.one, *job)
    except (Refused, TooMuch) as fault:
        await follow_up(context.bot, chat.id, 0, [Say(import_words.refused(str(fault)))])
        return
    day = f"{desk.now():%Y-%m-%d}"
    await send_file(context.bot, chat.id, body, words.file_name(prospect_id, day), words.caption())
    logger.info("a customer was exported", extra={"action": "customer_exported"})


def _may_export(turn: Turn, prospect_id: int) -> Sequence[Act]:
    row = prospects.seen(turn.session, turn.caller, prospect_id)
    if row is None:
        return [Toast(prospect_words.gone(), alert=True)]
    if row.owner_id != turn.me:
        access.note(turn.session, prospect_id, turn.me, "exported", turn.now, turn.today)
    return [Toast(words.writing())]


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`j:<verb>:<customer>`, none of which can be trusted; `j:seen:0` is about all customers of the caller."""
    _, verb, id = [*data.split(":"), "", ""][:3]
    if verb == "seen" and not number(id):
        return [Say(who_looked(turn, None))]
    found = prospects.seen(turn.session, turn.caller, number(id))
    if found is None:
        return [Toast(prospect_words.gone(), alert=True)]
    row = found
    verbs: Mapping[str, Callable[[], Sequence[Act]]] = {
        "seen": lambda: [Change(who_looked(turn, row))],
        "erase": lambda: _ask_erase(turn, row),
        "erased": lambda: _erase(turn, row),
    }
    chosen = verbs.get(verb)
    return chosen() if chosen else [Toast(general.stale())]


def _ask_erase(turn: Turn, row: Prospect) -> Sequence[Act]:
    if turn.caller.role not in MANAGERS:
        return [Toast(general.not_allowed(), alert=True)]
    owner = people.names(turn.session, {row.owner_id})[row.owner_id]
    return [Change(words.ask_erase(row.name, owner, row.id or 0))]


def _erase(turn: Turn, row: Prospect) -> Sequence[Act]:
    if turn.caller.role not in MANAGERS:
        return [Toast(general.not_allowed(), alert=True)]
    owner = people.by_id(turn.session, row.owner_id)
    prospects.erase(turn.session, row.id or 0)
    acts: list[Act] = [Change(prospect_words.erased())]
    if owner is not None and owner.active and owner.id != turn.me:
        acts.append(Tell(owner.telegram_id, words.erased_for(turn.caller.name)))
    return acts
