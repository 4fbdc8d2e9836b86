"""Running a sandbox on a socket."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from .sandbox import Sandbox

_LAST_WORDS_SECONDS = 1.0  # for answers still being written when the server stops


@asynccontextmanager
async def serve(sandbox: Sandbox, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Yield `http://host:port`; port 0 takes a free one."""
    sandbox.serve_as(host)
    runner = web.AppRunner(sandbox.application(), access_log=None, shutdown_timeout=_LAST_WORDS_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        bound = runner.addresses[0][1]
        yield f"http://{f'[{host}]' if ':' in host else host}:{bound}"
    finally:
        await runner.cleanup()
