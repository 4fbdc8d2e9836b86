"""How much is on the wire at once, from claims to notes at the real pace, in virtual time: what a kill would spoil."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import cycle, pairwise, repeat
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from bot.pace import Pace
from cards.card import Card
from scheduler.delivery import Outcome, Ready, Round
from scheduler.wire import AT_ONCE, STUCK, Wire
from store.tables import Delivery
from tests.virtual import lived

PACE = 30.0
DAY = datetime(2026, 6, 1, 8, 30, tzinfo=UTC)
COMMIT = 0.003


def now() -> float:
    return asyncio.get_running_loop().time()


@dataclass
class Rows:
    """Messages in memory; noting something down takes as long as a commit. What is in doubt is looked at all along."""

    waiting: list[Delivery]
    commit: float = COMMIT
    in_doubt: set[int] = field(default_factory=set)
    most_in_doubt: int = 0
    begun: dict[int, float] = field(default_factory=dict)
    noted: dict[int, Outcome] = field(default_factory=dict)

    async def more(self) -> Sequence[Delivery] | None:
        slice_, self.waiting = self.waiting[:50], self.waiting[50:]
        return slice_ or None

    async def ready(self, delivery: Delivery) -> Ready:
        return Ready(delivery.id or 0, Card(Markup("早")))

    async def begin(self, delivery: Delivery, ready: Ready) -> bool:
        del ready
        id = delivery.id or 0
        self.in_doubt.add(id)  # it may be on disk from here on
        self.most_in_doubt = max(self.most_in_doubt, len(self.in_doubt))
        await asyncio.sleep(self.commit)
        self.begun[id] = now()
        return True

    async def note(self, delivery: Delivery, outcome: Outcome) -> None:
        await asyncio.sleep(self.commit)
        self.in_doubt.discard(delivery.id or 0)
        self.noted[delivery.id or 0] = outcome

    async def pause(self, seconds: float) -> None:
        raise AssertionError(f"nobody asked for {seconds} seconds")

    def give_back(self, ids: Collection[int]) -> None:
        raise AssertionError(f"{ids} were not begun")


class Way:
    """The real pace, and answers that take as long as `answers` say."""

    def __init__(self, answers: Iterator[float], pace: Pace | None = None) -> None:
        self._pace = pace or Pace(PACE)
        self._answers = answers
        self.out: dict[int, float] = {}

    @property
    def per_second(self) -> float:
        return self._pace.per_second

    async def rest(self, telegram_id: int) -> None:
        await asyncio.sleep(self._pace.rest(telegram_id))

    async def near(self, ahead: float) -> float:
        return await self._pace.near(ahead)

    async def turn(self, telegram_id: int) -> float:
        return await self._pace.push(telegram_id)

    def share(self, processes: int) -> None:
        self._pace.share(processes)

    async def send(self, telegram_id: int, card: Card) -> Outcome:
        del card
        self.out[telegram_id] = now()
        await asyncio.sleep(next(self._answers))
        return Outcome("sent", message_id=telegram_id)

    @property
    def per_second_reached(self) -> float:
        out = sorted(self.out.values())
        return (len(out) - 1) / (out[-1] - out[0])


def messages(first: int, count: int) -> list[Delivery]:
    common = {"kind": "morning", "on": date(2026, 6, 1), "due_at": DAY}
    return [Delivery(id=id, person_id=id, **common) for id in range(first, first + count)]


def pushed(answers: Iterator[float], count: int = 600, most: int = AT_ONCE, commit: float = COMMIT) -> tuple[Rows, Way]:
    """One round over so many messages."""
    rows, way = Rows(messages(1, count), commit), Way(answers)
    assert lived(Round(rows, way, Wire(most)).run()) == count
    return rows, way


def far(low: float = 0.05, high: float = 0.2) -> Iterator[float]:
    dice = Random(7)
    return iter(lambda: dice.uniform(low, high), None)


@pytest.mark.parametrize("answer", [0.0, 0.005, 0.025])
def test_where_answers_come_before_the_next_turn_one_message_is_in_doubt_and_the_pace_is_kept(answer: float) -> None:
    rows, way = pushed(repeat(answer))

    assert rows.most_in_doubt == 1
    assert way.per_second_reached >= 0.98 * PACE


def test_answers_of_a_far_telegram_are_met_by_as_many_as_the_pace_needs_and_the_pace_is_kept() -> None:
    rows, way = pushed(far(), 1500)

    assert 5 <= rows.most_in_doubt <= 8
    assert way.per_second_reached >= 0.98 * PACE


def test_a_few_slow_answers_do_not_put_more_in_doubt() -> None:
    rows, _ = pushed(cycle([0.004, 0.004, 0.3, 0.004, 0.004]))

    assert rows.most_in_doubt == 1


def test_when_the_way_gets_longer_the_pace_comes_back_within_two_seconds() -> None:
    slow_from = 300
    _, way = pushed(iter([*[0.005] * slow_from, *[0.15] * 600]), 900)

    settled = way.out[slow_from] + 2
    out = sorted(at for at in way.out.values() if at > settled)
    assert (len(out) - 1) / (out[-1] - out[0]) >= 0.98 * PACE


@pytest.mark.parametrize("answers", [repeat(0.15), cycle([0.0, 0.4, 3.0])])
def test_with_one_at_once_one_is_in_doubt_however_long_an_answer_takes(answers: Iterator[float]) -> None:
    rows, _ = pushed(answers, 60, most=1)

    assert rows.most_in_doubt == 1
    assert len(rows.noted) == 60


def test_a_message_without_an_answer_keeps_the_others_waiting_for_two_seconds_only() -> None:
    rows, way = pushed(iter([*[0.005] * 30, 9.0, *[0.005] * 69]), 100)

    stuck, following = sorted(way.out.values())[30:32]
    assert following - stuck == pytest.approx(STUCK, abs=0.05)
    assert rows.most_in_doubt == 2
    assert max(way.out.values()) < 30 / 29 + STUCK + 70 / 29 + 0.1


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    answers=st.lists(st.one_of(st.floats(0, 0.03), st.floats(0, 1), st.floats(0, 12)), min_size=1, max_size=20),
    commit=st.floats(0, 0.05),
    most=st.sampled_from([1, 3, AT_ONCE]),
)
def test_whatever_answers_take_all_are_noted_and_never_more_than_that_many_are_in_doubt(
    answers: list[float], commit: float, most: int
) -> None:
    rows, _ = pushed(cycle(answers), 60, most, commit)

    assert rows.most_in_doubt <= most
    assert {outcome.state for outcome in rows.noted.values()} == {"sent"}
    assert (len(rows.noted), rows.in_doubt) == (60, set())


@pytest.mark.parametrize("commit", [0.0005, 0.003, 0.008, 0.02])
def test_what_is_begun_is_on_the_wire_within_a_millisecond(commit: float) -> None:
    """But for the first one: how long it takes to begin a message is not known before."""
    rows, way = pushed(repeat(0.005), 60, commit=commit)

    waits = [way.out[id] - at for id, at in rows.begun.items()]
    assert max(waits[1:]) <= 0.001


def test_two_rounds_of_a_process_share_the_wire() -> None:
    async def both() -> tuple[int, int]:
        wire, pace, doubt = Wire(), Pace(PACE), set[int]()
        rows = [Rows(messages(first, 40), in_doubt=doubt) for first in (1, 1001)]
        await asyncio.gather(*(Round(each, Way(repeat(0.005), pace), wire).run() for each in rows))
        return sum(len(each.noted) for each in rows), max(each.most_in_doubt for each in rows)

    assert lived(both()) == (80, 1)


def test_after_a_hold_up_it_catches_up_evenly_and_not_in_a_burst() -> None:
    def held_up(at: int, seconds: float) -> Callable[[], float]:
        count = iter(range(10_000))
        return lambda: seconds if next(count) == at else 0.005

    rows, way = pushed(iter(held_up(100, 0.4), None), 200)

    out = sorted(way.out.values())
    gaps = [after - before for before, after in pairwise(out)]
    assert max(gaps) == pytest.approx(0.4 + 2 * COMMIT, abs=0.01)
    assert min(gaps) > 0.6 / PACE
    assert rows.most_in_doubt == 1
