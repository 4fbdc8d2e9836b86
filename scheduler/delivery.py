"""From claims to messages on the wire, several at a time; nothing here knows what they say or where they are kept.

The rules: where there is room on the wire, a message is begun, on disk, in the moment before it goes out, and only its
holder can begin it; one at a time stands at the door between the two, so that what is begun and not yet out is never
more than one. What was not begun is given back whatever happens. A pause that Telegram asks for holds for everybody,
and a long one ends the round; a message that does not get through only waits itself, until several in a row do not.
"""

import asyncio
import logging
import sys
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from cards.card import Card
from scheduler.wire import Wire
from store.tables import Delivery

logger = logging.getLogger(__name__)

PREPARED = 32  # messages being prepared or on the wire: what the pace needs in a second
FEW = 16  # messages left to start when the next are claimed
MISSES = 3  # in a row that did not get through: it is not the messages, it is the way
SHORT = 5.0  # seconds of a pause that a round sits out
LAST_WORDS = 12.0  # seconds that a round which is broken off waits for what is on the wire

Cause = Literal[
    "",
    "throttled",
    "network",
    "blocked",
    "muted",
    "refused",
    "no_answer",
    "died",
    "late",
    "left",
    "away",
    "done",
    "ours",
    "moved",
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a send ended. `again` certainly did not arrive and may be tried `after` seconds; `uncertain` may have;
    `moved` did not, and goes to the chat `moved_to`, which a group has become.

    With the cause `throttled` nothing else may be sent for `after` seconds either.
    """

    state: Literal["sent", "again", "uncertain", "unreachable", "failed", "moved"]
    message_id: int | None = None
    problem: str = ""
    after: float = 0.0
    cause: Cause = ""
    moved_to: int = 0


@dataclass(frozen=True, slots=True)
class Ready:
    """A message as things stand now; `contacts` are (customer, date) of the contacts that it says are due."""

    telegram_id: int
    card: Card
    contacts: Sequence[tuple[int, date]] = ()


class Sending(Protocol):
    """The port to the outside."""

    @property
    def per_second(self) -> float:
        """How many messages a second this process may send."""
        ...

    async def rest(self, telegram_id: int) -> None:
        """Wait until this chat may be written to again."""
        ...

    async def near(self, ahead: float) -> float:
        """Wait until the next message may go in `ahead` seconds; 0, or those for which Telegram wants none at all."""
        ...

    async def turn(self, telegram_id: int) -> float:
        """Wait until one more message may go; 0, or the seconds for which Telegram wants none at all."""
        ...

    async def send(self, telegram_id: int, card: Card) -> Outcome:
        """Try once to send a card; `turn` has been waited for."""
        ...

    def share(self, processes: int) -> None:
        """Say how many processes send for the same bot: the pace is divided among them."""
        ...


class Messages(Protocol):
    """The port to the rows."""

    async def more(self) -> Sequence[Delivery] | None:
        """Further claimed messages, perhaps none just now; None when there are no more in this round."""
        ...

    async def ready(self, delivery: Delivery) -> Ready | None:
        """What to say; None when there is nothing left to say, which is then noted."""
        ...

    async def begin(self, delivery: Delivery, ready: Ready) -> bool:
        """Note that this is about to go out; False when it must not."""
        ...

    async def note(self, delivery: Delivery, outcome: Outcome) -> None:
        """Note how it ended."""
        ...

    async def pause(self, seconds: float) -> None:
        """Let nothing be claimed for so long, by any process; 0 for as long as the way seems to be closed."""
        ...

    def give_back(self, ids: Collection[int]) -> None:
        """Put back what has certainly not gone out; blocks, so that it happens even where the round is cancelled."""
        ...


class Round:
    """One run over what is due."""

    def __init__(self, messages: Messages, sending: Sending, wire: Wire) -> None:
        self._messages = messages
        self._sending = sending
        self._wire = wire
        self._door = asyncio.Lock()
        self._held: set[int] = set()  # claimed and not begun
        self._ending = False
        self._misses = 0
        self._sent = 0

    async def run(self) -> int:
        """Send until there is nothing more, or a pause is asked for; how many messages went out."""
        waiting: deque[Delivery] = deque()
        tasks: set[asyncio.Task[None]] = set()
        more = True
        try:
            while True:
                while waiting and len(tasks) < PREPARED and not self._ending:
                    tasks.add(asyncio.create_task(self._one(waiting.popleft())))
                if more and len(waiting) < FEW and not self._ending:
                    claimed = await self._messages.more()
                    more = claimed is not None
                    waiting.extend(claimed or ())
                    self._held.update(row.id or 0 for row in claimed or ())
                    tasks = _still_at_work(tasks)
                elif tasks:
                    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                    tasks = _still_at_work(tasks)
                else:
                    return self._sent
        finally:
            self._ending = True
            if tasks:
                ended, cut_off = await asyncio.wait(tasks, timeout=LAST_WORDS)
                for task in cut_off:
                    task.cancel()
                _tell_of_others(ended)
            if self._held:
                self._messages.give_back(self._held)

    async def _one(self, delivery: Delivery) -> None:
        """One message from the claim to the note."""
        ready = await self._prepared(delivery)
        if ready is None:
            return
        await self._sending.rest(ready.telegram_id)
        id = delivery.id or 0
        try:
            async with self._door:
                if not await self._near():
                    return
                self._wire.enter(id)
                self._held.discard(id)
                if not await self._wire.beginning(self._messages.begin(delivery, ready)):
                    logger.info("another process took it over", extra={"action": "push_taken", "delivery": id})
                    return
                pause = await self._turn(id, ready.telegram_id)
            if pause:
                outcome = Outcome("again", problem="held", after=pause, cause="throttled")
            else:
                outcome = await self._wire.answering(self._sending.send(ready.telegram_id, ready.card))
            await self._ended(delivery, outcome)
        except BaseException:
            self._ending = True  # something of ours is broken, or we are stopped: no more messages after this one
            raise
        finally:
            self._wire.leave(id)

    async def _near(self) -> bool:
        """Wait until the next message may go in a moment, sitting out a short pause; whether it may at all."""
        while not self._ending:
            await self._wire.room(lambda: self._sending.per_second)
            pause = await self._sending.near(self._wire.ahead)
            if self._ending or (not pause and self._wire.has_room(self._sending.per_second)):
                break
            if pause > SHORT:
                self._ending = True
                await self._messages.pause(pause)
            else:
                await asyncio.sleep(pause)
        return not self._ending

    async def _turn(self, id: int, telegram_id: int) -> float:
        """Wait for the turn of what is begun; the seconds for which Telegram wants nothing, 0 for none."""
        try:
            return await self._sending.turn(telegram_id)
        except asyncio.CancelledError:
            self._held.add(id)
            raise

    async def _prepared(self, delivery: Delivery) -> Ready | None:
        """What to say. A message that cannot be made waits, and keeps nobody else waiting."""
        try:
            ready = await self._messages.ready(delivery)
        except Exception as fault:
            logger.exception("a message could not be made", extra={"action": "push_broken", "delivery": delivery.id})
            again = Outcome("again", problem=type(fault).__name__, after=60.0, cause="ours")
            await self._messages.note(delivery, again)
            ready = None
        if ready is None:
            self._held.discard(delivery.id or 0)
        return ready

    async def _ended(self, delivery: Delivery, outcome: Outcome) -> None:
        through = outcome.state != "again"
        self._sent += outcome.state == "sent"
        throttled = outcome.cause == "throttled"
        self._misses = 0 if through else self._misses + (not throttled)
        enough = outcome.after > SHORT if throttled else self._misses >= MISSES
        if not through and enough:
            self._ending = True
        await self._messages.note(delivery, outcome)
        if not through and enough:
            await self._messages.pause(outcome.after if throttled else 0.0)


def _tell_of_others(ended: Collection[asyncio.Task[None]]) -> None:
    """Log what else went wrong, beside what is being raised."""
    for task in ended:
        if not task.cancelled() and (fault := task.exception()) not in {None, sys.exception()}:
            logger.error("a message broke down too", exc_info=fault, extra={"action": "push_broken_off"})


def _still_at_work(tasks: set[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
    """Those that are not done; what went wrong in one that is, is raised."""
    for task in tasks:
        if task.done():
            task.result()
    return {task for task in tasks if not task.done()}
