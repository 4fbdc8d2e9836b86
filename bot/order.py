"""Updates of one chat in order, different chats at the same time."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor


class ChatByChat(BaseUpdateProcessor):
    """At most `most` updates at once; those of one chat wait for each other, first come, first served."""

    def __init__(self, most: int = 256) -> None:
        super().__init__(most)
        self._locks: dict[int, asyncio.Lock] = {}
        self._waiting: dict[int, int] = {}

    @property
    def busy(self) -> bool:
        """Whether an update is being worked on."""
        return bool(self._waiting)

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Run the coroutine when every earlier update of its chat is done."""
        chat = _chat(update)
        lock = self._locks.setdefault(chat, asyncio.Lock())
        self._waiting[chat] = self._waiting.get(chat, 0) + 1
        try:
            async with lock:
                await coroutine
        finally:
            self._waiting[chat] -= 1
            if not self._waiting[chat]:
                del self._waiting[chat], self._locks[chat]


def _chat(update: object) -> int:
    if isinstance(update, Update):
        where = update.effective_chat or update.effective_user
        return where.id if where else 0
    return 0
