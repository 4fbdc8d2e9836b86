"""`/export`: a workbook of one's own customers; of a manager, of the team and the teams below."""

import logging
from zoneinfo import ZoneInfo

from telegram import Update

from cards import exports as words
from cards import imports as import_words
from cards.card import Change
from handlers import book
from handlers.aside import Refused, TooMuch
from handlers.desk import DESK, Context, Desk
from handlers.imports import how_far, known_fields, member, url_of
from handlers.show import follow_up, send, send_file

logger = logging.getLogger(__name__)


async def export(update: Update, context: Context) -> None:
    """`/export`. It changes nothing: after a crash the update comes again, and the file with it."""
    desk: Desk = context.bot_data[DESK]
    person = await member(update, context)
    chat = update.effective_chat
    if person is None or chat is None:
        return
    note = await send(context.bot, chat.id, words.writing(0, 0))
    told = how_far(context.bot, chat.id, note, words.writing)
    job = (url_of(desk), person.telegram_id, await known_fields(desk), desk.edition.files)
    try:
        data, count, people = await desk.aside.run(told, book.export, *job)
    except (Refused, TooMuch) as fault:
        await follow_up(context.bot, chat.id, note, [Change(import_words.refused(str(fault)))])
        return
    day = f"{desk.now().astimezone(ZoneInfo(person.tz)):%Y-%m-%d}"
    await send_file(context.bot, chat.id, data, words.file_name(day))
    done = words.written(count, everybodys=people is None, people=people or 0)
    await follow_up(context.bot, chat.id, note, [Change(done)])
    logger.info("customers were exported", extra={"action": "exported", "count": count})
