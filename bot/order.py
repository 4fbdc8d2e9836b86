"""Updates of one chat in order, different chats at the same time, and a few of them in each round of the event loop."""

import asyncio
from collections import deque
from collections.abc import Awaitable
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

AT_ONCE = 4  # a round of the event loop takes a few milliseconds then, on a slow machine as well


class Rounds:
    """What comes all at once is begun a few at a time, in its order: the loop gets round to everything else between."""

    def __init__(self, most: int = AT_ONCE) -> None:
        self._most = most
        self._left = most
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._open = True  # nobody who has waited is on the way to begin in this round, whom others must not pass

    async def turn(self) -> None:
        """Wait for a round with room."""
        if self._left and self._open:
            self._take()
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        await waiter

    def _take(self) -> None:
        if self._left == self._most:
            asyncio.get_running_loop().call_soon(self._renew)
        self._left -= 1

    def _renew(self) -> None:
        self._left = self._most
        self._open = True
        while self._waiting and self._left:
            waiter = self._waiting.popleft()
            if not waiter.done():  # who was cancelled has gone
                self._open = False
                self._take()
                waiter.set_result(None)


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
