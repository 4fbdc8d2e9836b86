"""The Telegram application. Every handler is listed once, in order, in `HANDLERS`."""

import logging
import secrets
from typing import Any

from telegram import BotCommand, Update
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ExtBot,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.config import Telegram
from bot.order import ChatByChat, Rounds
from bot.pace import Pace
from bot.request import AiohttpRequest, PacedRequest
from cards.people import commands, trouble
from handlers import (
    advice,
    complaints,
    contacts,
    evening,
    exports,
    facets,
    funnel,
    groups,
    handover,
    imports,
    inline,
    interview,
    lists,
    occasions,
    people,
    plain,
    playbooks,
    practice,
    prep,
    privacy,
    prospects,
    quizzes,
    remind,
    reminders,
    settings,
    team,
    told,
    visits,
    wording,
    worth,
)
from handlers.desk import DESK, Context, Desk
from handlers.show import DRAWING, Drawing, send
from knowledge.text import printable

logger = logging.getLogger(__name__)

App = Application[Any, Any, Any, Any, Any, Any]
# What somebody puts into our own chat by `@bot 杀价` is our card, not a customer described.
MESSAGE = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & ~filters.VIA_BOT
GROUP = filters.UpdateType.MESSAGE & filters.ChatType.GROUPS & filters.COMMAND
WANTED = ("message", "callback_query", "inline_query", "my_chat_member")  # kinds of updates that Telegram is asked for
ROUNDS = "rounds"  # where the application keeps who says how many updates begin in a round of the event loop
FETCHING = "fetching"  # where the application keeps the request of its own for updates

HANDLERS: tuple[BaseHandler[Any, Any, Any], ...] = (
    MessageHandler(MESSAGE & filters.TEXT & ~filters.COMMAND, plain.text),  # first: most of what comes, and in a hurry
    CommandHandler("start", people.start, MESSAGE),
    CommandHandler("new", interview.new, MESSAGE),
    CommandHandler("customers", prospects.customers, MESSAGE),
    CommandHandler("prep", prep.prep, MESSAGE),
    CommandHandler("visit", visits.visit, MESSAGE),
    CommandHandler("today", reminders.today, MESSAGE),
    CommandHandler("remind", remind.remind, MESSAGE),
    CommandHandler("advice", advice.advice, MESSAGE),
    CommandHandler("list", lists.list_, MESSAGE),
    CommandHandler("abc", facets.abc, MESSAGE),
    CommandHandler("map", facets.quadrant, MESSAGE),
    CommandHandler("test", quizzes.test, MESSAGE),
    CommandHandler("check", wording.check, MESSAGE),
    CommandHandler("practice", practice.practice, MESSAGE),
    CommandHandler("import", imports.template, MESSAGE),
    CommandHandler("export", exports.export, MESSAGE),
    CommandHandler("transfer", handover.transfer, MESSAGE),
    CommandHandler("pool", handover.pool, MESSAGE),
    CommandHandler("leave", handover.leave, MESSAGE),
    CommandHandler("settings", settings.settings, MESSAGE),
    CommandHandler("help", people.help_, MESSAGE),
    CommandHandler("cancel", people.cancel, MESSAGE),
    CommandHandler("team", team.team, MESSAGE),
    CommandHandler("rep", team.rep, MESSAGE),
    CommandHandler("overdue", team.overdue, MESSAGE),
    CommandHandler("funnel", funnel.funnel, MESSAGE),
    CommandHandler("types", funnel.types, MESSAGE),
    CommandHandler("invite", people.invite, MESSAGE),
    CommandHandler("health", people.health, MESSAGE),
    MessageHandler(GROUP, groups.command),
    MessageHandler(filters.ChatType.GROUPS & filters.StatusUpdate.MIGRATE, groups.upgraded),
    MessageHandler(MESSAGE & filters.COMMAND, plain.unknown_command),
    MessageHandler(MESSAGE & filters.Document.ALL, imports.document),
    MessageHandler(MESSAGE, plain.not_text),
    CallbackQueryHandler(interview.tapped, r"^i:"),
    CallbackQueryHandler(told.tapped, r"^said:"),
    CallbackQueryHandler(interview.new, r"^new$"),
    CallbackQueryHandler(prospects.tapped, r"^p:"),
    CallbackQueryHandler(facets.tapped, r"^f:"),
    CallbackQueryHandler(reminders.tapped, r"^r:"),
    CallbackQueryHandler(remind.tapped, r"^n:"),
    CallbackQueryHandler(visits.tapped, r"^z:"),
    CallbackQueryHandler(lists.tapped, r"^y:"),
    CallbackQueryHandler(handover.tapped, r"^u:"),
    CallbackQueryHandler(privacy.file, r"^j:file:"),
    CallbackQueryHandler(privacy.tapped, r"^j:"),
    CallbackQueryHandler(occasions.tapped, r"^d:"),
    CallbackQueryHandler(complaints.tapped, r"^k:"),
    CallbackQueryHandler(contacts.tapped, r"^h:"),
    CallbackQueryHandler(advice.tapped, r"^[am]:"),
    CallbackQueryHandler(advice.searched, r"^l:"),
    CallbackQueryHandler(playbooks.tapped, r"^b:"),
    CallbackQueryHandler(quizzes.tapped, r"^q:"),
    CallbackQueryHandler(wording.tapped, r"^w:"),
    CallbackQueryHandler(practice.tapped, r"^x:"),
    CallbackQueryHandler(imports.tapped, r"^o:"),
    CallbackQueryHandler(funnel.tapped, r"^t:(funnel|types)"),
    CallbackQueryHandler(evening.tapped, r"^e:"),
    CallbackQueryHandler(settings.tapped, r"^s:"),
    CallbackQueryHandler(team.tapped, r"^t:"),
    CallbackQueryHandler(worth.tapped, r"^g:"),
    CallbackQueryHandler(people.invite_tapped, r"^v:"),
    CallbackQueryHandler(groups.tapped, r"^c:"),
    CallbackQueryHandler(plain.stray_button),
    InlineQueryHandler(inline.typed),
    ChatMemberHandler(groups.seated, ChatMemberHandler.MY_CHAT_MEMBER),
)


def build(telegram: Telegram, desk: Desk, drawing: Drawing, pace: Pace) -> App:
    """The application on its desk, not yet started; its messages go out at `pace`."""
    fetching = AiohttpRequest(proxy=telegram.proxy, connections=1)
    builder = (
        ApplicationBuilder()
        .token(telegram.token.get_secret_value())
        .request(PacedRequest(pace, proxy=telegram.proxy))
        .get_updates_request(fetching)
        .concurrent_updates(ChatByChat())
        .job_queue(None)
        .updater(None)
    )
    if telegram.base_url:
        builder = builder.base_url(telegram.base_url).base_file_url(_files(telegram.base_url))
    app: App = builder.build()
    app.bot_data[DESK] = desk
    app.bot_data[DRAWING] = drawing
    app.bot_data[FETCHING] = fetching
    app.bot_data[ROUNDS] = Rounds()
    app.add_handlers(HANDLERS)
    app.add_error_handler(_trouble)
    return app


def _files(base_url: str) -> str:
    root = base_url.rstrip("/").removesuffix("/bot")
    return f"{root}/file/bot"


async def give_commands(bot: ExtBot[Any]) -> None:
    """The command menu of people whose role is not known yet."""
    await bot.set_my_commands([BotCommand(name, zh) for name, zh in commands("rep").items()])


async def _trouble(update: object, context: Context) -> None:
    """Nobody is left without an answer; the code leads from the chat to the log."""
    code = secrets.token_hex(3)
    logger.error("an update failed", extra={"action": "update_failed", "code": code}, exc_info=context.error)
    if not isinstance(update, Update) or update.effective_chat is None:
        return
    try:
        await send(context.bot, update.effective_chat.id, trouble(code))
    except TelegramError as fault:
        logger.warning("and the person could not be told: %s", fault.message, extra={"action": "trouble_untold"})


def inviter_link(username: str, code: str) -> str:
    """A deep link that carries an invitation."""
    return f"https://t.me/{printable(username, 64)}?start={code}"
