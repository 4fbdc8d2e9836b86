"""Sending the messages that nobody asked for at the moment, at a pace that leaves room for live chats.

The outcome is one of four, and only the caller decides what follows: `uncertain` means that Telegram may have delivered
it, so it must not be sent again.
"""

import asyncio
import logging
from typing import Any

from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError, TimedOut
from telegram.ext import ExtBot

from bot.request import Refused
from cards.card import Card
from handlers.show import pause, send
from scheduler.push import Outcome

logger = logging.getLogger(__name__)


class Sender:
    """Sends cards, at most `per_second` a second over all chats."""

    def __init__(self, bot: ExtBot[Any], per_second: float) -> None:
        self._bot = bot
        self._gap = 1 / per_second
        self._next = 0.0

    async def send(self, telegram_id: int, card: Card) -> Outcome:
        """Try once; what Telegram said, as an outcome."""
        await self._pace()
        try:
            return Outcome("sent", message_id=await send(self._bot, telegram_id, card))
        except RetryAfter as fault:
            seconds = pause(fault)
            self._next = max(self._next, asyncio.get_running_loop().time() + seconds)
            return Outcome("again", problem="429", after=seconds)
        except Forbidden:
            return Outcome("unreachable", problem="the person has blocked the bot")
        except BadRequest as fault:
            gone = "chat not found" in fault.message.lower()
            return Outcome("unreachable" if gone else "failed", problem=fault.message)
        except Refused as fault:
            return Outcome("again", problem=fault.message, after=30.0)
        except TimedOut:
            return Outcome("uncertain", problem="no answer in time")
        except TelegramError as fault:
            return Outcome("again", problem=fault.message, after=30.0)

    async def _pace(self) -> None:
        loop = asyncio.get_running_loop()
        at = max(self._next, loop.time())
        self._next = at + self._gap
        await asyncio.sleep(at - loop.time())
