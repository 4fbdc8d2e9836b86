"""Show what was decided. Every trouble that Telegram is known to make has its branch here."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, Protocol

from markupsafe import escape
from telegram import BotCommand, BotCommandScopeChat, CallbackQuery, InlineQuery, InputFile, Update
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError, TimedOut
from telegram.ext import CallbackContext, ExtBot
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from cards.card import TICK, Act, Article, Card, Change, Menu, Offer, Picture, Say, Tell, Tick, Toast
from cards.charts import Chart, Look
from cards.people import commands, join_first
from handlers.durable import on_disk

logger = logging.getLogger(__name__)

WAIT_AT_MOST = 60.0  # seconds; a longer wait that Telegram asks for is not worth it for one answer
TRIES = 4
UPLOAD_WAIT = 120.0  # seconds for a file
FROM_ELSEWHERE = "elsewhere"  # /start with this comes from a stranger who typed the bot's name in some chat
FRESH = 60  # seconds that a phone may show the same results again for the same words
NO_RIGHT = ("rights to send", "chat_write_forbidden", "chat_restricted", "topic_closed")
DRAWING = "drawing"  # where the application keeps who draws


class Drawing(Protocol):
    """Who draws; the only way in which an answer can wait for another process."""

    async def png(self, chart: Chart, look: Look) -> bytes | None:
        """The chart as a PNG; None where it cannot be drawn now, which is logged there."""
        ...


async def show(update: Update, context: CallbackContext[Any, Any, Any, Any], acts: Sequence[Act]) -> None:
    """Carry out acts, in order; a tap is always acknowledged, so that its button stops spinning."""
    query = update.callback_query
    if query is not None:
        toast = next((act for act in acts if isinstance(act, Toast)), None)
        await _patiently(lambda: _acknowledge(query, toast))
    inline = update.inline_query
    if inline is not None:
        offer = next((act for act in acts if isinstance(act, Offer)), None)
        await _patiently(lambda: _offer(context.bot, inline, offer))
    chat = update.effective_chat
    for act in acts:
        match act:
            case Say(card) if chat is not None:
                await _patiently(lambda card=card: send(context.bot, chat.id, card))  # type: ignore[misc]
            case Change(card) if query is not None:
                await _patiently(lambda card=card: _change(context.bot, query, card))  # type: ignore[misc]
            case Picture() if chat is not None:
                await _depict(context, chat.id, query if act.instead else None, act)
            case Toast(text) if query is None and chat is not None:
                await _patiently(lambda text=text: context.bot.send_message(chat.id, text))  # type: ignore[misc]
            case Tick(label) if query is not None:
                await _patiently(lambda label=label: _tick(context.bot, query, label))  # type: ignore[misc]
            case Tell():
                await _patiently(lambda act=act: _tell(context.bot, act))  # type: ignore[misc]
            case Menu(role) if chat is not None:
                await _patiently(lambda role=role: give_menu(context.bot, chat.id, role))  # type: ignore[misc]


async def send(bot: ExtBot[Any], chat_id: int, card: Card, *, silent: bool = False) -> int:
    """Send a card, with or without a sound; the id of the message."""
    quiet = {"disable_notification": True} if silent else {}
    sent = await call(bot, "sendMessage", chat_id=chat_id, **_message(card), **quiet)
    return int(sent["message_id"])


async def _tell(bot: ExtBot[Any], act: Tell) -> None:
    await send(bot, act.telegram_id, act.card, silent=act.silent)


async def follow_up(bot: ExtBot[Any], chat_id: int, message_id: int, acts: Sequence[Act]) -> None:
    """Carry out acts after something that took its time: the first card takes the place of the message that waits."""
    for act in acts:
        match act:
            case Say(card) | Change(card) if message_id:
                await _patiently(lambda card=card, at=message_id: rewrite(bot, chat_id, at, card))  # type: ignore[misc]
                message_id = 0
            case Say(card) | Change(card):
                await _patiently(lambda card=card: send(bot, chat_id, card))  # type: ignore[misc]
            case Toast(text):
                await _patiently(lambda text=text: bot.send_message(chat_id, text))  # type: ignore[misc]
            case Tell():
                await _patiently(lambda act=act: _tell(bot, act))  # type: ignore[misc]


async def send_file(bot: ExtBot[Any], chat_id: int, data: bytes, name: str, caption: str = "") -> None:
    """Send a file; a large one takes its time."""
    file = InputFile(data, filename=name)
    wait = UPLOAD_WAIT
    await _patiently(
        lambda: bot.send_document(chat_id, file, caption=caption or None, read_timeout=wait, write_timeout=wait)
    )


async def rewrite(bot: ExtBot[Any], chat_id: int, message_id: int, card: Card) -> None:
    """Put a card in the place of a message of ours; where that cannot be changed any more, send it."""
    try:
        await call(bot, "editMessageText", chat_id=chat_id, message_id=message_id, **_message(card))
    except BadRequest as fault:
        if "not modified" in fault.message:
            return
        logger.info("an edit became a new message: %s", fault.message, extra={"action": "edit_refused"})
        await send(bot, chat_id, card)


async def give_menu(bot: ExtBot[Any], chat_id: int, role: str) -> None:
    """Put the commands of a role into the chat's menu."""
    menu = [BotCommand(name, zh) for name, zh in commands(role).items()]
    await bot.set_my_commands(menu, scope=BotCommandScopeChat(chat_id))


async def _depict(
    context: CallbackContext[Any, Any, Any, Any], chat_id: int, query: CallbackQuery | None, act: Picture
) -> None:
    """A picture with its words; the words alone where there is no picture, or Telegram does not take it."""
    bot = context.bot
    drawing: Drawing = context.bot_data[DRAWING]
    png = await drawing.png(act.chart, act.look)
    if png is not None:
        below = act.caption if act.fits else Card(escape(act.alt))
        try:
            await _patiently(lambda: _photo(bot, chat_id, query, png, below))
        except BadRequest as fault:
            logger.warning("a picture was refused: %s", fault.message, extra={"action": "picture_refused"})
        else:
            if not act.fits:
                await _patiently(lambda: send(bot, chat_id, act.words))
            return
    if query is None:
        await _patiently(lambda: send(bot, chat_id, act.words))
    else:
        await _patiently(lambda: _change(bot, query, act.words))


async def _photo(bot: ExtBot[Any], chat_id: int, query: CallbackQuery | None, png: bytes, card: Card) -> None:
    """Put a photo in the place of the tapped message; without one, or where it cannot be changed, send it."""
    file = InputFile(png, filename="picture.png")
    words = {"caption": str(card.text), "parse_mode": "HTML"}
    below = {"reply_markup": {"inline_keyboard": keyboard(card)}} if card.buttons else {}
    if query is not None and query.message is not None:
        where = {"chat_id": chat_id, "message_id": query.message.message_id}
        media = {"type": "photo", "media": "attach://picture", **words}
        try:
            await call(bot, "editMessageMedia", **where, media=media, picture=file, **below)
            return
        except BadRequest as fault:
            logger.info("an edit became a new message: %s", fault.message, extra={"action": "edit_refused"})
    await call(bot, "sendPhoto", chat_id=chat_id, photo=file, **words, **below)


def _message(card: Card) -> dict[str, Any]:
    """A card's parameters of `sendMessage` and `editMessageText`."""
    message = {"text": str(card.text), "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    return message | {"reply_markup": {"inline_keyboard": keyboard(card)}} if card.buttons else message


def keyboard(card: Card) -> list[list[dict[str, str]]]:
    """A card's buttons as Telegram wants them."""
    return [
        [{"text": b.label, "url": b.url} if b.url else {"text": b.label, "callback_data": b.data} for b in row]
        for row in card.buttons
    ]


async def call(bot: ExtBot[Any], method: str, **parameters: Any) -> Any:
    """A method of the Bot API with plain values in and out; a file is uploaded under its parameter's name.

    What `bot.send_message` adds (objects made of the keyboard and of the message that comes back) takes longer than
    deciding what to say; the errors are the same.
    """
    return await bot.request.post(f"{bot.base_url}/{method}", plain(**parameters))


def plain(**parameters: Any) -> RequestData:
    """Plain values as a request takes them."""
    return RequestData(
        [
            RequestParameter(name, None, [value])
            if isinstance(value, InputFile)
            else RequestParameter(name, value, None)
            for name, value in parameters.items()
        ]
    )


async def _offer(bot: ExtBot[Any], query: InlineQuery, offer: Offer | None) -> None:
    """Articles for a member; for anybody else nothing but the way in."""
    results = [_article(article) for article in offer.articles] if offer else []
    way_in = {} if offer else {"button": {"text": join_first(), "start_parameter": FROM_ELSEWHERE}}
    try:
        await call(
            bot,
            "answerInlineQuery",
            inline_query_id=query.id,
            results=results,
            is_personal=True,
            cache_time=FRESH if offer else 0,  # who has just joined need not wait
            next_offset=offer.more if offer else "",
            **way_in,
        )
    except BadRequest as fault:
        # After downtime, or when more letters were typed since.
        logger.info("an inline question was too old: %s", fault.message, extra={"action": "inline_expired"})


def _article(article: Article) -> dict[str, Any]:
    content = {
        "message_text": str(article.text),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    return {
        "type": "article",
        "id": article.id,
        "title": article.title,
        "description": article.about,
        "input_message_content": content,
    }


async def _acknowledge(query: CallbackQuery, toast: Toast | None) -> None:
    try:
        await query.answer(text=toast.text if toast else None, show_alert=toast.alert if toast else False)
    except BadRequest as fault:
        # After downtime the query has expired; what the tap asked for is done all the same.
        logger.info("a tap could not be acknowledged: %s", fault.message, extra={"action": "tap_expired"})


async def _change(bot: ExtBot[Any], query: CallbackQuery, card: Card) -> None:
    message = query.message
    if message is None:
        return
    if getattr(message, "photo", ()):  # a photo cannot become a text, and is worth keeping
        await send(bot, message.chat.id, card)
        return
    await rewrite(bot, message.chat.id, message.message_id, card)


async def _tick(bot: ExtBot[Any], query: CallbackQuery, label: str) -> None:
    """Change what the tapped button says; its message and the other buttons stay."""
    message = query.message
    markup = getattr(message, "reply_markup", None)  # a message that is too old comes without
    if message is None or markup is None:
        return
    rows = [[one.to_dict() for one in row] for row in markup.inline_keyboard]
    tapped = [one for row in rows for one in row if one.get("callback_data") == query.data]
    before = [one["text"] for one in tapped]
    for one in tapped:
        one["text"] = label or TICK + one["text"].removeprefix(TICK)
    if [one["text"] for one in tapped] == before:
        return
    where = {"chat_id": message.chat.id, "message_id": message.message_id}
    try:
        await call(bot, "editMessageReplyMarkup", **where, reply_markup={"inline_keyboard": rows})
    except BadRequest as fault:
        # Ticked by a tap that was faster, or deleted meanwhile: what the tap asked for is done all the same.
        logger.info("a button could not be ticked: %s", fault.message, extra={"action": "tick_refused"})


async def _patiently(call: Callable[[], Awaitable[object]]) -> None:
    """Wait when Telegram says so; give up with a log line where repeating could show a message twice."""
    for attempt in range(1, TRIES + 1):
        try:
            await call()
            return
        except RetryAfter as fault:
            wait = pause(fault)
            if attempt == TRIES or wait > WAIT_AT_MOST:
                logger.warning("Telegram asks to wait %.0f s; given up", wait, extra={"action": "answer_throttled"})
                return
            await asyncio.sleep(wait)
        except Forbidden as fault:
            if muted(fault):
                raise
            logger.info("the person has blocked the bot", extra={"action": "person_unreachable"})
            return
        except TimedOut:
            logger.warning("an answer may not have arrived", extra={"action": "answer_uncertain"})
            return
        except BadRequest:
            raise
        except TelegramError as fault:
            await on_disk()  # no trouble on the way, where what it tells of is not there
            if attempt == TRIES:
                logger.warning("an answer could not be sent: %s", fault.message, extra={"action": "answer_failed"})
                return
            await asyncio.sleep(0.5 * attempt)


def muted(fault: TelegramError) -> bool:
    """Whether we are in a group and may not write there; Telegram says so as 400 and as 403."""
    return any(words in fault.message.lower() for words in NO_RIGHT)


def pause(fault: RetryAfter) -> float:
    """The seconds that Telegram asks to wait; a timedelta with PTB_TIMEDELTA set, as `bot.config` does."""
    after = fault.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
