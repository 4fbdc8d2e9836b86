"""Long polling that confirms an update only when it was answered.

python-telegram-bot's own poller confirms a batch when it is queued: a process killed then has lost it. Here the next
`getUpdates`, which is what confirms, waits for the batch (at most `PATIENCE`); what is fetched again after a crash
meets its receipt and takes no effect twice.

Updates are read one by one: its own `get_updates` fails as a whole, and for ever, where one of them lacks what its
objects ask for, as those of a Bot API server of one's own may that is a few months old.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from telegram import Bot, Chat, Message, Update, User
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.application import FETCHING, ROUNDS, WANTED, App
from bot.order import Rounds
from bot.request import AiohttpRequest
from handlers.desk import DESK
from handlers.show import pause, plain
from knowledge.errors import ZhikeError

logger = logging.getLogger(__name__)

POLL_SECONDS = 25
PATIENCE = 5.0  # seconds; a chat that Telegram throttles must not keep all others waiting
CONFLICTS = 5  # an old process that is just stopping answers 409 for a moment
LONGEST_PAUSE = 30.0
UPDATE = {"update_id", "message"}
TYPED = {"message_id", "date", "chat", "from", "text"}  # of a message without a command, a forward, a reply …


class SecondPoller(ZhikeError):
    """另一个进程正在用同一个令牌收消息。先停掉那一个，或者换一个机器人令牌。"""


class TokenRefused(ZhikeError):
    """Telegram 不认这个令牌。请向 @BotFather 核对，再设环境变量 ZHIKE_TELEGRAM__TOKEN。"""


async def poll(app: App, stop: asyncio.Event) -> None:
    """Fetch and answer updates until `stop` is set, then finish what is in hand.

    Raises:
        SecondPoller: somebody else polls with the same token.
        TokenRefused: the token became invalid.
    """
    stopping = asyncio.create_task(stop.wait())
    working: set[asyncio.Task[None]] = set()
    offset, conflicts, troubles = 0, 0, 0
    try:
        while not stop.is_set():
            try:
                updates = await _fetch(app, offset, stopping)
                conflicts = troubles = 0
            except InvalidToken as fault:
                raise TokenRefused from fault
            except Conflict as fault:
                conflicts += 1
                if conflicts >= CONFLICTS:
                    raise SecondPoller from fault
                await _rest(1.0, stopping)
                continue
            except TelegramError as fault:
                troubles += 1
                _note(fault, troubles)
                await _rest(_pause(fault, troubles), stopping)
                continue
            batch = [asyncio.create_task(work_off(app, raw)) for raw in updates]
            working.update(batch)
            for task in batch:
                task.add_done_callback(working.discard)
            if batch:
                await asyncio.wait(batch, timeout=PATIENCE)
            if updates:
                offset = updates[-1]["update_id"] + 1
        if offset:
            await _confirm(app, offset)
    finally:
        stopping.cancel()
        if working:
            await asyncio.wait(working, timeout=20)


async def work_off(app: App, raw: Mapping[str, Any]) -> None:
    """Read an update and answer it; what cannot be read is let go, for Telegram would send it again and again."""
    rounds: Rounds = app.bot_data[ROUNDS]
    await rounds.turn()
    _look_ahead(app, raw)
    update = read(app, raw)
    if update is not None:
        await answer(app, update)


async def answer(app: App, update: Update) -> None:
    """Answer one update in its chat's turn."""
    await app.update_processor.process_update(update, app.process_update(update))


def read(app: App, raw: Mapping[str, Any]) -> Update | None:
    """An update as Telegram sent it; None where it cannot be read, which is logged without what it says."""
    try:
        return typed(raw, app.bot) or Update.de_json(dict(raw), app.bot)
    except (TypeError, KeyError, ValueError, AttributeError):
        kinds = "+".join(sorted(key for key in raw if key != "update_id"))
        logger.warning("an update could not be read: %s", kinds[:100], extra={"action": "update_unreadable"})
        return None


def typed(raw: Mapping[str, Any], bot: Bot) -> Update | None:
    """What most updates are, words that somebody typed; None for any other. `de_json` asks for a hundred other things
    that a message may have, which is a fifth of what making one costs.
    """
    told = raw.get("message")
    if raw.keys() != UPDATE or not isinstance(told, dict) or told.keys() != TYPED:
        return None
    message = Message(
        told["message_id"],
        datetime.fromtimestamp(told["date"], UTC),
        Chat.de_json(told["chat"], bot),
        from_user=User.de_json(told["from"], bot),
        text=told["text"],
    )
    message.set_bot(bot)
    update = Update(raw["update_id"], message=message)
    update.set_bot(bot)
    return update


def _look_ahead(app: App, raw: Mapping[str, Any]) -> None:
    """Whoever decides may think about what somebody says while we still make an update of it."""
    elsewhere = app.bot_data[DESK].elsewhere
    message = raw.get("message")
    if elsewhere is None or not isinstance(message, dict):
        return
    text = message.get("text")
    if isinstance(text, str) and not text.startswith("/"):
        elsewhere.look_ahead(text)


async def _fetch(app: App, offset: int, stopping: asyncio.Task[Literal[True]]) -> list[dict[str, Any]]:
    """The next updates; none when the bot is to stop meanwhile."""
    fetching = asyncio.ensure_future(_updates(app, POLL_SECONDS, offset=offset, allowed_updates=list(WANTED)))
    await asyncio.wait({fetching, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not fetching.done():
        fetching.cancel()
        return []
    return list(await fetching)


async def _confirm(app: App, offset: int) -> None:
    try:
        await _updates(app, 0, offset=offset, limit=1)
    except TelegramError as fault:
        # Harmless: the updates come again and meet their receipts.
        logger.info("the last updates stay unconfirmed: %s", fault.message, extra={"action": "unconfirmed"})


async def _updates(app: App, seconds: int, **parameters: Any) -> list[dict[str, Any]]:
    """What `getUpdates` says, waiting for up to so many seconds."""
    request: AiohttpRequest = app.bot_data[FETCHING]
    url, asked = f"{app.bot.base_url}/getUpdates", plain(timeout=seconds, **parameters)
    found: Any = await request.post(url, asked, read_timeout=request.read_timeout + seconds)
    return list(found)


async def _rest(seconds: float, stopping: asyncio.Task[Literal[True]]) -> None:
    await asyncio.wait({stopping}, timeout=seconds)


def _pause(fault: TelegramError, troubles: int) -> float:
    if isinstance(fault, RetryAfter):
        return pause(fault)
    return min(LONGEST_PAUSE, 0.5 * 2.0**troubles)


def _note(fault: TelegramError, troubles: int) -> None:
    kind = "no connection" if isinstance(fault, NetworkError) else fault.message
    logger.warning("updates could not be fetched: %s", kind, extra={"action": "poll_failed", "times": troubles})
