"""Waiting until the bot has nothing left to do, as far as its server can see."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from .errors import Unsettled

if TYPE_CHECKING:
    from collections.abc import Callable

    from .world import World

_TICK = 0.01


async def settled(world: World, busy: Callable[[], bool], quiet: float, patience: float) -> None:
    """Return after `quiet` seconds in which nothing was pending, under way or called.

    Quiet is counted in turns of the event loop as well as seconds, so a handler that blocks the loop does not look
    like rest.
    """
    needed = max(round(quiet / _TICK), 1)
    calm, seen = 0, world.hub.stirred
    try:
        async with asyncio.timeout(patience):
            while calm < needed:
                await asyncio.sleep(_TICK)
                stirred = world.hub.stirred != seen or bool(world.updates.pending) or busy()
                seen = world.hub.stirred
                calm = 0 if stirred else calm + 1
    except TimeoutError:
        waiting = len(world.updates.pending)
        raise Unsettled(f"the bot did not come to rest in {patience} s; {waiting} updates not fetched") from None
