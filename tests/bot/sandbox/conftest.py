"""A sandbox on loopback with a clock that stands still, and a plain client to call it with."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot.sandbox import Sandbox, SandboxPerson, serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

TOKEN = "700001:sandbox-token"
LI, ZHOU, STRANGER = 11, 12, 13
PEOPLE = (
    SandboxPerson(LI, "小李", "li", role="销售", started=True),
    SandboxPerson(ZHOU, "小周", "zhou", role="销售", started=True),
    SandboxPerson(STRANGER, "小陈", "chen"),
)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: needs chromium on this machine")


class StillClock:
    """Stands at a Monday morning in Shanghai until it is told to jump."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def jump_to(self, at: datetime) -> None:
        if at < self.at:
            raise ValueError("the clock only goes forward")
        self.at = at


class Seconds:
    """Real seconds, as the sandbox counts them for rates and for the life of a tap."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Client:
    """Calls methods of the Bot API and gives back the whole envelope."""

    session: aiohttp.ClientSession
    url: str

    async def __call__(self, method: str, **params: object) -> dict[str, Any]:
        async with self.session.post(f"{self.url}/bot{TOKEN}/{method}", json=params) as response:
            body: dict[str, Any] = await response.json()
            return body

    async def ok(self, method: str, **params: object) -> Any:
        """The result, which must be there."""
        body = await self(method, **params)
        assert body["ok"], body
        return body["result"]

    async def refused(self, method: str, **params: object) -> str:
        """The description of a refusal, which must be there."""
        body = await self(method, **params)
        assert not body["ok"], body
        return str(body["description"])


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def sandbox(clock: StillClock, seconds: Seconds) -> Sandbox:
    return Sandbox(token=TOKEN, people=PEOPLE, clock=clock, monotonic=seconds)


@pytest.fixture
async def url(sandbox: Sandbox) -> AsyncIterator[str]:
    async with serve(sandbox) as address:
        yield address


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def call(url: str, session: aiohttp.ClientSession) -> Client:
    return Client(session, url)


@pytest.fixture
def calling(session: aiohttp.ClientSession) -> Callable[[str], Client]:
    """A client for a server the test starts itself."""
    return lambda address: Client(session, address)


@pytest.fixture
def png() -> bytes:
    """A picture of 40 × 30 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes([90, 150, 220]) * 40 for _ in range(30))
    header = struct.pack(">IIBBBBB", 40, 30, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
