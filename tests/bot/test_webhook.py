"""What the webhook refuses, by HTTP on loopback; what it answers is tested with the whole bot (`test_run.py`)."""

import io
from types import SimpleNamespace
from typing import Any, ClassVar, cast

import aiohttp
import pytest
from aiohttp import web

from bot.application import ROUNDS, App
from bot.order import Rounds
from bot.webhook import HEADER, receiver
from handlers.desk import DESK


class Nobody:
    """An application that nothing may reach."""

    bot = None
    bot_data: ClassVar = {DESK: SimpleNamespace(elsewhere=None), ROUNDS: Rounds()}


@pytest.mark.parametrize(
    ("method", "path", "body", "secret", "status"),
    [
        ("POST", "/elsewhere", b"{}", "s", 404),
        ("GET", "/hook", b"", "s", 405),
        ("POST", "/hook", b"{}", "", 403),
        ("POST", "/hook", b"{}", "other", 403),
        ("POST", "/hook", b"x" * 2_000_000, "s", 413),
        ("POST", "/hook", b"not json", "s", 400),
        ("POST", "/hook", b"[]", "s", 400),
        ("POST", "/hook", b"{}", "s", 400),
        ("POST", "/hook", b'{"update_id": 7, "message": {"text": "from a newer or older Telegram"}}', "s", 200),
    ],
)
async def test_what_is_no_update_from_telegram_is_refused(
    method: str, path: str, body: bytes, secret: str, status: int
) -> None:
    receive = receiver(cast(App, Nobody()), "/hook", "s")
    server: Any = web.ServerRunner(web.Server(receive, access_log=None))
    await server.setup()
    await web.TCPSite(server, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{server.addresses[0][1]}{path}"

    async with (
        aiohttp.ClientSession() as session,
        session.request(method, address, data=io.BytesIO(body), headers={HEADER: secret}) as response,
    ):
        answered = response.status
    await server.cleanup()

    assert answered == status
