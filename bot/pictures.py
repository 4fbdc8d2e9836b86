"""Pictures are drawn in a process of their own, which starts when the first one is wanted.

matplotlib takes a second and about 100 MB to load, and holds the interpreter's lock while it draws: neither the event
loop nor the process that decides may pay for that. Requests and replies are frames: 4 bytes of length, then a look and
a chart as JSON on the way there; on the way back a byte that says whether it is a PNG or, if not, what went wrong.
"""

import asyncio
import json
import logging
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from cards.charts import Chart, Look, packed

logger = logging.getLogger(__name__)

ROOT = Path(__file__).parents[1]
COMMAND = (sys.executable, "-m", "bot.drawing")
SECONDS = 20.0  # for a picture, the start of the process included; whoever waits longer gets words
GRACE = 2.0  # seconds for the process to end by itself, and to clean up behind it
KEPT = 32  # pictures that need not be drawn again; about 60 KB each
LENGTH = 4  # bytes before each frame
DRAWN, FAILED = b"\0", b"\1"  # the first byte of a reply
LOST = (ConnectionError, asyncio.IncompleteReadError)  # the process went away


class Pictures:
    """Who draws: `Drawing` of `handlers/show.py`. One picture at a time."""

    def __init__(self, command: Sequence[str] = COMMAND, seconds: float = SECONDS) -> None:
        self._command = command
        self._seconds = seconds
        self._turn = asyncio.Lock()
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._process: Process | None = None
        self._stopped = False

    @property
    def pid(self) -> int | None:
        """The process that draws; None while there is none."""
        return self._process.pid if self._process is not None else None

    async def png(self, chart: Chart, look: Look = "light") -> bytes | None:
        """The chart as a PNG; None where it could not be drawn in time, which is logged, and after the end."""
        asked = json.dumps([look, packed(chart)], ensure_ascii=False).encode()
        try:
            async with asyncio.timeout(self._seconds), self._turn:
                if self._stopped:
                    return None
                if asked not in self._kept:
                    self._kept[asked] = await self._drawn(asked)
                    if len(self._kept) > KEPT:
                        self._kept.popitem(last=False)
                self._kept.move_to_end(asked)
                return self._kept[asked]
        except (TimeoutError, Undrawn, OSError, *LOST) as fault:
            logger.warning("a picture was not drawn: %r", fault, extra={"action": "picture_failed"})
            return None

    async def stop(self) -> None:
        """End the process, which finishes what it is at; nothing is drawn any more."""
        self._stopped = True
        async with self._turn:
            if self._process is not None and self._process.stdin is not None:
                self._process.stdin.close()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._process.wait(), GRACE)
            await self._end()

    async def _end(self) -> None:
        """End the process at once; the next picture starts another."""
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.communicate()  # closes the pipes, and waits

    async def _drawn(self, asked: bytes) -> bytes:
        """Draw, in a new process where the last one has gone away meanwhile.

        Raises:
            Undrawn: this chart cannot be drawn.
        """
        try:
            return await self._asked(asked)
        except LOST as fault:
            logger.warning("the process that draws was lost: %r", fault, extra={"action": "drawing_restarted"})
            return await self._asked(asked)

    async def _asked(self, asked: bytes) -> bytes:
        """Ask the process. One whose answer did not come (in time, or at all) would be out of step, and is ended."""
        process = self._process or await self._started()
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the process was started without pipes")
        answered = False
        try:
            process.stdin.write(len(asked).to_bytes(LENGTH, "big") + asked)
            await process.stdin.drain()
            length = int.from_bytes(await process.stdout.readexactly(LENGTH), "big")
            reply = await process.stdout.readexactly(length)
            answered = True
        finally:
            if not answered:
                await asyncio.shield(self._end())
        if reply[:1] != DRAWN:
            raise Undrawn(reply[1:].decode())
        return reply[1:]

    async def _started(self) -> Process:
        """Start the process, out of reach of Ctrl-C and without our secrets."""
        surroundings = {name: value for name, value in os.environ.items() if not name.startswith("ZHIKE_")}
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, cwd=ROOT, env=surroundings, start_new_session=True
        )
        logger.info("the process that draws has started", extra={"action": "drawing_started"})
        return self._process


class Undrawn(Exception):
    """A chart could not be drawn; the text says why."""
