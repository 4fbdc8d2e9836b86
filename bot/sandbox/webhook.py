"""Delivery of updates to the bot's own address: in order per chat, again and again until it says 2xx."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any

import aiohttp

from .params import Params

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from .world import World

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
FIRST_PAUSE = 0.2  # seconds before the second attempt; doubled up to LONGEST_PAUSE
LONGEST_PAUSE = 10.0
TIMEOUT = 60.0
DEFAULT_CONNECTIONS = 40


class Webhook:
    """The registered address and one worker for each chat that has something to deliver.

    `carry_out` runs a method the bot put into its reply, as Telegram does.
    """

    def __init__(self, world: World, carry_out: Callable[[str, Params], Awaitable[object]]) -> None:
        self._world = world
        self._carry_out = carry_out
        self._lanes: dict[int, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(DEFAULT_CONNECTIONS)
        self._watch: asyncio.Task[None] | None = None

    @property
    def config(self) -> dict[str, Any]:
        """Empty when no webhook is set."""
        settings: dict[str, Any] = self._world.journal.setting("webhook", {})
        return settings

    def set(self, config: dict[str, Any]) -> None:
        """Register, or with an empty config remove; what is under way is stopped."""
        self.stop()
        self._world.journal.set("webhook", config)
        self._world.journal.set("webhook_error", None)
        self.start()

    def start(self) -> None:
        """Begin to deliver, where a webhook is set."""
        if self.config and self._watch is None:
            self._slots = asyncio.Semaphore(self.config["max_connections"])
            self._watch = asyncio.create_task(self._watch_for_updates())

    def stop(self) -> None:
        for task in [*self._lanes.values(), *([self._watch] if self._watch else [])]:
            task.cancel()
        self._lanes.clear()
        self._watch = None

    async def _watch_for_updates(self) -> None:
        events = self._world.hub.listen()
        try:
            while True:
                for chat_id in set(self._world.updates.lanes.values()):
                    if chat_id not in self._lanes or self._lanes[chat_id].done():
                        self._lanes[chat_id] = asyncio.create_task(self._deliver(chat_id))
                if await events.get() is None:
                    return
        finally:
            self._world.hub.leave(events)

    async def _deliver(self, chat_id: int) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT)) as session:
            while (key := self._first(chat_id)) is not None:
                await self._until_taken(session, key)

    def _first(self, chat_id: int) -> int | None:
        return next((key for key, lane in self._world.updates.lanes.items() if lane == chat_id), None)

    async def _until_taken(self, session: aiohttp.ClientSession, key: int) -> None:
        pause = FIRST_PAUSE
        while key in self._world.updates.pending:
            async with self._slots:
                trouble = await self._post(session, self._world.updates.pending[key])
            if not trouble:
                self._world.updates.confirm(key)
                self._world.hub.stir()
                return
            log.warning("webhook refused update %s: %s", key, trouble, extra={"action": "webhook_retry"})
            self._world.journal.set("webhook_error", {"date": self._world.seconds(), "message": trouble})
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _post(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> str:
        """Why it was not taken; "" when it was."""
        config = self.config
        headers = {SECRET_HEADER: config["secret_token"]} if config.get("secret_token") else {}
        try:
            async with session.post(config["url"], json=update, headers=headers) as response:
                if not response.ok:
                    return f"Wrong response from the webhook: {response.status} {response.reason}"
                await self._answer(await response.text())
        except (aiohttp.ClientError, TimeoutError) as trouble:
            return str(trouble) or "Connection timed out"
        return ""

    async def _answer(self, body: str) -> None:
        try:
            call = json.loads(body or "{}")
        except ValueError:
            return
        if isinstance(call, dict) and isinstance(call.get("method"), str):
            await self._carry_out(call["method"], Params({k: v for k, v in call.items() if k != "method"}))
