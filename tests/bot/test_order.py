"""How many begin in a round of the event loop, and in which order; that of a chat is tested in `test_turns.py`."""

import asyncio
from itertools import pairwise

import pytest

from bot.order import Rounds


@pytest.mark.parametrize("count", [1, 3, 4, 50])
async def test_a_few_begin_in_each_round_and_in_their_order(count: int) -> None:
    rounds, begun = Rounds(3), list[tuple[int, int]]()
    at = 0

    async def one(number: int) -> None:
        await rounds.turn()
        begun.append((at, number))

    tasks = [asyncio.create_task(one(number)) for number in range(count)]
    while not all(task.done() for task in tasks):
        await asyncio.sleep(0)
        at += 1

    assert [number for _, number in begun] == list(range(count))
    assert max(sum(at == round for at, _ in begun) for round, _ in begun) <= 3


async def test_who_comes_later_begins_after_those_who_wait() -> None:
    rounds, begun = Rounds(2), list[int]()

    async def one(number: int) -> None:
        await rounds.turn()
        begun.append(number)

    tasks = []
    for number in range(40):  # three come in every round, and two begin
        tasks.append(asyncio.create_task(one(number)))
        if number % 3 == 2:
            await asyncio.sleep(0)
    await asyncio.gather(*tasks)

    assert begun == list(range(40))


async def test_who_gives_up_takes_nobodys_turn() -> None:
    rounds, begun = Rounds(2), list[int]()

    async def one(number: int) -> None:
        await rounds.turn()
        begun.append(number)

    tasks = [asyncio.create_task(one(number)) for number in range(10)]
    await asyncio.sleep(0)
    for task in tasks[2:8]:
        task.cancel()
    async with asyncio.timeout(5):
        await asyncio.gather(*tasks, return_exceptions=True)

    assert begun == [0, 1, 8, 9]


async def test_the_loop_comes_round_to_others_in_between() -> None:
    rounds, seen = Rounds(2), list[int]()
    begun = 0

    async def one() -> None:
        nonlocal begun
        await rounds.turn()
        begun += 1

    async def other() -> None:
        while begun < 20:
            seen.append(begun)
            await asyncio.sleep(0)

    await asyncio.gather(other(), *(one() for _ in range(20)))

    assert all(later - earlier <= 2 for earlier, later in pairwise(seen))
