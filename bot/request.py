"""Telegram over aiohttp: the HTTP client is the largest cost of an answer, and this one is several times cheaper than
python-telegram-bot's default (measured by `bench/turn.py`).
"""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from functools import partial
from typing import Any

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from telegram.error import NetworkError, RetryAfter, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.pace import Pace
from handlers.durable import on_disk

TOO_MANY = 429
LEAST_PAUSE = 1.0  # seconds, where a 429 does not say
COUNTED = ("send", "edit", "copy", "forward")  # beginnings of the methods that Telegram counts as messages
NOT_COUNTED = "sendChatAction"
_CHAT: ContextVar[int | None] = ContextVar("chat", default=None)
_OWN_PACE: ContextVar[bool] = ContextVar("own_pace", default=False)


@contextmanager
def at_own_pace() -> Iterator[None]:
    """Calls in this block have waited for their turn already."""
    token = _OWN_PACE.set(True)
    try:
        yield
    finally:
        _OWN_PACE.reset(token)


class Refused(NetworkError):
    """There was no connection: nothing reached Telegram, so the same call may be made again."""


class AiohttpRequest(BaseRequest):
    """A `BaseRequest` on one aiohttp session.

    A request whose answer did not come is `TimedOut`: Telegram may have carried it out.
    """

    def __init__(self, *, proxy: str = "", connections: int = 64, timeout: float = 10.0) -> None:
        self._proxy = proxy or None
        self._connections = connections
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer; long polling adds its own."""
        return self._timeout

    async def initialize(self) -> None:
        """Open the session."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=60)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def shutdown(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One call; status and body.

        Raises:
            Refused: no connection came about.
            TimedOut: no answer came; the call may have been carried out.
        """
        if self._session is None:
            raise RuntimeError("the request was not initialized")
        seconds = read_timeout if isinstance(read_timeout, int | float) else self._timeout
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=self._timeout, sock_read=seconds)
        body = await self._body(request_data)
        try:
            async with self._session.request(method, url, proxy=self._proxy, timeout=timeout, data=body) as response:
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ClientProxyConnectionError, aiohttp.InvalidURL) as fault:
            raise Refused(f"no connection: {type(fault).__name__}") from fault
        except TimeoutError as fault:
            raise TimedOut from fault
        except aiohttp.ClientError as fault:
            await on_disk()  # it may never have been written, because what it tells of is not there
            if isinstance(body, Body) and not body.begun:
                raise Refused(f"the connection broke before: {type(fault).__name__}") from fault
            # The connection broke after the request was written: whether it took effect is not known.
            raise TimedOut(f"the answer was lost: {type(fault).__name__}") from fault

    async def _body(self, data: RequestData | None) -> Any:
        """JSON, which costs a tenth of what writing Chinese into a form costs; a form only for files."""
        if data is None:
            return None
        if not data.contains_files:
            return Body(_json(data.parameters).encode(), self._left())
        await on_disk()
        form = aiohttp.FormData(quote_fields=False)  # a Chinese file name goes as it is, in UTF-8
        for key, value in data.json_parameters.items():
            form.add_field(key, value)
        for key, (name, content, mime) in data.multipart_data.items():
            form.add_field(key, content, filename=name, content_type=mime)
        return form

    def _left(self) -> Callable[[], None]:
        """What is done when a call has left."""
        return _nothing


class Body(aiohttp.BytesPayload):
    """JSON that leaves when what it tells of is on disk (the rest of the request is ready by then), and says so."""

    def __init__(self, content: bytes, left: Callable[[], None]) -> None:
        super().__init__(content, content_type="application/json")
        self.begun = False
        self._left = left

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        """Called by aiohttp, which keeps the head of the request until there is something to follow."""
        await on_disk()
        self.begun = True
        await super().write_with_length(writer, content_length)
        asyncio.get_running_loop().call_soon(self._left)  # the loop writes at the end of its round


class PacedRequest(AiohttpRequest):
    """The same, with messages at Telegram's pace: the one way out for live answers and the push."""

    def __init__(self, pace: Pace, *, proxy: str = "") -> None:
        super().__init__(proxy=proxy)
        self._pace = pace

    def _left(self) -> Callable[[], None]:
        """A turn counts from when the message has really left, which may be later: a connection to be made, say."""
        chat = _CHAT.get()
        return _nothing if chat is None else partial(self._pace.left, chat)

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *times: Any, **named: Any
    ) -> tuple[int, bytes]:
        """One call, when it may go.

        Raises:
            RetryAfter: Telegram asked for a pause before, and it is not over; nothing was sent.
        """
        name = url.rpartition("/")[2]
        chat = request_data.parameters.get("chat_id") if request_data else None
        if not isinstance(chat, int) or not name.startswith(COUNTED) or name == NOT_COUNTED:
            return await super().do_request(url, method, request_data, *times, **named)
        if not _OWN_PACE.get() and (held := await self._pace.live(chat)):
            raise RetryAfter(timedelta(seconds=held))
        token = _CHAT.set(chat)
        try:
            status, body = await super().do_request(url, method, request_data, *times, **named)
        finally:
            _CHAT.reset(token)
            if request_data is not None and request_data.contains_files:
                self._pace.left(chat)  # by now at the latest
        if status == TOO_MANY:
            self._pace.refused(chat, _asked(body))
        return status, body


def _nothing() -> None:
    pass


def _asked(body: bytes) -> float:
    """The pause that a 429 asks for, in seconds."""
    try:
        return float(json.loads(body)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        return LEAST_PAUSE


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
