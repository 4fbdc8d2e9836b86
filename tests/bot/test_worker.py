"""The worker's protocol over a real socket pair, with the worker's side on a thread."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import partial
from itertools import count
from threading import Event, Thread

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from bot import sample
from bot.config import Config
from bot.service import desk_for, open_database
from bot.worker import Undecided, Worker, serve
from bot.worker import _arriving as arriving
from cards.card import Act, Toast, pack
from handlers.desk import Case, Desk, Turn
from knowledge import belief
from knowledge.belief import believe
from store.db import Database
from tests.conftest import StoppedClock


def echoed(turn: Turn, text: str) -> Sequence[Act]:
    return [Toast(f"{turn.me}:{text}")]


def broken(turn: Turn) -> Sequence[Act]:
    raise LookupError(turn.me)


def case(update_id: int, text: str = "你好", person: int = 1001) -> Case:
    return Case(update_id, person, StoppedClock().now(), "bot", partial(echoed, text=text))


SAID = "报价单拿到手先翻到最后一页看总数"
numbers = count()


def counted(_: Turn) -> Sequence[Act]:
    """Something else each time that it is decided."""
    return [Toast(str(next(numbers)))]


class Held:
    """Commits of the worker, which wait until `go` is set; so many of them fail then as if the database was locked."""

    def __init__(self) -> None:
        self.go = Event()
        self.faults = 0

    def commit(self, _: Connection) -> None:
        """Called by SQLAlchemy before each."""
        assert self.go.wait(10)
        if self.faults:
            self.faults -= 1
            raise OperationalError("COMMIT", None, Exception("database is locked"))


@pytest.fixture
def held(desk: Desk) -> Held:
    """Hold back what the worker keeps."""
    made = Held()
    event.listen(desk.db.engine, "commit", made.commit)
    return made


@pytest.fixture
def desk(url: str, clock: StoppedClock) -> Iterator[Desk]:
    """Where the worker decides: on either database, with the sample team."""
    db = open_database(url)
    db.write_now(sample.fill, clock.now())
    yield desk_for(Config(), Database(url), clock.now)
    db.close()


@pytest.fixture
async def worker(desk: Desk) -> AsyncIterator[Worker]:
    """A worker at that desk."""
    ours, theirs = socket.socketpair()
    thread = Thread(target=serve, args=(theirs, desk))
    thread.start()
    made = Worker(ours, thread.join)
    async with made.connected():
        yield made
    theirs.close()


async def test_a_case_is_settled_in_the_worker(worker: Worker) -> None:
    acts = await worker.settled(case(1))

    assert acts == pack([Toast("1:你好")])


async def test_an_update_that_comes_again_gets_the_same_answer(worker: Worker) -> None:
    first = await worker.settled(case(1, "一"))
    again = await worker.settled(case(1, "二"))

    assert first == again


async def test_many_cases_at_once_each_get_their_own_answer(worker: Worker) -> None:
    numbers = range(200)
    answers = await asyncio.gather(*(worker.settled(case(number, f"第{number}条" * 300)) for number in numbers))

    assert answers == [pack([Toast(f"1:{f'第{number}条' * 300}")]) for number in numbers]


async def test_a_case_that_fails_is_said_so_and_the_others_are_settled(
    worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        bad = Case(1, 1001, StoppedClock().now(), "bot", broken)
        good, failed = await asyncio.gather(worker.settled(case(2)), worker.settled(bad), return_exceptions=True)

    assert good == pack([Toast("1:你好")])
    assert isinstance(failed, Undecided)
    assert "LookupError" in str(failed)
    assert [record.exc_info is not None for record in caplog.records if record.levelno == logging.ERROR] == [True]


async def test_a_worker_that_goes_by_itself_is_noticed_and_answers_nobody() -> None:
    ours, theirs = socket.socketpair()
    worker = Worker(ours, lambda: None)
    async with worker.connected():
        waiting = asyncio.create_task(worker.settled(case(1)))
        await asyncio.sleep(0)
        theirs.close()
        async with asyncio.timeout(5):
            await worker.lost.wait()

        assert not waiting.done()
        waiting.cancel()


async def test_hanging_up_is_not_a_loss(worker: Worker) -> None:
    await worker.settled(case(1))

    assert not worker.lost.is_set()


async def test_long_answers_that_are_ready_together_do_not_mix(worker: Worker) -> None:
    """Each is larger than a socket's buffer, so that it leaves in pieces."""
    texts = [str(number % 10) * 400_000 for number in range(12)]
    answers = await asyncio.gather(*(worker.settled(case(at, text)) for at, text in enumerate(texts)))

    assert answers == [pack([Toast(f"1:{text}")]) for text in texts]


async def test_answers_to_somebody_who_gave_up_hold_nobody_up(worker: Worker) -> None:
    given_up = [asyncio.create_task(worker.settled(case(number))) for number in range(20)]
    await asyncio.sleep(0)
    for task in given_up:
        task.cancel()

    async with asyncio.timeout(10):
        assert await worker.settled(case(99)) == pack([Toast("1:你好")])


async def test_acts_are_there_before_they_are_on_disk(worker: Worker, held: Held) -> None:
    decided = await worker.decided(case(1))
    assert decided.acts == pack([Toast("1:你好")])
    assert not decided.kept.done()

    held.go.set()
    assert await decided.kept == decided.acts


async def test_a_transaction_that_is_done_again_says_what_is_on_disk(worker: Worker, held: Held) -> None:
    held.faults = 1
    held.go.set()
    first = await worker.decided(Case(1, 1001, StoppedClock().now(), "bot", counted))

    assert await first.kept != first.acts


async def test_what_cannot_be_kept_is_said_so_after_it_was_decided(worker: Worker, held: Held) -> None:
    held.faults = 10
    held.go.set()
    decided = await worker.decided(case(1))

    with pytest.raises(Undecided, match="OperationalError"):
        await decided.kept


async def test_a_text_that_is_on_its_way_is_thought_about(worker: Worker, desk: Desk) -> None:
    belief._read.cache_clear()
    belief._reading.cache_clear()
    worker.look_ahead(SAID)
    await worker.settled(case(1))
    assert belief._reading.cache_info().misses == 1

    believe(desk.system.model, [SAID], types=desk.system.order)
    assert belief._read.cache_info().hits == 1


async def test_nothing_is_thought_about_while_somebody_waits(worker: Worker) -> None:
    read_before = belief._reading.cache_info().misses
    waiting = asyncio.create_task(worker.settled(case(1)))
    await asyncio.sleep(0)
    worker.look_ahead(SAID)
    await waiting
    await worker.settled(case(2))

    assert belief._reading.cache_info().misses == read_before


@pytest.mark.parametrize("text", ["", "ok", "\ud83d\ude00", "长" * 10_000])
async def test_texts_that_nobody_could_judge_do_no_harm_ahead(worker: Worker, text: str) -> None:
    worker.look_ahead(text)

    assert await worker.settled(case(1)) == pack([Toast("1:你好")])


def test_the_other_side_may_hang_up_with_replies_unread() -> None:
    ours, theirs = socket.socketpair()
    theirs.sendall(b"unread")
    ours.close()

    with theirs:
        assert list(arriving(theirs)) == []
