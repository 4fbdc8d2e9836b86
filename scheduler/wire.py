"""What is on its way to Telegram: no more of it at once than the pace needs, because a kill puts all of it in doubt.

Little's law: to send so many a second, as many have to be under way at once as are sent within the time of an answer.
Where an answer comes before the next turn, one is enough. The time of an answer is measured, not assumed.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from math import ceil
from statistics import median
from typing import TypeVar

AT_ONCE = 32  # 30 a second for as long as an answer takes up to a second
KEPT = 15  # times that are remembered: a median that a few far off do not move, and that follows within a second
SPREAD = 1.75  # times what is needed on average: answers of 50 to 200 ms need seven at once now and then, not four
STUCK = 2.0  # seconds without an answer after which a message keeps nobody else waiting
EARLY = 0.001  # of a second, by which a timer may be
AHEAD = 0.010  # seconds before its turn that a message is begun, at most

R = TypeVar("R")


class Wire:
    """The messages of this process that are begun and not noted yet, over all rounds; never more than `most`.

    Times are those of the running loop, in seconds.
    """

    def __init__(self, most: int = AT_ONCE) -> None:
        self._most = most
        self._since: dict[int, float] = {}
        self._answers: deque[float] = deque(maxlen=KEPT)
        self._begins: deque[float] = deque(maxlen=KEPT)
        self._left = asyncio.Event()

    @property
    def ids(self) -> Collection[int]:
        """Which messages these are."""
        return frozenset(self._since)

    @property
    def ahead(self) -> float:
        """How long before its turn a message has to be begun so as to be on disk by then, but for the slowest ones."""
        took = sorted(self._begins)
        return min(AHEAD, took[-1 - len(took) // 8]) if took else AHEAD

    def at_once(self, per_second: float) -> int:
        """How many the pace needs; one as long as no answer has come."""
        needed = per_second * median(self._answers) if self._answers else 0.0
        return 1 if needed <= 1 else min(self._most, ceil(SPREAD * needed))

    def has_room(self, per_second: float) -> bool:
        """Whether one more may be begun."""
        return len(self._since) < self._most and len(self._waited_for()) < self.at_once(per_second)

    async def room(self, per_second: Callable[[], float]) -> None:
        """Wait until one more may be begun; another round that has waited too may be first."""
        while not self.has_room(per_second()):
            self._left.clear()
            until = min(self._waited_for(), default=None) if len(self._since) < self._most else None
            with suppress(TimeoutError):
                async with asyncio.timeout_at(None if until is None else until + STUCK):
                    await self._left.wait()

    def enter(self, id: int) -> None:
        """This one is about to be begun."""
        self._since[id] = _now()

    def leave(self, id: int) -> None:
        """It is noted how this one ended, or it was not begun after all."""
        if self._since.pop(id, None) is not None:
            self._left.set()

    async def beginning(self, begin: Awaitable[R]) -> R:
        """Begin a message, and remember how long that takes."""
        at = _now()
        done = await begin
        self._begins.append(_now() - at)
        return done

    async def answering(self, send: Awaitable[R]) -> R:
        """Send a message, and remember how long its answer takes."""
        at = _now()
        answer = await send
        self._answers.append(_now() - at)
        return answer

    def _waited_for(self) -> list[float]:
        """Since when those are begun that have not been without an answer for too long."""
        now = _now()
        return [since for since in self._since.values() if now - since < STUCK - EARLY]


def _now() -> float:
    return asyncio.get_running_loop().time()
