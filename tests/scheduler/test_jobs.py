import asyncio
import logging
from datetime import timedelta

import pytest

from scheduler.jobs import Jobs

SOON = timedelta(milliseconds=5)


@pytest.fixture
async def started():
    made = []

    def start(tick):
        made.append(Jobs(tick, SOON))
        made[-1].start()
        return made[-1]

    yield start
    for jobs in made:
        await jobs.stop()


async def test_it_ticks_again_and_again(started):
    ticks, enough = [], asyncio.Event()

    async def tick():
        ticks.append(1)
        if len(ticks) == 3:
            enough.set()

    started(tick)
    await enough.wait()

    assert len(ticks) >= 3


async def test_a_tick_that_fails_is_logged_and_the_next_one_comes(started, caplog):
    tries, enough = [], asyncio.Event()

    async def tick():
        tries.append(1)
        if len(tries) == 1:
            raise LookupError("the database is away")
        enough.set()

    with caplog.at_level(logging.ERROR):
        started(tick)
        await enough.wait()

    [failed] = [record for record in caplog.records if getattr(record, "action", "") == "tick_failed"]
    assert failed.exc_info[0] is LookupError


async def test_a_tick_is_never_beside_itself(started):
    at_once, most, enough = 0, 0, asyncio.Event()
    ticks = []

    async def tick():
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        for _ in range(3):
            await asyncio.sleep(SOON.total_seconds())
        at_once -= 1
        ticks.append(1)
        if len(ticks) == 3:
            enough.set()

    started(tick)
    await enough.wait()

    assert most == 1


async def test_a_stopped_clock_does_not_tick(started):
    ticks, first = [], asyncio.Event()

    async def tick():
        ticks.append(1)
        first.set()

    jobs = Jobs(tick, SOON)
    jobs.start()
    await first.wait()
    await jobs.stop()
    await asyncio.sleep(0)
    seen = len(ticks)
    await asyncio.sleep(10 * SOON.total_seconds())

    assert len(ticks) == seen


async def test_what_never_ticked_is_stopped_at_once():
    async def tick():
        raise AssertionError("nobody started it")

    jobs = Jobs(tick, SOON)
    await jobs.stop()
