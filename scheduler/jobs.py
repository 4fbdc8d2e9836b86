"""The only file that knows APScheduler. It holds a few ticks in memory and nothing else: the rows are the truth."""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

logger = logging.getLogger(__name__)

TICK = timedelta(seconds=20)


class Jobs:
    """Ticks while the bot runs. A late tick comes once, not as often as it was missed, and never beside itself."""

    def __init__(self, tick: Callable[[], Awaitable[object]], every: timedelta = TICK) -> None:
        self._tick = tick
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_job(
            self._safely,
            "interval",
            seconds=every.total_seconds(),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )

    async def _safely(self) -> None:
        try:
            await self._tick()
        except Exception:
            # A tick that fails is logged with its cause, and the next one tries again.
            logger.exception("a tick failed", extra={"action": "tick_failed"})

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more."""
        self._scheduler.shutdown(wait=False)
