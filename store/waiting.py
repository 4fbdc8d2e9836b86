"""Works that wait for a thread, taken together as they come: one hop to the thread and one back for all of them."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar, cast

from sqlmodel import Session

R = TypeVar("R")
Work = Callable[[Session], R]


@dataclass(frozen=True, slots=True)
class Outcome(Generic[R]):
    """What a work returned, or the fault that it raised."""

    value: R | None = None
    fault: Exception | None = None

    def get(self) -> R:
        """The value; raises the fault."""
        if self.fault is not None:
            raise self.fault
        return cast(R, self.value)


Run = Callable[[Sequence[Work[Any]]], Sequence[Outcome[Any]]]
Pair = tuple[Work[Any], "asyncio.Future[Any]"]


class Waiting:
    """A queue before `threads` threads; `run` takes up to `most` works at once and says what came of each."""

    def __init__(self, pool: ThreadPoolExecutor, threads: int, run: Run, most: int) -> None:
        self._pool = pool
        self._threads = threads
        self._run = run
        self._most = most
        self._queue: deque[Pair] = deque()
        self._lock = Lock()
        self._awake = 0  # threads that will look into the queue again

    async def turn(self, work: Work[R]) -> R:
        """Have the work done; its value, or its fault."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        with self._lock:
            self._queue.append((work, future))
            asleep = self._awake < self._threads
            self._awake += asleep
        if asleep:
            self._pool.submit(self._drain)
        return await future

    def _drain(self) -> None:
        while pairs := self._taken():
            outcomes = self._run([work for work, _ in pairs])
            with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
                pairs[-1][1].get_loop().call_soon_threadsafe(_deliver, pairs, outcomes)

    def _taken(self) -> list[Pair]:
        with self._lock:
            pairs = [self._queue.popleft() for _ in range(min(self._most, len(self._queue)))]
            self._awake -= not pairs
            return pairs


def _deliver(pairs: Sequence[Pair], outcomes: Sequence[Outcome[Any]]) -> None:
    for (_, future), outcome in zip(pairs, outcomes, strict=True):
        if future.cancelled():
            continue
        if outcome.fault is None:
            future.set_result(outcome.value)
        else:
            future.set_exception(outcome.fault)
