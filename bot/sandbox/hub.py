"""Everything that happens, told to every open page and to whoever waits for quiet."""

from __future__ import annotations

import asyncio
from typing import Any

_BACKLOG = 1000  # events a page may be behind before it is told to load everything again


class Hub:
    """Fan-out of events. A listener that falls too far behind gets one `reload` instead of the rest."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[dict[str, Any] | None]] = set()
        self.stirred = 0

    def stir(self) -> None:
        """Count one sign of life of the bot."""
        self.stirred += 1

    def tell(self, kind: str, **facts: object) -> None:
        event: dict[str, Any] = {"type": kind, **facts}
        for listener in self._listeners:
            if listener.qsize() >= _BACKLOG:
                while not listener.empty():
                    listener.get_nowait()
                event = {"type": "reload"}
            listener.put_nowait(event)

    def listen(self) -> asyncio.Queue[dict[str, Any] | None]:
        """A queue of events from now on; None means the sandbox is closing."""
        listener: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._listeners.add(listener)
        return listener

    def leave(self, listener: asyncio.Queue[dict[str, Any] | None]) -> None:
        self._listeners.discard(listener)

    def close(self) -> None:
        for listener in self._listeners:
            listener.put_nowait(None)
