"""Telegram's sending limits, in real seconds.

About 30 messages a second overall, one a second to a person with a short burst, 20 a minute to a group
(core.telegram.org/bots/faq, "My bot is hitting limits").
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING

from .errors import too_many

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True)
class _Window:
    """At most `most` in any `seconds`."""

    most: int
    seconds: float
    passed: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Seconds until there is room; 0 when there is room now."""
        while self.passed and now - self.passed[0] >= self.seconds:
            self.passed.popleft()
        return 0.0 if len(self.passed) < self.most else self.passed[0] + self.seconds - now


class Rates:
    """Refuses what comes too fast. A refused message does not count against the next one."""

    OVERALL = (30, 1.0)
    PERSON = (5, 5.0)  # one a second in the long run, five at once
    GROUP = (20, 60.0)

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._overall = _Window(*self.OVERALL)
        self._chats: dict[int, _Window] = {}

    def pass_or_refuse(self, chat_id: int) -> None:
        """Count one message to this chat, or raise 429 with the whole seconds to wait."""
        now = self._monotonic()
        chat = self._chats.setdefault(chat_id, _Window(*(self.GROUP if chat_id < 0 else self.PERSON)))
        wait = max(self._overall.wait(now), chat.wait(now))
        if wait > 0:
            raise too_many(ceil(wait))
        self._overall.passed.append(now)
        chat.passed.append(now)
