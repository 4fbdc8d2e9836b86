"""Telegram's limits kept by ourselves: so many messages in any second, evenly, and live answers before the push.

Telegram counts when a message arrives, and we only know when it left. Ways differ by milliseconds from one message to
the next, so `ROOM` is left between our second and Telegram's; each 429 makes it wider for a while.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

ROOM = 0.017  # of a second; 30 messages in 1.017 s are 98.3 % of what is allowed
WIDER = 0.02  # of a second, at each 429
WIDEST = 0.5
FORGIVEN = 0.1  # of what was added, for each minute without a 429
BEHIND = 0.1  # seconds that may be caught up on after something held us up; more would make live answers wait
CATCHING_UP = 1.5  # times the pace at which it catches up: no burst, which would all be in doubt if we were killed
CHAT = 1.0  # seconds between messages of the push to a chat and anything before
BURST = 3.0  # seconds; a chat that got two messages within them may itself be what is too fast
LONGEST = 0.5  # seconds that a live answer waits for its turn while a push is under way; then it goes anyway
CHATS = 4096  # chats remembered before those that are long past are forgotten


@dataclass(slots=True)
class Left:
    """When a message left."""

    at: float


LONG_AGO = Left(float("-inf"))
NEVER = (LONG_AGO, LONG_AGO)


class Pace:
    """Turns to send. All times are of `clock`, in seconds."""

    def __init__(self, per_second: float, clock: Callable[[], float] | None = None) -> None:
        self._whole = per_second
        self._share = 1
        self._clock = clock or (lambda: asyncio.get_running_loop().time())
        self._extra = 0.0
        self._refused_at = 0.0
        self._slot = float("-inf")
        self._left: deque[Left] = deque(maxlen=64)
        self._chats: dict[int, tuple[Left, Left]] = {}  # the last two of each
        self._held_until = 0.0
        self._held_chats: dict[int, float] = {}
        self._pushed_at = float("-inf")
        self._last = LONG_AGO  # of the push
        self._live = 0  # live answers that wait
        self._line = asyncio.Lock()

    def share(self, processes: int) -> None:
        """Say how many processes send for the same bot."""
        self._share = max(1, processes)

    @property
    def per_second(self) -> float:
        """What this process may send."""
        return self._whole / self._share

    def rest(self, chat: int) -> float:
        """Seconds until the push may write to a chat."""
        return max(0.0, self._chats.get(chat, NEVER)[1].at + CHAT - self._clock())

    def held(self, chat: int | None = None) -> float:
        """Seconds for which Telegram wants nothing, at all or in that chat; 0 for none."""
        until = max(self._held_until, self._held_chats.get(chat, 0.0) if chat is not None else 0.0)
        return max(0.0, until - self._clock())

    async def near(self, ahead: float) -> float:
        """Wait until `ahead` seconds before the push's next turn; 0, or those for which Telegram wants nothing."""
        if self._clock() - self._pushed_at > self._window:
            self._slot = self._clock() - self._gap  # nothing to catch up on
        self._pushed_at = self._clock()
        return await self._until(ahead)

    async def push(self, chat: int) -> float:
        """Take the push's next turn, behind all live answers; 0, or the seconds for which Telegram wants nothing."""
        if held := await self._until(0.0):
            return held
        self._slot += self._gap
        self._pushed_at = self._clock()
        self._last = self._go(chat, self._pushed_at)
        return 0.0

    async def _until(self, before: float) -> float:
        """Wait until so many seconds before the push's next turn."""
        while True:
            if held := self.held():
                return held
            now = self._clock()
            self._slot = max(self._slot, now - max(BEHIND, self._gap))
            even = self._last.at + self._gap / CATCHING_UP
            wait = max(self._slot + self._gap, self._room_at(), even) - now - before
            if wait <= 0 and not self._live:
                return 0.0
            await asyncio.sleep(max(0.001, wait))

    async def live(self, chat: int) -> float:
        """Wait for a turn if a push is under way; 0, or the seconds for which Telegram wants nothing (in this chat)."""
        if held := self.held(chat):
            return held
        came = self._clock()
        if came - self._pushed_at > self._window:
            self._go(chat, came)
            return 0.0
        self._live += 1
        try:
            async with self._line:
                while True:
                    wait = min(self._room_at(), came + LONGEST) - self._clock()
                    if wait <= 0:
                        break
                    await asyncio.sleep(wait)
                if held := self.held(chat):
                    return held
                self._go(chat, self._clock())
                return 0.0
        finally:
            self._live -= 1

    def left(self, chat: int) -> None:
        """The last message to this chat has left only now."""
        if chat in self._chats:
            self._chats[chat][1].at = self._clock()

    def refused(self, chat: int, seconds: float) -> None:
        """Telegram answered 429. A chat that was written to just before is too fast by itself; else we all are."""
        now = self._clock()
        self._extra = min(WIDEST, self._added(now) + WIDER)
        self._refused_at = now
        before, last = self._chats.get(chat, NEVER)
        if last.at - before.at < BURST:
            self._held_chats[chat] = now + seconds
        else:
            self._held_until = max(self._held_until, now + seconds)

    @property
    def _window(self) -> float:
        return 1.0 + ROOM + self._added(self._clock())

    @property
    def _most(self) -> int:
        return max(1, int(self.per_second))

    @property
    def _gap(self) -> float:
        return self._window / self.per_second

    def _added(self, now: float) -> float:
        faded: float = (1 - FORGIVEN) ** max(0.0, (now - self._refused_at) / 60)
        return self._extra * faded

    def _room_at(self) -> float:
        """When there is room for one more message in any second."""
        most = self._most
        if len(self._left) < most:
            return float("-inf")
        return self._left[-most].at + self._window * most / self.per_second

    def _go(self, chat: int, now: float) -> Left:
        left = Left(now)
        self._left.append(left)
        self._chats[chat] = (self._chats.get(chat, NEVER)[1], left)
        if len(self._chats) > CHATS:
            self._chats = {id: at for id, at in self._chats.items() if at[1].at > now - BURST}
            self._held_chats = {id: at for id, at in self._held_chats.items() if at > now}
        return left
