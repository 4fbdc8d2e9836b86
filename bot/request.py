"""Telegram over aiohttp: the HTTP client is the largest cost of an answer, and this one is several times cheaper than
python-telegram-bot's default (measured by `bench/turn.py`).
"""

import json
from typing import Any

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData


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
