"""Customer lists: `/import` sends an empty one, a file that is sent is looked at, shown and taken in; buttons of `o:`.

What takes long is a job aside (`handlers/aside.py`, `store/imports.py`). Before it a fleeting decision says whether
this person may, after it the last decision reads what has become of the list: a tap that comes twice, or again after a
crash, finds the list closed and shows how it ended.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from telegram import Message, Update
from telegram.error import TelegramError
from telegram.ext import ExtBot

from cards import imports as words
from cards import people as general
from cards.card import Act, Card, Change, Say, Tell, Toast
from handlers import book, plain, stages
from handlers.aside import Refused, Told, TooMuch
from handlers.desk import DESK, Context, Desk, Turn, answer, decided, number
from handlers.show import follow_up, rewrite, send, send_file, show
from knowledge.columns import NAME, Field, fields
from knowledge.imports import Doubles, Met
from knowledge.systems import Systems
from knowledge.table import MOST_BYTES, is_table
from knowledge.text import printable
from store import imports, people
from store.imports import Order
from store.tables import ImportFile, Person

logger = logging.getLogger(__name__)

EVERY = 1.5  # seconds between two changes of the message that says how far it is
PAGES = 99


async def template(update: Update, context: Context) -> None:
    """`/import`: an empty list with two rows as an example."""
    desk: Desk = context.bot_data[DESK]
    person = await member(update, context)
    chat = update.effective_chat
    if person is None or chat is None:
        return
    data = await desk.aside.run(None, book.template, await known_fields(desk))
    await send_file(context.bot, chat.id, data, words.TEMPLATE, words.template_caption())


async def member(update: Update, context: Context) -> Person | None:
    """Who sent the update; a stranger is told politely that there is nothing for them here."""
    desk: Desk = context.bot_data[DESK]
    user = update.effective_user
    person = await desk.db.read(people.by_telegram, user.id) if user else None
    if person is None:
        await show(update, context, [Say(general.stranger())])
    return person


async def known_fields(desk: Desk) -> Mapping[str, Field]:
    """Everything that a column can be; the first time it is gathered on a thread, since every system is read."""
    return await asyncio.to_thread(_fields, desk.systems, desk.rules.system)


@cache
def _fields(systems: Systems, primary: str) -> Mapping[str, Field]:
    return fields(systems, primary)


def url_of(desk: Desk) -> str:
    """Where a job finds the database."""
    return desk.db.engine.url.render_as_string(hide_password=False)


# --- a file -----------------------------------------------------------------------------------------------------------


async def document(update: Update, context: Context) -> None:
    """A file: a customer list, if its name says that it is a table."""
    message = update.effective_message
    if message is None or message.document is None or not is_table(message.document.file_name or ""):
        await plain.not_text(update, context)
        return
    person = await member(update, context)
    if person is None:
        return
    if (message.document.file_size or 0) > MOST_BYTES:
        await show(update, context, [Say(words.too_large())])
        return
    name = printable(message.document.file_name or "", 100)
    note = await send(context.bot, message.chat.id, words.reading(name))
    acts = await _read(update, context, message, name, person, note)
    await follow_up(context.bot, message.chat.id, note, acts)


async def _read(
    update: Update, context: Context, message: Message, name: str, person: Person, note: int
) -> Sequence[Act]:
    desk: Desk = context.bot_data[DESK]
    document = message.document
    if document is None:
        return ()
    try:
        data = bytes(await (await document.get_file()).download_as_bytearray())
    except TelegramError as fault:
        logger.warning("a file could not be fetched: %s", fault.message, extra={"action": "file_not_fetched"})
        return [Say(words.not_fetched())]
    reach = await desk.db.read(people.in_reach, person)
    owner = person.id if len(reach) == 1 else None
    today = desk.now().astimezone(ZoneInfo(person.tz)).date()
    known = await known_fields(desk)
    told = how_far(context.bot, message.chat.id, note, partial(words.reading, name))
    try:
        body, found = await desk.aside.run(told, imports.read, url_of(desk), name, data, known, today, owner)
    except (Refused, TooMuch) as fault:
        return [Say(words.refused(str(fault)))]
    return await decided(update, context, partial(_begun, name=name, body=body, told=found, owner=owner))


def _begun(turn: Turn, name: str, body: bytes, told: str, owner: int | None) -> Sequence[Act]:
    row = imports.begin(turn.session, person_id=turn.me, owner_id=owner, name=name, body=body, told=told, now=turn.now)
    return [Say(words.preview(view_of(turn, row)))]


def view_of(turn: Turn, row: ImportFile) -> words.ListView:
    """A list as the cards want it."""
    told = imports.told(row)
    known = _fields(turn.desk.systems, turn.desk.rules.system)
    met = told["met"]
    return words.ListView(
        id=row.id or 0,
        name=row.name,
        cells=tuple(told["heading"][1]),
        columns=tuple(told["columns"]),
        meant=tuple(known[id].zh if id in known else "" for id in told["columns"]),
        rows=told["rows"],
        good=told["good"],
        lost=told["lost"],
        left=told["left"],
        faults=tuple((at, column, why) for at, column, why in told["faults"]),
        fault_count=told["fault_count"],
        rough=tuple((column, text, said) for column, text, said in told["rough"]),
        rough_count=told["rough_count"],
        first=tuple(tuple(cells) for cells in told["first"]),
        others=tuple(told["others"]),
        met=Met(**{**met, "some": tuple(met["some"])}) if met else None,
        owner=_owner(turn, row),
        choice=len(people.in_reach(turn.session, turn.caller)) > 1,
    )


def _owner(turn: Turn, row: ImportFile) -> str:
    """The name of whose customers they become, "" for the sender's own."""
    if row.owner_id is None:
        return ""
    owner = people.by_id(turn.session, row.owner_id)
    return owner.name if owner and (owner.id != turn.me or len(people.in_reach(turn.session, turn.caller)) > 1) else ""


# --- buttons ----------------------------------------------------------------------------------------------------------


async def tapped(update: Update, context: Context) -> None:
    """A button of a list."""
    query = update.callback_query
    data = (query.data or "") if query else ""
    verb = [*data.split(":"), ""][1]
    if verb not in {"set", "for", "go", "do"}:
        await answer(update, context, partial(tap, data=data))
        return
    acts = await decided(update, context, partial(gate, data=data), fleeting=True)
    if acts or query is None or query.message is None:
        await show(update, context, acts)
        return
    waiting = words.looking() if verb in {"set", "for"} else words.taking(0, 0)
    await show(update, context, [Change(waiting)])
    await follow_up(
        context.bot,
        query.message.chat.id,
        query.message.message_id,
        await _worked(update, context, data, query.message.chat.id, query.message.message_id),
    )


async def _worked(update: Update, context: Context, data: str, chat_id: int, message_id: int) -> Sequence[Act]:
    desk: Desk = context.bot_data[DESK]
    _, verb, id, *rest = [*data.split(":"), "", ""]
    person = await member(update, context)
    if person is None:
        return ()
    today = desk.now().astimezone(ZoneInfo(person.tz)).date()
    known, url = await known_fields(desk), url_of(desk)
    told = how_far(context.bot, chat_id, message_id, words.looking if verb in {"set", "for"} else words.taking)
    try:
        if verb in {"set", "for"}:
            column = (number(rest[0]), rest[1]) if verb == "set" else None
            owner = number(rest[0]) if verb == "for" else None
            await desk.aside.run(told, imports.look, url, number(id), known, today, column, owner)
        else:
            order = Order(
                number(id),
                rest[0] == "good",
                _doubles(verb, rest[1]),
                desk.planner.rhythms,
                desk.rules.days,
                desk.now(),
            )
            await desk.aside.run(told, imports.take, url, order, known, today, behind=False)
            taken = await desk.db.read(imports.mine, person.id or 0, number(id))
            await stages.catch_up(desk, (taken.owner_id if taken else None) or person.id or 0)
    except (Refused, TooMuch) as fault:
        logger.info("a list was not worked on: %s", fault, extra={"action": "import_refused"})
        return await decided(update, context, partial(ended, id=number(id), why=str(fault)))
    return await decided(update, context, partial(ended, id=number(id)))


def _doubles(verb: str, text: str) -> Doubles:
    return Doubles(text) if verb == "do" else Doubles.NEW


def how_far(
    bot: ExtBot[Any], chat_id: int, message_id: int, said: Callable[[int, int], Card], every: float = EVERY
) -> Told:
    """Says how far a job is in the message that waits, now and then; that it cannot be changed stops nothing."""
    clock = asyncio.get_running_loop().time
    last = clock()

    async def told(done: int, total: int) -> None:
        nonlocal last
        if clock() - last < every:
            return
        last = clock()
        try:
            await rewrite(bot, chat_id, message_id, said(done, total))
        except TelegramError as fault:
            logger.info("how far it is could not be said: %s", fault.message, extra={"action": "progress_unsaid"})

    return told


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`o:<verb>:<list>[:<argument>…]`, none of which can be trusted: what takes no time."""
    _, verb, id, *rest = [*data.split(":"), "", "", ""]
    row = imports.mine(turn.session, turn.me, number(id))
    if row is None or row.state != "open":
        return [Toast(words.closed(), alert=True)]
    view = view_of(turn, row)
    first = number(rest[0])
    verbs: Mapping[str, Callable[[], Card | None]] = {
        "show": lambda: words.preview(view),
        "cols": lambda: words.columns(view, min(first, PAGES)),
        "col": lambda: _column(turn, view, first, min(number(rest[1]), PAGES)),
        "who": lambda: _people(turn, view, min(first, PAGES)),
        "drop": lambda: _drop(turn, row),
    }
    card = verbs[verb]() if verb in verbs else None
    return [Change(card)] if card else [Toast(general.stale())]


def _column(turn: Turn, view: words.ListView, at: int, page: int) -> Card | None:
    known = _fields(turn.desk.systems, turn.desk.rules.system)
    return words.column(view, at, known, page) if at < len(view.cells) else None


def _people(turn: Turn, view: words.ListView, page: int) -> Card:
    reach = [(one.id or 0, one.name) for one in people.in_reach(turn.session, turn.caller)]
    return words.owners(view, [*reach[1:], (turn.me, "我自己")], page)


def _drop(turn: Turn, row: ImportFile) -> Card:
    name = row.name
    imports.drop(turn.session, row, turn.now)
    return words.dropped(name)


def gate(turn: Turn, data: str) -> Sequence[Act]:
    """Whether that work may be done now; what there is to say instead, or nothing."""
    _, verb, id, *rest = [*data.split(":"), "", "", ""]
    row = imports.mine(turn.session, turn.me, number(id))
    if row is None or row.state == "dropped":
        return [Toast(words.closed(), alert=True)]
    if row.state == "done":
        return ended(turn, number(id))
    view = view_of(turn, row)
    if verb == "set":
        fits = number(rest[0]) < len(view.cells) and rest[1] in _fields(turn.desk.systems, turn.desk.rules.system)
        return [] if fits else [Toast(general.stale())]
    reach = {one.id for one in people.in_reach(turn.session, turn.caller)}
    if verb == "for":
        return [] if number(rest[0]) in reach else [Toast(general.stale())]
    if rest[0] not in {"all", "good"} or (verb == "do" and rest[1] not in list(Doubles)):
        return [Toast(general.stale())]
    if row.owner_id not in reach:  # not chosen yet, or gone from the team meanwhile
        return [Change(_people(turn, view, 0))]
    if NAME not in view.columns:
        return [Toast(words.no_name(), alert=True)]
    if not (view.rows if rest[0] == "all" else view.good):
        return [Toast(words.nobody(), alert=True)]
    if verb == "go" and view.met and view.met.count:
        return [Change(words.doubles(view, view.met, rest[0]))]
    return []


def ended(turn: Turn, id: int, why: str = "") -> Sequence[Act]:
    """What has become of a list; where it is still open, first why nothing came of the last step."""
    row = imports.mine(turn.session, turn.me, id)
    if row is None or row.state == "dropped":
        return [Toast(words.closed(), alert=True)]
    if row.state == "open":
        refused = [Change(words.refused(why))] if why else []
        return [*refused, Change(words.preview(view_of(turn, row)))]
    result: dict[str, Any] = imports.told(row)
    owner = people.by_id(turn.session, row.owner_id or 0)
    if owner is None or owner.id == turn.me:
        return [Change(words.done(row.name, result, ""))]
    told = Tell(owner.telegram_id, words.given(turn.caller.name, row.name, result))
    return [Change(words.done(row.name, result, owner.name)), told]
