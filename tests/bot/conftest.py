"""`zhike run` as a process of its own, so that it can be killed."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from bot import sample
from bot.clock import SystemClock
from bot.sandbox import Sandbox, serve
from bot.service import open_database
from tests.conftest import TOKEN, StoppedClock

ROOT = Path(__file__).parents[2]


class Process:
    """A running `zhike` command."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.lines: list[str] = []

    async def says(self, words: str, seconds: float = 90) -> str:
        """Wait for a line on standard output that contains `words`."""
        stream = self._process.stdout
        assert stream is not None
        async with asyncio.timeout(seconds):
            while line := (await stream.readline()).decode():
                self.lines.append(line.rstrip())
                if words in line:
                    return line
        raise AssertionError(f"{words!r} was not said; said: {self.lines}, {await self.complaint()}")

    async def complaint(self) -> str:
        """Everything on standard error, when the process has ended."""
        stream = self._process.stderr
        assert stream is not None
        return (await stream.read()).decode()

    async def kill(self) -> None:
        """Kill -9."""
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> int:
        """SIGTERM, as an operator or systemd stops it; the exit code."""
        self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(60):
            return await self._process.wait()

    async def ended(self) -> int:
        """The exit code, once it ends by itself."""
        async with asyncio.timeout(90):
            return await self._process.wait()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def children(self) -> list[int]:
        """Ids of the processes that it started."""
        return [child.pid for child in psutil.Process(self._process.pid).children()]

    @property
    def running(self) -> bool:
        return self._process.returncode is None


class Station:
    """A sandbox and a database that outlive the bot's processes."""

    def __init__(self, sandbox: Sandbox, address: str, url: str, clock: StoppedClock) -> None:
        self.sandbox = sandbox
        self.address = address
        self.url = url
        self.clock = clock

    def environment(self, **extra: str) -> dict[str, str]:
        base = {key: value for key, value in os.environ.items() if not key.startswith("ZHIKE_")}
        return base | {
            "ZHIKE_TELEGRAM__TOKEN": TOKEN,
            "ZHIKE_TELEGRAM__BASE_URL": f"{self.address}/bot",
            "ZHIKE_DATABASE__URL": self.url,
            **extra,
        }

    @asynccontextmanager
    async def zhike(self, *arguments: str, **extra: str) -> AsyncIterator[Process]:
        """Start `zhike`; whatever is left of it at the end is killed."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            cwd=ROOT,
            env=self.environment(**extra),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        made = Process(process)
        try:
            yield made
        finally:
            if made.running:
                await made.kill()


@pytest.fixture
async def station(lite: str) -> AsyncIterator[Station]:
    """The sample team in a database, and a sandbox for the bot to come."""
    clock = StoppedClock(SystemClock().now())  # the processes read the real clock
    db = open_database(lite)
    db.write_now(sample.fill, clock.now())
    db.close()
    sandbox = Sandbox(token=TOKEN, people=sample.PEOPLE, clock=clock)
    async with serve(sandbox) as address:
        yield Station(sandbox, address, lite, clock)
    sandbox.close()
