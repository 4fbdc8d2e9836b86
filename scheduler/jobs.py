"""The only file that knows APScheduler. It holds a few ticks in memory and nothing else: the rows are the truth."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

logger = logging.getLogger(__name__)

TICK = timedelta(seconds=20)
LAST_TICK = 15.0  # seconds; what a tick cut off after that leaves unsent is still planned


class Jobs:
    """Ticks while the bot runs. A late tick comes once, not as often as it was missed, and never beside itself."""

    def __init__(self, tick: Callable[[], Awaitable[object]], every: timedelta = TICK) -> None:
        self._tick = tick
        self._every = every.total_seconds()
        self._one = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._job = self._scheduler.add_job(
            self._safely,
            "interval",
            seconds=self._every,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )

    async def _safely(self) -> None:
        async with self._one:
            try:
                await self._tick()
            except Exception:
                # A tick that fails is logged with its cause, and the next one tries again.
                logger.exception("a tick failed", extra={"action": "tick_failed"})

    def start(self) -> None:
        """Tick at once, to catch up with what fell due while nobody ran, and then in the rhythm."""
        self._scheduler.add_job(self._safely, misfire_grace_time=None)
        self._scheduler.start()

    def begin_again(self) -> None:
        """Start the rhythm anew: after the clock was set back, the next tick would be as far away as that."""
        self._job.reschedule("interval", seconds=self._every)

    async def stop(self) -> None:
        """Tick no more; a tick that is at work is waited for, but not for long."""
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        try:
            async with asyncio.timeout(LAST_TICK), self._one:
                logger.debug("no tick is at work", extra={"action": "ticks_stopped"})
        except TimeoutError:
            logger.warning("the last tick was cut off", extra={"action": "tick_cut_off"})
        self._scheduler.shutdown(wait=False)
