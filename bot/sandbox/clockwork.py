"""Jumps of the demo's clock: where to, and what has to happen afterwards."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from .errors import SandboxError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from .people import Clock
    from .world import World

MORNING = time(8, 30)
EVENING = time(18, 0)


class Clockwork:
    """One jump at a time; `on_jump` is awaited after each, so that what fell due is sent before the caller goes on."""

    def __init__(
        self,
        world: World,
        zone: str,
        on_jump: Callable[[], Awaitable[None]] | None,
        working_from: Callable[[date], date],
    ) -> None:
        self._world = world
        self._zone = ZoneInfo(zone)
        self._on_jump = on_jump
        self._working_from = working_from
        self._turn = asyncio.Lock()

    @property
    def clock(self) -> Clock:
        return self._world.clock

    def local(self) -> datetime:
        return self.clock.now().astimezone(self._zone)

    def goal(self, wish: str) -> datetime:
        """The moment a wish means: `morning`, `hour`, `evening`, or an ISO time (local when it names no zone)."""
        now = self.local()
        if wish == "hour":
            return self.clock.now() + timedelta(hours=1)
        if wish == "morning":
            return datetime.combine(self.next_morning(), MORNING, self._zone)
        if wish == "evening":
            tonight = datetime.combine(now.date(), EVENING, self._zone)
            return tonight if tonight > now else datetime.combine(now.date() + timedelta(days=1), EVENING, self._zone)
        try:
            at = datetime.fromisoformat(wish)
        except ValueError:
            raise SandboxError("看不懂这个时间") from None
        return at if at.tzinfo else at.replace(tzinfo=self._zone)

    def next_morning(self) -> date:
        """The day of the next morning on which people work: today's, as long as it is to come."""
        now = self.local()
        return self._working_from(now.date() + timedelta(days=now.time() >= MORNING))

    def morning_label(self) -> str:
        """That morning as the page's button says it."""
        day = self.next_morning()
        said = {0: "今天", 1: "明天"}.get((day - self.local().date()).days, f"{day.month}月{day.day}日")
        return f"到{said}早上 {MORNING.hour}:{MORNING.minute:02}"

    async def jump_to(self, at: datetime) -> None:
        """Move the clock; SandboxError when that would be backwards."""
        async with self._turn:
            try:
                self.clock.jump_to(at.astimezone(ZoneInfo("UTC")))
            except ValueError:
                raise SandboxError("时间只能往后拨") from None
            self._world.hub.tell("clock", now=self.now(), morning=self.morning_label())
            if self._on_jump is not None:
                await self._on_jump()
        self._world.hub.tell("clock", now=self.now(), morning=self.morning_label())

    def now(self) -> str:
        """For the page: ISO with the offset of the demo's zone."""
        return self.local().isoformat(timespec="seconds")
