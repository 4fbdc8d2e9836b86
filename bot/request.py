"""Telegram over aiohttp: the HTTP client is the largest cost of an answer, and this one is several times cheaper than
python-telegram-bot's default (measured by `bench/turn.py`).
"""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

import aiohttp
from telegram.error import NetworkError, RetryAfter, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.pace import Pace

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
    """The connection was never made: nothing reached Telegram, so the same call may be made again."""


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
            self._session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trace_configs=self._traces()
            )

    def _traces(self) -> list[aiohttp.TraceConfig]:
        return []

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
        try:
            async with self._session.request(
                method, url, proxy=self._proxy, timeout=timeout, **_body(request_data)
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ClientProxyConnectionError, aiohttp.InvalidURL) as fault:
            raise Refused(f"no connection: {type(fault).__name__}") from fault
        except TimeoutError as fault:
            raise TimedOut from fault
        except aiohttp.ClientError as fault:
            # The connection broke after the request was written: whether it took effect is not known.
            raise TimedOut(f"the answer was lost: {type(fault).__name__}") from fault


class PacedRequest(AiohttpRequest):
    """The same, with messages at Telegram's pace: the one way out for live answers and the push."""

    def __init__(self, pace: Pace, *, proxy: str = "") -> None:
        super().__init__(proxy=proxy)
        self._pace = pace

    def _traces(self) -> list[aiohttp.TraceConfig]:
        """A turn counts from when the message has really left, which may be later: a connection to be made, say."""
        written = aiohttp.TraceConfig()
        written.on_request_chunk_sent.append(self._written)
        return [written]

    async def _written(self, *_: Any) -> None:
        chat = _CHAT.get()
        if chat is not None:
            asyncio.get_running_loop().call_soon(self._pace.left, chat)  # the loop writes at the end of its round

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
        if status == TOO_MANY:
            self._pace.refused(chat, _asked(body))
        return status, body


def _asked(body: bytes) -> float:
    """The pause that a 429 asks for, in seconds."""
    try:
        return float(json.loads(body)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        return LEAST_PAUSE


def _body(data: RequestData | None) -> dict[str, Any]:
    """JSON, which costs a tenth of what writing Chinese into a form costs; a form only for files."""
    if data is None:
        return {}
    if not data.contains_files:
        return {"data": _json(data.parameters).encode(), "headers": JSON}
    form = aiohttp.FormData(quote_fields=False)  # a Chinese file name goes as it is, in UTF-8
    for key, value in data.json_parameters.items():
        form.add_field(key, value)
    for key, (name, content, mime) in data.multipart_data.items():
        form.add_field(key, content, filename=name, content_type=mime)
    return {"data": form}


JSON = {"Content-Type": "application/json"}
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
