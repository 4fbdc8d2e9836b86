"""Updates on their way to the bot: kept until confirmed, in order, with ids that never go back."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from .errors import conflict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .journal import Journal

FIRST_UPDATE_ID = 824_000_001
_NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running"


class Updates:
    """Pending updates by id. `lanes` remembers the chat of each, for webhook delivery in order per chat."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.pending: dict[int, dict[str, Any]] = {}
        self.lanes: dict[int, int] = {}
        self._waiter: asyncio.Future[None] | None = None
        for key, body in journal.rows("pending"):
            row = json.loads(body)
            self.pending[key], self.lanes[key] = row["update"], row["chat"]

    @property
    def allowed(self) -> list[str]:
        """What the bot asked for last; empty means everything except what has to be asked for."""
        names: list[str] = self._journal.setting("allowed_updates", [])
        return names

    def allow(self, names: Sequence[str] | None) -> None:
        """None keeps the earlier choice, as Telegram does."""
        if names is not None and list(names) != self.allowed:
            self._journal.set("allowed_updates", list(names))

    def add(self, kind: str, payload: dict[str, Any], chat_id: int) -> int | None:
        """The new update's id, or None when the bot does not want this kind."""
        allowed = self.allowed
        if kind not in allowed if allowed else kind in _NOT_BY_DEFAULT:
            return None
        key = self._journal.count("next_update_id", FIRST_UPDATE_ID)
        update = {"update_id": key, kind: payload}
        self._journal.put("pending", key, json.dumps({"update": update, "chat": chat_id}, ensure_ascii=False))
        self.pending[key], self.lanes[key] = update, chat_id
        self._wake()
        return key

    def confirm_below(self, offset: int) -> None:
        """Forget every update before `offset`."""
        done = [key for key in self.pending if key < offset]
        for key in done:
            del self.pending[key], self.lanes[key]
        if done:
            self._journal.drop_below("pending", offset)

    def confirm(self, key: int) -> None:
        """Forget one update, after a webhook took it."""
        self.pending.pop(key, None)
        self.lanes.pop(key, None)
        self._journal.drop("pending", key)

    def clear(self) -> None:
        for key in list(self.pending):
            self.confirm(key)

    async def poll(self, offset: int, limit: int, seconds: float) -> list[dict[str, Any]]:
        """Up to `limit` updates from `offset`, waiting for one; a later poll ends this one with a 409."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(conflict(_TERMINATED))
        if offset < 0:
            offset = max([*sorted(self.pending)[offset:], 0][:1])
        self.confirm_below(offset)
        if not self.pending and seconds > 0:
            await self._wait(seconds)
        return list(self.pending.values())[:limit]

    async def _wait(self, seconds: float) -> None:
        waiter = self._waiter = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await waiter
        except TimeoutError:
            return
        finally:
            if self._waiter is waiter:
                self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def close(self) -> None:
        """End a poll that is still waiting, with nothing."""
        self._wake()

    def interrupt(self) -> None:
        """End a poll that is still waiting, because a webhook was set."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(conflict("terminated by setWebhook request"))
