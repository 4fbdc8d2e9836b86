"""Sending the messages that nobody asked for at the moment, at a pace that leaves room for live chats.

The outcome says how it ended, and only the caller decides what follows: `uncertain` means that Telegram may have
delivered it, so it must not be sent again.
"""

import asyncio
from typing import Any

from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError, TimedOut
from telegram.ext import ExtBot

from bot.pace import Pace
from bot.request import Refused, at_own_pace
from cards.card import Card
from handlers.show import muted, pause, send
from scheduler.delivery import Outcome

RETRY = 5.0  # seconds; twice as long at each further try


class Sender:
    """Sends cards when `pace` lets them."""

    def __init__(self, bot: ExtBot[Any], pace: Pace) -> None:
        self._bot = bot
        self._pace = pace

    @property
    def per_second(self) -> float:
        """How many messages a second this process may send."""
        return self._pace.per_second

    async def rest(self, telegram_id: int) -> None:
        """Wait until this chat may be written to again."""
        if wait := self._pace.rest(telegram_id):
            await asyncio.sleep(wait)

    async def near(self, ahead: float) -> float:
        """Wait until the next message may go in `ahead` seconds; 0, or those for which Telegram wants none at all."""
        return await self._pace.near(ahead)

    async def turn(self, telegram_id: int) -> float:
        """Wait until one more message may go; 0, or the seconds for which Telegram wants none at all."""
        return await self._pace.push(telegram_id)

    def share(self, processes: int) -> None:
        """Say how many processes send for the same bot."""
        self._pace.share(processes)

    async def send(self, telegram_id: int, card: Card) -> Outcome:
        """Try once; what Telegram said, as an outcome."""
        try:
            with at_own_pace():
                return Outcome("sent", message_id=await send(self._bot, telegram_id, card))
        except RetryAfter as fault:
            return Outcome("again", problem="429", after=pause(fault), cause="throttled")
        except ChatMigrated as fault:
            return Outcome("moved", problem="the group is a supergroup now", cause="moved", moved_to=fault.new_chat_id)
        except (Forbidden, BadRequest) as fault:
            if muted(fault):
                return Outcome("unreachable", problem=fault.message, cause="muted")
            if isinstance(fault, Forbidden):
                problem = "the bot is not in the group" if telegram_id < 0 else "the person has blocked the bot"
                return Outcome("unreachable", problem=problem, cause="blocked")
            if "chat not found" in fault.message.lower():
                return Outcome("unreachable", problem=fault.message, cause="blocked")
            return Outcome("failed", problem=fault.message, cause="refused")
        except Refused as fault:
            return Outcome("again", problem=fault.message, after=RETRY, cause="network")
        except TimedOut:
            return Outcome("uncertain", problem="no answer in time", cause="no_answer")
        except TelegramError as fault:
            return Outcome("again", problem=fault.message, after=RETRY, cause="network")
