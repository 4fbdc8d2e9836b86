"""Telegram's limits, kept against the sandbox's own rules; time is virtual, and Telegram counts what has left."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle, repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pace import CHAT, LONGEST, ROOM, Pace
from bot.sandbox.errors import ApiError
from bot.sandbox.rates import Rates
from tests.virtual import lived

LIMIT = 30


@dataclass
class Telegram:
    """Counts what arrives; `refused` are the chats that were too fast."""

    rates: Rates
    arrived: list[tuple[float, int]] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    ways: Iterator[float] = field(default_factory=lambda: repeat(0.0))

    def take(self, chat: int) -> None:
        """A message has left."""
        asyncio.get_running_loop().call_later(next(self.ways), self._arrive, chat)

    def _arrive(self, chat: int) -> None:
        try:
            self.rates.pass_or_refuse(chat)
        except ApiError:
            self.refused.append(chat)
        else:
            self.arrived.append((now(), chat))

    @property
    def pushes(self) -> list[float]:
        return [at for at, chat in self.arrived if chat >= 1000]


def now() -> float:
    return asyncio.get_running_loop().time()


async def push(pace: Pace, telegram: Telegram, count: int, first: int = 1000) -> None:
    for chat in range(first, first + count):
        await asyncio.sleep(pace.rest(chat))
        while pause := await pace.near(0.01) or await pace.push(chat):
            await asyncio.sleep(pause)
        telegram.take(chat)


async def answer(pace: Pace, telegram: Telegram, chat: int, at: float) -> float:
    """Say something in a chat at a moment; how long the answer waited."""
    await asyncio.sleep(at)
    await pace.live(chat)
    telegram.take(chat)
    return now() - at


def telegram() -> Telegram:
    return Telegram(Rates(now))


def test_the_push_uses_what_telegram_allows_and_never_more() -> None:
    async def morning() -> Telegram:
        pace, there = Pace(LIMIT), telegram()
        await push(pace, there, 900)
        await asyncio.sleep(0)
        return there

    there = lived(morning())

    first, last = there.pushes[0], there.pushes[-1]
    assert there.refused == []
    assert 0.98 * LIMIT <= 899 / (last - first) <= LIMIT


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    talk=st.lists(st.tuples(st.integers(1, 40), st.floats(0, 10)), max_size=60, unique_by=lambda said: said[0]),
    ways=st.lists(st.floats(0.05, 0.05 + 0.9 * ROOM), min_size=1, max_size=20),
)
def test_live_answers_go_first_and_nothing_is_ever_refused(talk: list[tuple[int, float]], ways: list[float]) -> None:
    """The way to Telegram takes 50 ms, and differs by nearly what is left between our second and Telegram's."""

    async def morning() -> tuple[Telegram, list[float]]:
        pace, there = Pace(LIMIT), telegram()
        there.ways = cycle(ways)
        answers = [answer(pace, there, chat, at) for chat, at in talk]
        _, *waits = await asyncio.gather(push(pace, there, 240), *answers)
        await asyncio.sleep(1)
        return there, waits

    there, waits = lived(morning())

    assert there.refused == []
    assert len(there.pushes) == 240
    assert max(waits, default=0) <= LONGEST


def test_without_a_push_a_live_answer_waits_for_nobody() -> None:
    async def crowd() -> list[float]:
        pace, there = Pace(LIMIT), telegram()
        return [await answer(pace, there, chat, 0) for chat in range(200)]

    assert max(lived(crowd())) == 0


def test_a_flood_of_live_answers_waits_at_most_half_a_second_each() -> None:
    async def flood() -> list[float]:
        pace, there = Pace(LIMIT), telegram()
        pushing = asyncio.create_task(push(pace, there, 100))
        waits = await asyncio.gather(*(answer(pace, there, chat, 1.0) for chat in range(100)))
        pushing.cancel()
        return waits

    assert max(lived(flood())) <= LONGEST + 0.1


def test_a_refused_push_holds_everybody_and_a_refused_chatterbox_only_itself_and_the_push_goes_on() -> None:
    async def refusals() -> list[float]:
        pace = Pace(LIMIT)
        await pace.push(1000)
        pace.refused(1000, 7.0)
        after_push = [pace.held(), pace.held(5)]
        await asyncio.sleep(7.1)
        for _ in range(2):
            await pace.live(5)
        pace.refused(5, 3.0)
        return [*after_push, pace.held(), round(pace.held(5), 3), await pace.live(6), round(await pace.live(5), 3)]

    assert lived(refusals()) == [7.0, 7.0, 0.0, 3.0, 0.0, 3.0]


def test_a_waiting_push_is_told_of_a_pause_at_once() -> None:
    async def paused() -> float:
        pace = Pace(1)
        await pace.push(1000)
        waiting = asyncio.create_task(pace.push(1001))
        await asyncio.sleep(0.1)
        pace.refused(1000, 20.0)
        return await waiting

    assert 18 < lived(paused()) < 20


def test_each_refusal_leaves_more_room_for_a_while() -> None:
    async def room() -> list[float]:
        found = []
        pace = Pace(LIMIT)
        for wait in (0.0, 0.0, 3600.0):
            await asyncio.sleep(wait)
            begin = now()
            for chat in range(1000, 1031):
                await pace.push(chat)
            found.append(now() - begin)
            pace.refused(1030, 0.0) if wait == 0.0 else None
            await asyncio.sleep(5)
        return found

    usual, wider, later = lived(room())

    assert usual < wider
    assert later == pytest.approx(usual, abs=0.01)
    assert usual == pytest.approx(1 + ROOM, abs=0.05)


def test_a_chat_that_was_just_answered_rests_before_the_push() -> None:
    async def rests() -> list[float]:
        pace = Pace(LIMIT)
        await pace.live(7)
        return [pace.rest(7), pace.rest(8)]

    assert lived(rests()) == [CHAT, 0.0]


def test_several_processes_share_the_limit() -> None:
    async def shared() -> Telegram:
        there = telegram()
        paces = [Pace(LIMIT) for _ in range(3)]
        for pace in paces:
            pace.share(3)
        await asyncio.gather(*(push(pace, there, 100, 1000 * (1 + at)) for at, pace in enumerate(paces)))
        return there

    there = lived(shared())

    assert there.refused == []
    assert 300 / there.pushes[-1] > 0.95 * LIMIT


def test_what_leaves_late_counts_from_when_it_left() -> None:
    async def late() -> float:
        pace = Pace(1)
        await pace.push(1000)
        await asyncio.sleep(0.5)
        pace.left(1000)
        await pace.push(1001)
        return now()

    assert lived(late()) >= 1.5


def test_chats_of_long_ago_are_forgotten() -> None:
    async def many() -> int:
        pace = Pace(LIMIT)
        for chat in range(5000):
            await pace.live(chat)
            await asyncio.sleep(0.01)
        return len(pace._chats)

    assert lived(many()) < 4200
