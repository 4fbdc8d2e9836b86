"""The webhook: Telegram posts updates here. 200 is said only after an update was answered: a crash loses nothing."""

import hmac
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from aiohttp import web

from bot.application import App
from bot.config import Telegram
from bot.polling import work_off
from knowledge.errors import ZhikeError

logger = logging.getLogger(__name__)


class PortTaken(ZhikeError):
    """webhook 的端口用不了。"""


HEADER = "X-Telegram-Bot-Api-Secret-Token"


@asynccontextmanager
async def serve(app: App, telegram: Telegram) -> AsyncIterator[str]:
    """Listen on `telegram.listen` and `telegram.port` (0: any free one); yields the local address."""
    path = urlsplit(telegram.webhook_url).path or "/"
    receive = receiver(app, path, telegram.webhook_secret.get_secret_value())
    runner = web.ServerRunner(web.Server(receive, access_log=None))  # one address needs no router
    await runner.setup()
    listener = web.TCPSite(runner, telegram.listen, telegram.port)
    try:
        await listener.start()
    except OSError as fault:
        await runner.cleanup()
        raise PortTaken(
            f"{telegram.listen} 的 {telegram.port} 端口用不了（{fault.strerror}）。换一个 telegram.port。"
        ) from fault
    try:
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}{path}"
    finally:
        await runner.cleanup()


def receiver(app: App, path: str, secret: str) -> Callable[[web.BaseRequest], Awaitable[web.Response]]:
    """What happens to a request: only posts with the secret to the one path get further."""

    async def receive(request: web.BaseRequest) -> web.Response:
        if request.path != path:
            return web.Response(status=404)
        if request.method != "POST":
            return web.Response(status=405, headers={"Allow": "POST"})
        if not hmac.compare_digest(request.headers.get(HEADER, ""), secret):
            logger.warning("a post without the secret was refused", extra={"action": "webhook_forbidden"})
            return web.Response(status=403)
        try:
            raw = json.loads(await request.read())
        except ValueError:
            raw = None
        if not isinstance(raw, dict) or "update_id" not in raw:
            logger.warning("a post that is no update was refused", extra={"action": "webhook_malformed"})
            return web.Response(status=400)
        await work_off(app, raw)
        return web.Response()

    return receive
